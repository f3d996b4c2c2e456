// The receiving side of the queues: NOTIFY wakes a process, and it handles its messages. A message whose handler throws is
// retried.
import { type Db, PgBoss } from "pg-boss";
import type { Database } from "../db/connection.ts";
import { listenTo } from "../db/listen.ts";
import type { Log } from "../log.ts";
import { NOTIFICATION_QUEUE, PUSH_TIMER_QUEUE, SCHEMA, WEBHOOK_QUEUE, workerQueue } from "./queues.ts";

/** Finds messages to retry. What NOTIFY missed while the connection was lost is fetched when it is back. */
const POLL_SECONDS = 10;
const SUPERVISE_SECONDS = 30;
const BATCH_SIZE = 20;

export type Handlers = {
  /** The lane may have a job to start. */
  dispatch: (lane: string) => Promise<void>;
  /** An answer or a signal for this job, which the worker had when the message was sent. */
  job: (jobId: number) => Promise<void>;
};

type WorkerMessage = { lane: string } | { jobId: number };

export type Consumer = { stop(): Promise<void> };

type Connection = {
  /** For statements: a pool of pg-boss's own would be more connections. */
  db: Database;
  databaseUrl: string;
  log: Log;
};

/** A start that waits for a lock must not delay an answer. */
const WORKER_BATCHES = 2;

/** Messages for a worker. The worker's queue exists already. */
export async function startConsumer(
  options: Connection & { workerId: string; handlers: Handlers },
): Promise<Consumer> {
  const { workerId, handlers } = options;
  const boss = await startBoss(options);
  const handle = async (messages: WorkerMessage[]) => {
    for (const message of messages) if ("jobId" in message) await handlers.job(message.jobId);
    for (const message of messages) if ("lane" in message) await handlers.dispatch(message.lane);
  };
  await consume(boss, workerQueue(workerId), handle, { batches: WORKER_BATCHES });
  return consumerOf(boss);
}

/** Batches at the same time: a push service that does not respond delays its own batch only. */
const PUSH_BATCHES = 3;
/** Deliveries at the same time: a receiver that does not respond must not delay those of the others. */
const WEBHOOK_DELIVERIES = 10;

export type NotificationHandlers = {
  /** Something has happened to this job. */
  job: (jobId: number) => Promise<void>;
  /** The devices of this job are to be checked now. */
  devices: (jobId: number) => Promise<void>;
  /** This delivery to a webhook is due. */
  webhookDelivery: (deliveryId: string) => Promise<void>;
};

/** What is to be sent to devices and webhooks. Web processes share these messages. */
export async function startNotificationConsumer(
  options: Connection & { handlers: NotificationHandlers },
): Promise<Consumer> {
  const { handlers } = options;
  const boss = await startBoss(options);
  const eachJob = (handle: (jobId: number) => Promise<void>) => async (messages: { jobId: number }[]) => {
    const jobs = new Set(messages.map(({ jobId }) => jobId));
    await Promise.all([...jobs].map((jobId) => handle(jobId)));
  };
  await consume(boss, NOTIFICATION_QUEUE, eachJob(handlers.job), { batches: PUSH_BATCHES });
  await consume(boss, PUSH_TIMER_QUEUE, eachJob(handlers.devices));
  await consume<{ deliveryId: string }>(
    boss,
    WEBHOOK_QUEUE,
    async (messages) => {
      for (const { deliveryId } of messages) await handlers.webhookDelivery(deliveryId);
    },
    { batches: WEBHOOK_DELIVERIES, batchSize: 1 },
  );
  return consumerOf(boss);
}

async function startBoss(options: Connection): Promise<PgBoss> {
  const boss = new PgBoss({
    db: connectionOf(options),
    schema: SCHEMA,
    migrate: false,
    useListenNotify: true,
    supervise: true,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    schedule: false,
  });
  boss.on("error", (error) => options.log.warn("queue: connection error", { error }));
  await boss.start();
  return boss;
}

function consumerOf(boss: PgBoss): Consumer {
  return { stop: () => boss.stop({ graceful: true, timeout: 2000 }) };
}

/**
 * What pg-boss runs on. Listening is ours: the connection that pg-boss (12.35) makes for it removes its error listener before
 * it has ended, and an error that arrives then (PostgreSQL is killed) ends the process.
 */
function connectionOf({ db, databaseUrl }: Connection): Db {
  return {
    // Not prepared: some texts are several statements.
    executeSql: (text, values) => db.pool.query(text, values),
    listen(channel, onPayload, onGap) {
      const { promise: isListening, resolve } = Promise.withResolvers<void>();
      const listener = listenTo({
        databaseUrl,
        name: "spiderpig queue",
        channels: [channel],
        onPayload: (_, payload) => onPayload(payload),
        onGap() {
          resolve();
          onGap();
        },
      });
      return isListening.then(() => ({ close: () => listener.close() }));
    },
  };
}

/** @param handle a batch; if it throws, all of its messages are retried. */
async function consume<Message extends object>(
  boss: PgBoss,
  queue: string,
  handle: (messages: Message[]) => Promise<void>,
  { batches = 1, batchSize = BATCH_SIZE }: { batches?: number; batchSize?: number } = {},
): Promise<void> {
  const options = {
    localConcurrency: batches,
    batchSize,
    pollingIntervalSeconds: POLL_SECONDS,
    notifyPollingIntervalSeconds: POLL_SECONDS,
  };
  await boss.work<Message>(queue, options, (messages) => handle(messages.map(({ data }) => data)));
}
