// Moves a queued job within the queue of its lane. The lock of the lane makes moves and claims take turns: a job is either moved
// or has started.
import { type Database, transaction } from "../db/connection.ts";
import { appendEvent } from "../db/events.ts";
import { lockQueue, orderQueue } from "../db/job-queue.ts";
import { lockLane } from "../db/lanes.ts";
import { lockJob } from "../db/jobs.ts";
import { isTerminal } from "../domain/job.ts";
import { movedBefore } from "../domain/order.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import type { Job } from "../contract/job.ts";
import { readJob } from "./read-job.ts";

/** @throws AppError job_not_found, job_already_started, job_already_ended, order_changed. */
export async function moveQueuedJob(
  { db }: { db: Database },
  user: User,
  { jobId, before }: { jobId: number; before: number | null },
): Promise<Job> {
  const { lane } = await readJob(db, jobId);
  await transaction(db, async (tx) => {
    await lockLane(tx, lane);
    const queue = await lockQueue(tx, lane);
    if (!queue.includes(jobId)) throw await notQueued(tx, jobId);
    const order = movedBefore(queue, jobId, before);
    if (order === undefined) {
      throw new AppError("order_changed", {
        detail: `Job ${before} is no longer queued. Nothing was moved.`,
      });
    }
    if (order.join() === queue.join()) return;
    await orderQueue(tx, order);
    await appendEvent(tx, jobId, { kind: "job_moved", actor: user.name, data: { before } });
  });
  return readJob(db, jobId);
}

async function notQueued(tx: Parameters<typeof lockJob>[0], jobId: number): Promise<AppError> {
  const state = (await lockJob(tx, jobId))?.state ?? "succeeded";
  return new AppError(isTerminal(state) ? "job_already_ended" : "job_already_started", {
    detail: "Nothing was moved.",
    extra: { state },
  });
}
