// The queues and their options. This folder is the only importer of pg-boss.
//
// A message wakes a worker, and the rows decide: every handler reads them again and changes them by conditional update, so a
// message may be handled twice, late or by a worker that no longer has the job. A deployment never runs inside a pg-boss job:
// its active time is limited to 24 hours, and a retry would start scap again.
//
// Each worker has a queue of its own, because two workers of one host would take each other's messages from a shared one.
import { PgBoss } from "pg-boss";
import { type Database, query } from "../db/connection.ts";

export const SCHEMA = "pgboss";
export const WORKER_QUEUE_PREFIX = "worker.";
/**
 * For one worker. `{ jobId }`: answers and signals for a job that it has. `{ lane }`: the lane may have a job to start.
 */
export const workerQueue = (workerId: string): string => `${WORKER_QUEUE_PREFIX}${workerId}`;

/** What devices show about this job may have changed, or a webhook may want to know. Messages: `{ jobId }`. */
export const NOTIFICATION_QUEUE = "notification";
/** Devices again at a later time: for reminders, the end of quiet hours, and retries. One message for each job and time. */
export const PUSH_TIMER_QUEUE = "push.timer";
/** A delivery to a webhook is due. Messages: `{ deliveryId }`. */
export const WEBHOOK_QUEUE = "webhook";

const OPTIONS = {
  notify: true,
  retryLimit: 3,
  expireInSeconds: 60,
  retentionSeconds: 24 * 3600,
  deleteAfterSeconds: 24 * 3600,
};

/** Requests to other servers may take longer, and their handler may be retried any number of times. */
const NOTIFICATION_OPTIONS = {
  ...OPTIONS,
  retryLimit: 8,
  retryDelay: 2,
  retryBackoff: true,
  expireInSeconds: 120,
};

/** The queues that exist always. */
const QUEUES = {
  [NOTIFICATION_QUEUE]: { policy: "standard", options: NOTIFICATION_OPTIONS },
  [PUSH_TIMER_QUEUE]: { policy: "short", options: NOTIFICATION_OPTIONS },
  [WEBHOOK_QUEUE]: { policy: "standard", options: NOTIFICATION_OPTIONS },
} as const;

type Execute = (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>;

/** Runs its statements through `execute`. Unless it is started, it neither polls nor supervises. */
export function openBoss(execute: Execute): PgBoss {
  const boss = new PgBoss({ db: { executeSql: execute }, schema: SCHEMA, supervise: false, schedule: false });
  boss.on("error", () => undefined);
  return boss;
}

/** pg-boss sets its own lock timeout in a transaction, and every other session queues behind its lock request. */
const OWN_LOCK_TIMEOUT = /\bset local lock_timeout = \d+;/gi;

/**
 * Creates the schema of pg-boss and the queues that exist always, or updates them to this version. The migration does this, so that web
 * and worker need no right to create tables.
 * @param execute runs one text, which may be a whole transaction. The caller sets the lock timeout, and may run a text that
 * has failed again.
 */
export async function installQueues(execute: Execute): Promise<void> {
  const boss = openBoss((text, values) => execute(text.replace(OWN_LOCK_TIMEOUT, ""), values));
  await boss.start();
  try {
    for (const [name, { policy, options }] of Object.entries(QUEUES)) {
      await boss.createQueue(name, { policy, ...options });
      // An existing queue keeps the options of the previous version otherwise.
      await boss.updateQueue(name, options);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** A row, no table: a worker needs no right to create tables for it. Does nothing if the queue exists. */
export async function createWorkerQueue(db: Database, workerId: string): Promise<void> {
  await bossOver(db).createQueue(workerQueue(workerId), { policy: "standard", ...OPTIONS });
}

/**
 * Removes the queues of workers that ended an hour ago or earlier and have no job that could still be answered. A worker that
 * returns after that creates its queue again.
 */
export async function removeUnusedWorkerQueues(db: Database): Promise<void> {
  const unused = await query<{ name: string }>(
    db,
    `select q.name
     from ${SCHEMA}.queue q
     where q.name like $1 || '%'
       and not exists (
         select
         from spiderpig.worker w
         where $1 || w.id = q.name
           and (w.stopped_at is null and w.heartbeat_at > now() - interval '1 hour'
             or exists (
               select from spiderpig.job j where j.worker_id = w.id and j.finished_at is null)))`,
    [WORKER_QUEUE_PREFIX],
  );
  const boss = bossOver(db);
  for (const { name } of unused) {
    try {
      await boss.deleteQueue(name);
    } catch (cause) {
      // Two workers that clean up at the same time: pg-boss fails on a queue that the other one has removed.
      if ((await boss.getQueue(name)) !== null) throw cause;
    }
  }
}

function bossOver(db: Database): PgBoss {
  // Not prepared: some texts of pg-boss are several statements.
  return openBoss((text, values) => db.pool.query(text, values));
}
