// Removes queued jobs from the queue. A started job is stopped by a signal instead.
import { type Database, transaction, type Transaction } from "../db/connection.ts";
import { appendEvent } from "../db/events.ts";
import { cancelQueued, type LockedJob, lockJob } from "../db/jobs.ts";
import { isLive } from "../domain/job.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { sendNotification } from "../queue/send.ts";
import type { Job } from "../contract/job.ts";
import type { CancelledJobs } from "../contract/queue.ts";
import { readJob } from "./read-job.ts";

/** @throws AppError job_not_found, job_already_started, job_already_ended. */
export async function cancelJob(context: { db: Database }, user: User, jobId: number): Promise<Job> {
  await transaction(context.db, async (tx) => {
    const { isCancelled, job } = await cancel(tx, user, jobId);
    if (isCancelled) return;
    throw new AppError(isLive(job.state) ? "job_already_started" : "job_already_ended", {
      detail: isLive(job.state)
        ? "It is no longer in the queue. To stop it, interrupt it on its page."
        : `Its state is "${job.state}".`,
      extra: { state: job.state },
    });
  });
  return readJob(context.db, jobId);
}

/**
 * In one transaction. A job that starts at this moment is not cancelled, and the others are: refusing all of them would start
 * the next one meanwhile. In the order of their numbers, so that two such requests do not deadlock.
 * @throws AppError job_not_found.
 */
export async function cancelJobs(
  { db }: { db: Database },
  user: User,
  jobIds: readonly number[],
): Promise<CancelledJobs> {
  const result: CancelledJobs = { cancelled: [], notQueued: [] };
  await transaction(db, async (tx) => {
    for (const jobId of [...new Set(jobIds)].toSorted((a, b) => a - b)) {
      const { isCancelled } = await cancel(tx, user, jobId);
      (isCancelled ? result.cancelled : result.notQueued).push(jobId);
    }
  });
  return result;
}

async function cancel(
  tx: Transaction,
  user: User,
  jobId: number,
): Promise<{ isCancelled: boolean; job: LockedJob }> {
  const job = await lockJob(tx, jobId);
  if (job === undefined) throw new AppError("job_not_found");
  if ((await cancelQueued(tx, jobId, user.name)) === undefined) return { isCancelled: false, job };
  await appendEvent(tx, jobId, { kind: "job_cancelled", actor: user.name });
  await sendNotification(tx, jobId);
  return { isCancelled: true, job };
}
