// Sends messages in the transaction of the rows that they are about: a message exists if and only if that commits, and wakes
// its worker then.
import type { PgBoss } from "pg-boss";
import { type Database, transaction, type Transaction } from "../db/connection.ts";
import { hasDevices, listWaitingJobs } from "../db/notifications.ts";
import { DISPATCH_QUEUE, openBoss, PUSH_QUEUE, PUSH_TIMER_QUEUE, workerQueue } from "./queues.ts";

/** The lane may have a job to start. */
export async function sendDispatch(tx: Transaction, lane: string): Promise<void> {
  await bossIn(tx).send(DISPATCH_QUEUE, { lane });
}

/** The worker that has this job has an answer or a signal to deliver. The caller holds the lock of the job. */
export async function wakeWorker(tx: Transaction, workerId: string, jobId: number): Promise<void> {
  const boss = bossIn(tx);
  const name = workerQueue(workerId);
  // A worker that has ended may have none. The worker that takes the job over reads the rows.
  if ((await boss.getQueue(name)) === null) return;
  await boss.send(name, { jobId });
}

/** What devices show about this job may have changed: a question was opened or is over, or the job has ended. */
export async function sendPush(tx: Transaction, jobId: number): Promise<void> {
  if (await hasDevices(tx)) await bossIn(tx).send(PUSH_QUEUE, { jobId });
}

/** The same for all jobs that wait for input: a person has other settings, or another device. */
export async function sendPushes(tx: Transaction): Promise<void> {
  for (const jobId of await listWaitingJobs(tx)) await sendPush(tx, jobId);
}

/** Checks the job again at this time. Does nothing if a message for the same time is waiting. */
export async function sendPushAt(db: Database, jobId: number, at: Date): Promise<void> {
  await transaction(db, (tx) =>
    bossIn(tx).send(
      PUSH_TIMER_QUEUE,
      { jobId },
      { startAfter: at, singletonKey: `${jobId} ${at.toISOString()}` },
    ),
  );
}

function bossIn(tx: Transaction): PgBoss {
  return openBoss(async (text, values) => ({ rows: await tx.execute(text, values) }));
}
