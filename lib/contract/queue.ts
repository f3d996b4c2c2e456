// The queue of a lane: its order, jobs that are removed from it together, and who is responsible for a job.
import { z } from "zod";
import { type Endpoint, json } from "./endpoint.ts";
import { id, jobParams } from "./fields.ts";
import { job } from "./job.ts";

/** @property before the queued job that starts next after this one; null: the job becomes the last of its lane. */
export const moveQueuedJobRequest = z.strictObject({ before: id.nullable() });

const CANCELLED_MAX = 100;

export const cancelJobsRequest = z.strictObject({ jobs: z.array(id).min(1).max(CANCELLED_MAX) });

export const cancelledJobs = z.object({
  cancelled: z.array(id),
  /** Those that had started or ended before. */
  notQueued: z.array(id),
});
export type CancelledJobs = z.infer<typeof cancelledJobs>;

export const queueEndpoints = {
  cancelJobs: {
    method: "POST",
    path: "/api/queue/cancellations",
    summary: "Remove several jobs from the queue. Those that have started continue.",
    permission: "cancel_job",
    body: cancelJobsRequest,
    response: json(cancelledJobs, 200),
    problems: ["job_not_found"],
  },
  moveQueuedJob: {
    method: "PUT",
    path: "/api/jobs/{id}/queue-position",
    summary: "Move a queued job before another one of its lane.",
    permission: "move_queued_job",
    params: jobParams,
    body: moveQueuedJobRequest,
    response: json(job, 200),
    problems: ["job_already_started", "job_already_ended", "order_changed"],
  },
  takeOverJob: {
    method: "POST",
    path: "/api/jobs/{id}/responsibility",
    summary: "Take a job over from the person who is responsible for it. Notifications follow.",
    permission: "take_over_job",
    params: jobParams,
    response: json(job, 200),
    problems: ["job_already_ended"],
  },
} as const satisfies Record<string, Endpoint>;
