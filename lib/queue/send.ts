// Sends messages in the transaction of the rows that they are about: a message exists if and only if that commits, and wakes
// its worker then.
import type { PgBoss } from "pg-boss";
import type { Transaction } from "../db/connection.ts";
import { DISPATCH_QUEUE, openBoss, workerQueue } from "./queues.ts";

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

function bossIn(tx: Transaction): PgBoss {
  return openBoss(async (text, values) => ({ rows: await tx.execute(text, values) }));
}
