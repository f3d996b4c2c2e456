import { cancelJobs } from "#lib/actions/cancel-job.ts";
import { moveQueuedJob } from "#lib/actions/move-queued-job.ts";
import { takeOverJob } from "#lib/actions/take-over-job.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const queueHandlers = {
  cancelJobs: ({ user, body }) => cancelJobs(services(), user, body.jobs),
  moveQueuedJob: ({ user, params, body }) =>
    moveQueuedJob(services(), user, { jobId: params.id, before: body.before }),
  takeOverJob: ({ user, params }) => takeOverJob(services(), user, params.id),
} satisfies Partial<Handlers>;
