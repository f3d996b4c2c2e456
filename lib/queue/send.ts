// Sends messages in the transaction of the rows that they are about: a message exists if and only if that commits, and wakes
// its worker then.
import type { PgBoss } from "pg-boss";
import { type Database, transaction, type Transaction } from "../db/connection.ts";
import { hasRecipients, listWaitingJobs } from "../db/notifications.ts";
import { rows, statement, text } from "../db/statement.ts";
import { IS_RESPONDING } from "../db/workers.ts";
import {
  NOTIFICATION_QUEUE,
  openBoss,
  PUSH_TIMER_QUEUE,
  SCHEMA,
  WEBHOOK_QUEUE,
  WORKER_QUEUE_PREFIX,
  workerQueue,
} from "./queues.ts";

const WORKERS_OF_LANE = statement(
  { queue: text },
  `select q.name as queue
   from spiderpig.worker w
   join ${SCHEMA}.queue q on q.name = '${WORKER_QUEUE_PREFIX}' || w.id
   where ${IS_RESPONDING}
     and not exists (select from spiderpig.lane l where l.name = $1 and l.host <> w.host)`,
);

/**
 * The lane may have a job to start: every worker of its host gets the message, and one of them starts it. Not one queue for all workers:
 * a worker of another host would take the message, and the job would wait for the next sweep.
 */
export async function sendDispatch(tx: Transaction, lane: string): Promise<void> {
  const boss = bossIn(tx);
  for (const { queue } of await rows(tx, WORKERS_OF_LANE, [lane])) await boss.send(queue, { lane });
}

/** The worker that has this job has an answer or a signal to deliver. The caller holds the lock of the job. */
export async function wakeWorker(tx: Transaction, workerId: string, jobId: number): Promise<void> {
  const boss = bossIn(tx);
  const name = workerQueue(workerId);
  // A worker that has ended may have none. The worker that takes the job over reads the rows.
  if ((await boss.getQueue(name)) === null) return;
  await boss.send(name, { jobId });
}

/**
 * What devices show about this job may have changed, or a webhook may want to know: the job has started or ended, or a question
 * was opened, reminded of, or is over.
 */
export async function sendNotification(tx: Transaction, jobId: number): Promise<void> {
  if (await hasRecipients(tx)) await bossIn(tx).send(NOTIFICATION_QUEUE, { jobId });
}

/** The same for all jobs that wait for input: a person has other settings, or another device. */
export async function sendNotifications(tx: Transaction): Promise<void> {
  for (const jobId of await listWaitingJobs(tx)) await sendNotification(tx, jobId);
}

/** Checks the devices of the job again at this time. Does nothing if a message for the same time is waiting. */
export async function sendPushAt(db: Database, jobId: number, at: Date): Promise<void> {
  await transaction(db, (tx) =>
    bossIn(tx).send(
      PUSH_TIMER_QUEUE,
      { jobId },
      { startAfter: at, singletonKey: `${jobId} ${at.toISOString()}` },
    ),
  );
}

/** The delivery is due at this time. @param at undefined: now. */
export async function sendWebhookDelivery(tx: Transaction, deliveryId: string, at?: Date): Promise<void> {
  await bossIn(tx).send(WEBHOOK_QUEUE, { deliveryId }, at === undefined ? {} : { startAfter: at });
}

function bossIn(tx: Transaction): PgBoss {
  return openBoss(async (text, values) => ({ rows: await tx.execute(text, values) }));
}
