import { createJob } from "#lib/actions/create-job.ts";
import { listJobs } from "#lib/db/jobs.ts";
import { json, route } from "#lib/web/route.ts";
import { idempotencyKeyOf } from "#lib/web/idempotency.ts";
import { services } from "#lib/web/services.ts";
import { createJobRequest, listJobsQuery } from "#lib/contract/job.ts";

export const dynamic = "force-dynamic";

export const GET = route({ action: "view", query: listJobsQuery }, async ({ query }) =>
  json(await listJobs(services().db, query)),
);

export const POST = route({ action: "create_job", body: createJobRequest }, async ({ request, user, body }) =>
  json(await createJob(services(), user, body, { idempotencyKey: idempotencyKeyOf(request) }), 201),
);
