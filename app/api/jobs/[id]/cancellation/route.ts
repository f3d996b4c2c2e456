import { cancelJob } from "#lib/actions/cancel-job.ts";
import { jobParams, json, route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";

export const dynamic = "force-dynamic";

export const POST = route({ action: "cancel_job", params: jobParams }, async ({ user, params }) =>
  json(await cancelJob(services(), user, params.id)),
);
