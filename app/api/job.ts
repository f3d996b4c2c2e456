import { cancelJob } from "#lib/actions/cancel-job.ts";
import { createJob } from "#lib/actions/create-job.ts";
import { readJob } from "#lib/actions/read-job.ts";
import { declareLost } from "#lib/actions/declare-lost.ts";
import { overridePolicy } from "#lib/actions/override-policy.ts";
import { releaseHeldJob } from "#lib/actions/release-held-job.ts";
import { retryJob } from "#lib/actions/retry-job.ts";
import { previewRevert, revertJob } from "#lib/actions/revert-job.ts";
import { signalJob } from "#lib/actions/signal-job.ts";
import { listJobs } from "#lib/db/jobs.ts";
import { jobsAsCsv, jobsAsJson } from "#lib/web/job-export.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const jobHandlers = {
  createJob: ({ user, body, idempotencyKey }) => createJob(services(), user, body, { idempotencyKey }),
  listJobs: async ({ request, query: { limit, cursor, ...filter } }) => {
    const { db } = services();
    if (prefersCsv(request)) return jobsAsCsv(db, filter);
    const start = cursor === undefined ? undefined : { olderThan: cursor };
    const { jobs, isMore } = await listJobs(db, filter, start, limit);
    const last = jobs.at(-1);
    return { jobs, nextCursor: isMore && last !== undefined ? String(last.id) : null };
  },
  exportJobsAsCsv: ({ query }) => jobsAsCsv(services().db, query),
  exportJobsAsJson: ({ query }) => jobsAsJson(services().db, query),
  readJob: ({ params }) => readJob(services().db, params.id),
  signalJob: ({ user, params, body }) => signalJob(services(), user, { jobId: params.id, kind: body.kind }),
  cancelJob: ({ user, params }) => cancelJob(services(), user, params.id),
  overridePolicy: ({ user, origin, params, body }) =>
    overridePolicy({ ...services(), origin }, user, { jobId: params.id, reason: body.reason }),
  releaseHeldJob: ({ user, origin, params }) => releaseHeldJob({ ...services(), origin }, user, params.id),
  retryJob: ({ user, params, idempotencyKey }) => retryJob(services(), user, params.id, idempotencyKey),
  previewRevert: ({ params }) => previewRevert(services().db, params.id),
  revertJob: ({ user, params, body, idempotencyKey }) =>
    revertJob(services(), user, params.id, body, idempotencyKey),
  declareJobLost: ({ user, origin, params, body }) =>
    declareLost({ ...services(), origin }, user, { jobId: params.id, note: body.note }),
} satisfies Partial<Handlers>;

/** JSON is the usual form: CSV only for a client that asks for nothing else. */
function prefersCsv(request: Request): boolean {
  return /^text\/csv\b/i.test(request.headers.get("accept") ?? "");
}
