// Reverting what a job deployed.
import { z } from "zod";
import { jobChange } from "./change.ts";
import { type Endpoint, json } from "./endpoint.ts";
import { id, jobParams, note } from "./fields.ts";
import { job, jobSummary, QUEUE_PROBLEMS } from "./job.ts";

export const revertRequest = z.strictObject({
  /** The history has it, and scap is given it when it asks. */
  reason: note,
  /** Numbers of the changes to revert; the default is all changes of the job. */
  changes: z.array(id).min(1).optional(),
});
export type RevertRequest = z.infer<typeof revertRequest>;

/** What a revert of the job undoes. */
export const revertPreview = z.object({
  changes: z.array(jobChange),
  /** Later jobs that merged or deployed something in the same branches, newest first, at most 20. */
  deployedSince: z.array(jobSummary),
});
export type RevertPreview = z.infer<typeof revertPreview>;

export const revertEndpoints = {
  previewRevert: {
    method: "GET",
    path: "/api/jobs/{id}/revert",
    summary: "Get what a revert of an ended job would undo.",
    permission: "view",
    params: jobParams,
    response: json(revertPreview, 200),
    problems: ["job_not_ended", "nothing_to_revert"],
  },
  revertJob: {
    method: "POST",
    path: "/api/jobs/{id}/revert",
    summary: "Queue a job that reverts the changes of an ended job.",
    permission: "revert_job",
    params: jobParams,
    body: revertRequest,
    acceptsIdempotencyKey: true,
    response: json(job, 201),
    problems: ["job_not_ended", "nothing_to_revert", "revert_in_progress", ...QUEUE_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
