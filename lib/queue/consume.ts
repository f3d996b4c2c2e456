// A worker's side of the queues: NOTIFY wakes it, and it handles its messages one after the other. A message whose handler
// throws is retried.
import { type Db, PgBoss } from "pg-boss";
import type { Database } from "../db/connection.ts";
import { listenTo } from "../db/listen.ts";
import type { Log } from "../log.ts";
import { DISPATCH_QUEUE, SCHEMA, workerQueue } from "./queues.ts";

/** Finds messages to retry. What NOTIFY missed while the connection was lost is fetched when it is back. */
const POLL_SECONDS = 10;
const SUPERVISE_SECONDS = 30;
const BATCH_SIZE = 20;

export type Handlers = {
  dispatch: (message: { lane: string }) => Promise<void>;
  /** An answer or a signal for this job, which the worker had when the message was sent. */
  job: (message: { jobId: number }) => Promise<void>;
};

export type Consumer = { stop(): Promise<void> };

/** The worker's queue exists already. */
export async function startConsumer(options: {
  /** For statements: a pool of pg-boss's own would be more connections. */
  db: Database;
  databaseUrl: string;
  workerId: string;
  log: Log;
  handlers: Handlers;
}): Promise<Consumer> {
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
  await consume(boss, DISPATCH_QUEUE, options.handlers.dispatch);
  await consume(boss, workerQueue(options.workerId), options.handlers.job);
  return { stop: () => boss.stop({ graceful: true, timeout: 2000 }) };
}

/**
 * What pg-boss runs on. Listening is ours: the connection that pg-boss (12.35) makes for it removes its error listener before
 * it has ended, and an error that arrives then (PostgreSQL is killed) ends the process.
 */
function connectionOf({ db, databaseUrl }: { db: Database; databaseUrl: string }): Db {
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

async function consume<Message extends object>(
  boss: PgBoss,
  queue: string,
  handler: (message: Message) => Promise<void>,
): Promise<void> {
  const options = {
    batchSize: BATCH_SIZE,
    pollingIntervalSeconds: POLL_SECONDS,
    notifyPollingIntervalSeconds: POLL_SECONDS,
  };
  await boss.work<Message>(queue, options, async (messages) => {
    for (const message of messages) await handler(message.data);
  });
}
