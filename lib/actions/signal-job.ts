// Asks for a running job to be interrupted, terminated or killed. The row is the order; the worker that holds
// the job carries it out and writes down how many processes it reached.
import type { Database } from "../db/connection.ts";
import { transaction } from "../db/connection.ts";
import { notify } from "../db/notify.ts";
import { insertSignal } from "../db/signals.ts";
import type { User } from "../domain/permission.ts";
import type { SignalKind } from "../domain/signal.ts";
import type { Queue } from "../queue/queue.ts";
import { lockLiveJob } from "./lock-live-job.ts";

/** @throws AppError job_not_found, job_already_ended; a queued job is cancelled, not signalled. */
export async function signalJob(
  context: { db: Database; queue: Queue },
  user: User,
  given: { jobId: number; kind: SignalKind },
): Promise<{ id: number }> {
  return transaction(context.db, async (tx) => {
    await lockLiveJob(tx, given.jobId, "No signal was sent.");
    const id = await insertSignal(tx, given.jobId, given.kind, user.name);
    await notify(tx, "order", given.jobId);
    await context.queue.announce(tx, "deliver", { jobId: given.jobId });
    return { id };
  });
}
