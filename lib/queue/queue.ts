// The only importer of pg-boss. It announces; our own rows decide. A message says "look at this lane", "look at
// this job": handling it twice, late or not at all changes nothing but the time, because every handler re-reads
// the rows and moves them by conditional update.
//
// Deployments never live inside a pg-boss job: its active time is capped at 24 hours and its retries would start
// scap again. Messages are handled in milliseconds and completed.
import { type Db, PgBoss } from "pg-boss";
import { type Database, query, type Statement, type Transaction } from "../db/connection.ts";
import { listenTo } from "../db/listen.ts";
import type { Log } from "../log.ts";

/** Queue names and what their messages carry. */
export type Messages = {
  /** The lane may have a job to start. */
  dispatch: { lane: string };
  /** An answer or a signal of this job waits to be delivered. */
  deliver: { jobId: number };
};
export type QueueName = keyof Messages;
export type Handlers = { [Name in QueueName]: (message: Messages[Name]) => Promise<void> };

const SCHEMA = "pgboss";
const EXPIRE_SECONDS = 60;
/** A message whose handler failed (the database went away) comes back; after that the sweep of the worker serves. */
const RETRY_LIMIT = 3;
/** The slow safety net behind NOTIFY. */
const POLL_SECONDS = 10;
const MONITOR_SECONDS = 30;

/**
 * Whether a message wakes a worker at once. One about an answer need not: the worker that holds the job hears of it
 * by a notification of our own; the message is for the case that it did not.
 */
const QUEUES: Record<QueueName, { notify: boolean }> = {
  dispatch: { notify: true },
  deliver: { notify: false },
};

/** pg-boss brings transactions of its own, which wait this long for a lock, and everybody behind them. */
const OWN_LOCK_TIMEOUT = /\bset local lock_timeout = \d+;/gi;

/**
 * Creates pg-boss's schema and our queues, or brings the schema to this version's. Called by the migration, so that web
 * and worker need no rights for it.
 * @param execute runs one text, which may be a whole transaction; how long it waits for a lock is the caller's choice,
 * and a text that has failed may be run again.
 */
export async function installQueue(
  execute: (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>,
): Promise<void> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => execute(text.replace(OWN_LOCK_TIMEOUT, ""), values) },
    schema: SCHEMA,
    supervise: false,
    schedule: false,
  });
  boss.on("error", () => undefined);
  await boss.start();
  try {
    for (const [name, { notify }] of Object.entries(QUEUES)) {
      const options = {
        notify,
        retryLimit: RETRY_LIMIT,
        expireInSeconds: EXPIRE_SECONDS,
        retentionSeconds: 24 * 3600,
        deleteAfterSeconds: 24 * 3600,
      };
      await boss.createQueue(name, { policy: "standard", ...options });
      // One that was there already keeps what the version before gave it.
      await boss.updateQueue(name, options);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}

export type Queue = {
  /** Writes the message in the caller's transaction: it exists if and only if that commits. */
  announce<Name extends QueueName>(tx: Transaction, name: Name, message: Messages[Name]): Promise<void>;
  /** The statement that `announce` would execute, to be sent together with others. */
  prepare<Name extends QueueName>(name: Name, message: Messages[Name]): Promise<Statement>;
};

/**
 * A sender without connections of its own: messages go through the caller's transaction. What the queues are is read
 * through `db` at once and remembered: asked for in the middle of a transaction it would need a second connection,
 * and a burst of first requests could hold them all and wait for one another.
 * Not started, so it neither polls nor supervises; that is the workers' business.
 */
export function createSender(db: Database): Queue {
  const known = new Map<string, Promise<{ rows: unknown[] }>>();
  const boss = new PgBoss({
    schema: SCHEMA,
    useListenNotify: true,
    db: {
      executeSql(text, values) {
        const key = JSON.stringify([text, values]);
        const answer = known.get(key) ?? query(db, text, values).then((rows) => ({ rows }));
        known.set(key, answer);
        answer.catch(() => known.delete(key));
        return answer;
      },
    },
  });
  for (const name of Object.keys(QUEUES)) boss.getQueue(name).catch(() => undefined);
  return senderOf(boss);
}

function senderOf(boss: PgBoss): Queue {
  return {
    announce: (tx, name, message) => announce(boss, tx, name, message),
    prepare: (name, message) => prepare(boss, name, message),
  };
}

async function announce(boss: PgBoss, tx: Transaction, name: QueueName, message: object): Promise<void> {
  const { text, values } = await prepare(boss, name, message);
  await tx.execute(text, values);
}

/** pg-boss sends through whatever it is given; this takes the statement down. It is one for each message. */
async function prepare(boss: PgBoss, name: QueueName, message: object): Promise<Statement> {
  const statements: Statement[] = [];
  const db = {
    executeSql(text: string, values: unknown[] = []) {
      statements.push({ text, values });
      return Promise.resolve({ rows: [{ id: "sent" }] });
    },
  };
  await boss.send(name, message, { db });
  const [statement, ...more] = statements;
  if (statement === undefined || more.length > 0)
    throw new Error(`pg-boss sends a message by ${statements.length} statements`);
  return statement;
}

export type Consumer = Queue & { stop(): Promise<void> };

/** Starts handling messages. A handler that throws has its message delivered again. */
export async function startConsumer(options: {
  /** For its statements. Its own pool would be more connections, and its own listening connection ends the process. */
  db: Database;
  databaseUrl: string;
  log: Log;
  handlers: Handlers;
}): Promise<Consumer> {
  const boss = new PgBoss({
    db: connectionOf(options),
    schema: SCHEMA,
    migrate: false,
    useListenNotify: true,
    supervise: true,
    superviseIntervalSeconds: MONITOR_SECONDS,
    monitorIntervalSeconds: MONITOR_SECONDS,
    schedule: false,
  });
  boss.on("error", (error) => options.log.warn("queue: connection trouble", { error }));
  await boss.start();
  await consume(boss, "dispatch", options.handlers.dispatch);
  await consume(boss, "deliver", options.handlers.deliver);
  return {
    ...senderOf(boss),
    stop: () => boss.stop({ graceful: true, timeout: 2000 }),
  };
}

/**
 * What pg-boss runs on. Listening is ours: the connection that pg-boss (12.35) makes for it loses its listeners before
 * it has ended, and an error that comes then (PostgreSQL's last words when it is killed) ends the process.
 */
function connectionOf({ db, databaseUrl }: { db: Database; databaseUrl: string }): Db {
  return {
    // Not prepared: some of its texts are several statements.
    executeSql: (text, values) => db.$client.query(text, values),
    listen(channel, onPayload, onGap) {
      const name = "spiderpig queue";
      const { promise: isListening, resolve } = Promise.withResolvers<void>();
      const listener = listenTo({
        databaseUrl,
        name,
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

async function consume<Name extends QueueName>(
  boss: PgBoss,
  name: Name,
  handler: (message: Messages[Name]) => Promise<void>,
): Promise<void> {
  const workId: string = await boss.work<Messages[Name]>(
    name,
    { batchSize: 20, pollingIntervalSeconds: POLL_SECONDS, notifyPollingIntervalSeconds: POLL_SECONDS },
    async (messages) => {
      for (const message of messages) await handler(message.data);
      // A notification that arrives while a batch is handled wakes nobody; ask once more.
      boss.notifyWorker(workId);
    },
  );
}
