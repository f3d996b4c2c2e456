import { signalJob } from "#lib/actions/signal-job.ts";
import { jobParams, json, route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";
import { signalRequest } from "#lib/contract/job.ts";

export const dynamic = "force-dynamic";

export const POST = route(
  { action: "signal_job", params: jobParams, body: signalRequest },
  async ({ user, params, body }) =>
    json(await signalJob(services(), user, { jobId: params.id, kind: body.kind }), 202),
);
