// Messages: they exist if their transaction commits, they are handled at least once, and the sweep of the workers
// covers what is lost.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeDatabase, openDatabase, query, transaction } from "#lib/db/connection.ts";
import type { Log } from "#lib/log.ts";
import { createSender, startConsumer } from "#lib/queue/queue.ts";
import { testDatabase } from "../support/database.ts";
import { until } from "../support/until.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "queue under test");
const sender = createSender(db);
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const lanes: string[] = [];
const jobs: number[] = [];
let failuresLeft = 0;
const consumer = await startConsumer({
  databaseUrl: database.url,
  log: silent,
  handlers: {
    async dispatch({ lane }) {
      if (failuresLeft > 0) {
        failuresLeft -= 1;
        throw new Error("not now");
      }
      lanes.push(lane);
    },
    async deliver({ jobId }) {
      // Long enough for others to be announced meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 20));
      jobs.push(jobId);
    },
  },
});
after(async () => {
  await consumer.stop();
  await closeDatabase(db);
  await database.close();
});
const announce = (jobId: number) => transaction(db, (tx) => sender.announce(tx, "deliver", { jobId }));

test("a message arrives at once", async () => {
  const begun = performance.now();
  await announce(1);
  await until("the message", () => jobs.includes(1));
  assert.ok(performance.now() - begun < 5000, "long before the next poll");
});

test("a message whose transaction is rolled back never existed", async () => {
  const failing = transaction(db, async (tx) => {
    await sender.announce(tx, "deliver", { jobId: 99 });
    throw new Error("rolled back");
  });
  await assert.rejects(failing, /rolled back/);
  await announce(2);
  await until("the message behind it", () => jobs.includes(2));
  assert.ok(!jobs.includes(99));
});

test("messages that come while one is handled are not forgotten until the next poll", async () => {
  const begun = performance.now();
  for (let jobId = 100; jobId < 130; jobId += 1) await announce(jobId);
  await until("all of them", () => jobs.filter((id) => id >= 100).length >= 30);
  assert.ok(performance.now() - begun < 8000, `${performance.now() - begun} ms`);
  assert.deepEqual(new Set(jobs.filter((id) => id >= 100)).size, 30);
});

test("a message whose handler failed comes again", async () => {
  failuresLeft = 1;
  await transaction(db, (tx) => sender.announce(tx, "dispatch", { lane: "mediawiki" }));
  await until("the second try", () => lanes.includes("mediawiki"), { boundMs: 30_000 });
});

test("connections that are cut are made again", async () => {
  await query(
    db,
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'spiderpig queue%' or query ilike 'listen%'",
  );
  await announce(200);
  await until("the message", () => jobs.includes(200), { boundMs: 30_000 });
});
