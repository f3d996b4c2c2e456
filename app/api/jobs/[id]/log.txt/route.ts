import { readJob } from "#lib/actions/create-job.ts";
import { requireOutput } from "#lib/actions/require-output.ts";
import { plainLog } from "#lib/web/downloads.ts";
import { jobParams, route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";

export const dynamic = "force-dynamic";

export const GET = route({ action: "view", params: jobParams }, async ({ params }) => {
  const { db } = services();
  const job = await readJob(db, params.id);
  requireOutput(job.outputRemovedAt);
  return plainLog(db, params.id);
});
