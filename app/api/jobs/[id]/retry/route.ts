import { retryJob } from "#lib/actions/retry-job.ts";
import { idempotencyKeyOf } from "#lib/web/idempotency.ts";
import { jobParams, json, route } from "#lib/web/route.ts";
import { services } from "#lib/web/services.ts";

export const dynamic = "force-dynamic";

export const POST = route({ action: "retry_job", params: jobParams }, async ({ request, user, params }) =>
  json(await retryJob(services(), user, params.id, idempotencyKeyOf(request)), 201),
);
