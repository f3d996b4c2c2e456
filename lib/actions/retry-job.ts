// A new job with the operation and the parameters of an ended one; its changes as Gerrit has them now.
import { changeReference } from "../domain/change-reference.ts";
import { isTerminal } from "../domain/job.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import type { Job } from "../contract/job.ts";
import { createJob, type CreateJobContext } from "./create-job.ts";
import { readJob } from "./read-job.ts";

/** @throws AppError job_not_found, job_not_ended, and those of createJob. */
export async function retryJob(
  context: CreateJobContext,
  user: User,
  jobId: number,
  idempotencyKey: string | null,
): Promise<Job> {
  const job = await readJob(context.db, jobId);
  if (!isTerminal(job.state)) {
    throw new AppError("job_not_ended", {
      detail: "Nothing was queued. Retry the job when it has ended.",
    });
  }
  const { kind, lane, parameters, windowId } = job;
  const changes = job.changes.length === 0 ? {} : { changes: job.changes.map(changeReference) };
  return createJob(
    context,
    user,
    { ...parameters, ...changes, kind, lane },
    { idempotencyKey, retryOf: jobId, windowId },
  );
}
