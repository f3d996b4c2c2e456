// A message exists if its transaction commits, is handled at least once, and wakes its target worker.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { closeDatabase, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { migrate } from "#lib/migrate/migrate.ts";
import { insertWorker } from "#lib/db/workers.ts";
import type { Log } from "#lib/log.ts";
import { startConsumer } from "#lib/queue/consume.ts";
import { createWorkerQueue, removeUnusedWorkerQueues, workerQueue } from "#lib/queue/queues.ts";
import { sendDispatch, wakeWorker } from "#lib/queue/send.ts";
import { aJob } from "../../seed/seed.ts";
import { testDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "queue under test");
const noLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
const lanes: string[] = [];
/** Jobs of the messages that each worker has handled. */
const woken = { first: [] as number[], second: [] as number[] };
const workers = { first: randomUUID(), second: randomUUID() };
let failuresLeft = 0;
// Responding for as long as the tests run. Only the first, so that each message is handled once.
await insertWorker(db, worker(workers.first));
await query(db, "update spiderpig.worker set heartbeat_at = now() + interval '1 day'");
const consumers = await Promise.all([startWorker("first"), startWorker("second")]);
after(async () => {
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  await closeDatabase(db);
  await database.close();
});

function worker(id: string) {
  return { id, host: "h", pid: 1, version: "0", publicKey: "" };
}

async function startWorker(name: "first" | "second") {
  await createWorkerQueue(db, workers[name]);
  return startConsumer({
    db,
    databaseUrl: database.url,
    workerId: workers[name],
    log: noLog,
    handlers: {
      async dispatch(lane) {
        if (failuresLeft > 0) {
          failuresLeft -= 1;
          throw new Error("not now");
        }
        // Long enough for other messages to be sent meanwhile.
        await new Promise((resolve) => setTimeout(resolve, 20));
        lanes.push(lane);
      },
      async job(jobId) {
        woken[name].push(jobId);
      },
    },
  });
}

const send = (lane: string) => transaction(db, (tx) => sendDispatch(tx, lane));
const wake = (worker: string, jobId: number) => transaction(db, (tx) => wakeWorker(tx, worker, jobId));

/** Polling would take up to ten seconds each time. A busy machine may take that long once, but not in every round. */
async function untilSoon(what: string, work: (round: number) => Promise<void>): Promise<void> {
  let round = 0;
  await until(`${what} long before the next poll`, async () => {
    const begun = performance.now();
    await work((round += 1));
    return performance.now() - begun < 5000;
  });
}

async function arrives(lane: string): Promise<void> {
  await send(lane);
  await until("the message", () => lanes.includes(lane));
}

test("a message about a job wakes its target worker at once, and no other worker", async () => {
  await untilSoon("the messages", async (round) => {
    await wake(workers.first, round);
    await wake(workers.second, 1000 + round);
    await until("both", () => woken.first.includes(round) && woken.second.includes(1000 + round));
  });

  assert.ok(woken.first.every((jobId) => jobId < 1000));
  assert.ok(woken.second.every((jobId) => jobId > 1000));
});

test("a message that is sent before its worker listens is handled when the worker listens", async () => {
  const late = randomUUID();
  await createWorkerQueue(db, late);
  await wake(late, 7);
  const handled: number[] = [];

  const consumer = await startConsumer({
    db,
    databaseUrl: database.url,
    workerId: late,
    log: noLog,
    handlers: { dispatch: async () => undefined, job: async (jobId) => void handled.push(jobId) },
  });

  await until("the message", () => handled.includes(7));
  await consumer.stop();
});

test("a message to a worker that has no queue is dropped, and the transaction commits", async () => {
  await wake(randomUUID(), 1);
});

test("the queue of a stale worker is removed, but not while the worker has a job that can be answered", async () => {
  const existing = async () =>
    (await query<{ name: string }>(db, "select name from pgboss.queue")).map(({ name }) => name);
  const [gone, busy] = [randomUUID(), (await aJob(db).waiting()).id];
  const [owner] = await query<{ id: string }>(db, "select worker_id as id from spiderpig.job where id = $1", [
    busy,
  ]);
  const ownerId = owner?.id ?? "";
  await insertWorker(db, worker(gone));
  for (const id of [gone, ownerId]) {
    await createWorkerQueue(db, id);
    await wake(id, busy);
  }
  await query(db, "update spiderpig.worker set heartbeat_at = now() - interval '1 day' where id = any($1)", [
    [gone, ownerId],
  ]);

  await removeUnusedWorkerQueues(db);

  const names = await existing();
  assert.ok(!names.includes(workerQueue(gone)));
  assert.ok(names.includes(workerQueue(ownerId)));
});

test("workers that remove unused queues at the same time do not fail", async () => {
  for (let count = 0; count < 20; count += 1) await createWorkerQueue(db, randomUUID());

  await Promise.all(Array.from({ length: 4 }, () => removeUnusedWorkerQueues(db)));
});

test("a message arrives at once, also when another one was just handled", async () => {
  await untilSoon("a message", async (round) => {
    await arrives(`lane-1-${round}`);
    // If the first message was found by a poll, that poll has only just ended.
    await arrives(`lane-1-${round}-behind`);
  });
});

test("a message of a rolled back transaction is never sent", async () => {
  const failing = transaction(db, async (tx) => {
    await sendDispatch(tx, "never");
    throw new Error("rolled back");
  });
  await assert.rejects(failing, /rolled back/);
  await send("lane-2");
  await until("the message behind it", () => lanes.includes("lane-2"));
  assert.ok(!lanes.includes("never"));
});

test("messages that arrive while one is handled do not wait for the next poll", async () => {
  await untilSoon("all of many", async (round) => {
    const ofRound = () => lanes.filter((lane) => lane.startsWith(`many-${round}-`));
    for (let number = 0; number < 30; number += 1) await send(`many-${round}-${number}`);
    await until("all of them", () => ofRound().length >= 30);
    assert.equal(new Set(ofRound()).size, 30);
  });
});

test("a message whose handler failed is retried", async () => {
  failuresLeft = 1;
  await transaction(db, (tx) => sendDispatch(tx, "mediawiki"));
  await until("the second attempt", () => lanes.includes("mediawiki"));
});

test("a migration updates the options of existing queues", async () => {
  const options = () =>
    query(
      db,
      "select name, notify, retry_limit, expire_seconds, deletion_seconds from pgboss.queue where name = 'notification'",
    );
  const before = await options();
  await query(
    db,
    "update pgboss.queue set notify = not notify, retry_limit = 99, expire_seconds = 7, deletion_seconds = 9",
  );
  assert.notDeepEqual(await options(), before);

  await migrate(database.url);

  assert.deepEqual(await options(), before);
});

test("terminated connections are re-established", async () => {
  await query(
    db,
    `select pg_terminate_backend(pid)
     from pg_stat_activity
     where datname = current_database() and application_name <> 'queue under test'`,
  );
  await send("lane-200");
  await until("the message", () => lanes.includes("lane-200"));
});

test("after its connection was terminated many times, the listener receives messages at once again", async () => {
  const sessions = () =>
    query<{ pid: number }>(
      db,
      `select pid from pg_stat_activity
       where application_name = 'spiderpig queue' and datname = current_database()`,
    );
  for (let round = 0; round < 20; round += 1) {
    await until("its sessions", async () => (await sessions()).length > 0, { everyMs: 1 });
    await query(
      db,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'spiderpig queue' and datname = current_database()`,
    );
  }

  await untilSoon("a message", (round) => arrives(`cut-${round}`));
});
