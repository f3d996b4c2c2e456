// Requests that a running job is interrupted, terminated or killed. The row is the request; the worker that has the job sends
// the signal and records how many processes it reached.
import type { Database } from "../db/connection.ts";
import { transaction } from "../db/connection.ts";
import { insertSignal } from "../db/signals.ts";
import type { User } from "../domain/permission.ts";
import type { SignalKind } from "../domain/signal.ts";
import { wakeWorker } from "../queue/send.ts";
import { lockLiveJob } from "./lock-live-job.ts";

/** @throws AppError job_not_found, job_already_ended; a queued job is cancelled, not signalled. */
export async function signalJob(
  context: { db: Database },
  user: User,
  given: { jobId: number; kind: SignalKind },
): Promise<{ id: number }> {
  return transaction(context.db, async (tx) => {
    const { workerId } = await lockLiveJob(tx, given.jobId, "No signal was sent.");
    const id = await insertSignal(tx, given.jobId, given.kind, user.name);
    if (workerId !== null) await wakeWorker(tx, workerId, given.jobId);
    return { id };
  });
}
