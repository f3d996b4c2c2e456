import type { Transaction } from "../db/connection.ts";
import { lockJob, type LockedJob } from "../db/jobs.ts";
import { isLive } from "../domain/job.ts";
import { AppError } from "../errors.ts";

/**
 * Locks a job that runs or waits for the rest of the transaction.
 * @param otherwise a sentence for the refusal: what was not done.
 * @throws AppError job_not_found, job_already_ended; the latter also for a queued job, which is cancelled instead.
 */
export async function lockLiveJob(tx: Transaction, jobId: number, otherwise?: string): Promise<LockedJob> {
  const job = await lockJob(tx, jobId);
  if (job === undefined) throw new AppError("job_not_found");
  if (isLive(job.state)) return job;
  const why =
    job.state === "queued"
      ? "It has not started. Remove it from the queue instead."
      : `Its state is "${job.state}".`;
  throw new AppError("job_already_ended", {
    detail: otherwise === undefined ? why : `${why} ${otherwise}`,
    extra: { state: job.state },
  });
}
