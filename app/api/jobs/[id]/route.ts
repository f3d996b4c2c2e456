import { readJob } from "#lib/actions/create-job.ts";
import { jobParams, json, route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";

export const dynamic = "force-dynamic";

export const GET = route({ action: "view", params: jobParams }, async ({ params }) =>
  json(await readJob(services().db, params.id)),
);
