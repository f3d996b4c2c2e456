// Removes a queued job from the queue. A started job is stopped by a signal instead.
import type { Database } from "../db/connection.ts";
import { transaction } from "../db/connection.ts";
import { appendEvent } from "../db/events.ts";
import { cancelQueued, lockJob } from "../db/jobs.ts";
import { isLive } from "../domain/job.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { sendPush } from "../queue/send.ts";
import type { Job } from "../contract/job.ts";
import { readJob } from "./read-job.ts";

/** @throws AppError job_not_found, job_already_started, job_already_ended. */
export async function cancelJob(context: { db: Database }, user: User, jobId: number): Promise<Job> {
  await transaction(context.db, async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job === undefined) throw new AppError("job_not_found");
    const cancelled = await cancelQueued(tx, jobId, user.name);
    if (cancelled !== undefined) {
      await appendEvent(tx, jobId, { kind: "job_cancelled", actor: user.name });
      await sendPush(tx, jobId);
      return;
    }
    throw new AppError(isLive(job.state) ? "job_already_started" : "job_already_ended", {
      detail: isLive(job.state)
        ? "It is no longer in the queue. To stop it, interrupt it on its page."
        : `Its state is "${job.state}".`,
      extra: { state: job.state },
    });
  });
  return readJob(context.db, jobId);
}
