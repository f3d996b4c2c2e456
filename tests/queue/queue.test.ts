// Messages: they exist if their transaction commits, they are handled at least once, and the sweep of the workers
// covers what is lost.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeDatabase, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { migrate } from "#lib/db/migrate.ts";
import type { Log } from "#lib/log.ts";
import { createSender, startConsumer } from "#lib/queue/queue.ts";
import { testDatabase } from "../support/database.ts";
import { until } from "../support/until.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "queue under test");
const sender = createSender(db);
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const lanes: string[] = [];
let failuresLeft = 0;
const consumer = await startConsumer({
  db,
  databaseUrl: database.url,
  log: silent,
  handlers: {
    async dispatch({ lane }) {
      if (failuresLeft > 0) {
        failuresLeft -= 1;
        throw new Error("not now");
      }
      // Long enough for others to be announced meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 20));
      lanes.push(lane);
    },
    async deliver() {},
  },
});
after(async () => {
  await consumer.stop();
  await closeDatabase(db);
  await database.close();
});
const announce = (lane: string) => transaction(db, (tx) => sender.announce(tx, "dispatch", { lane }));

test("a message arrives at once", async () => {
  const begun = performance.now();
  await announce("lane-1");
  await until("the message", () => lanes.includes("lane-1"));
  assert.ok(performance.now() - begun < 5000, "long before the next poll");
});

test("a message whose transaction is rolled back never existed", async () => {
  const failing = transaction(db, async (tx) => {
    await sender.announce(tx, "dispatch", { lane: "never" });
    throw new Error("rolled back");
  });
  await assert.rejects(failing, /rolled back/);
  await announce("lane-2");
  await until("the message behind it", () => lanes.includes("lane-2"));
  assert.ok(!lanes.includes("never"));
});

test("messages that come while one is handled are not forgotten until the next poll", async () => {
  const begun = performance.now();
  for (let number = 0; number < 30; number += 1) await announce(`many-${number}`);
  await until("all of them", () => lanes.filter((lane) => lane.startsWith("many-")).length >= 30);
  assert.ok(performance.now() - begun < 8000, `${performance.now() - begun} ms`);
  assert.equal(new Set(lanes.filter((lane) => lane.startsWith("many-"))).size, 30);
});

test("a message whose handler failed comes again", async () => {
  failuresLeft = 1;
  await transaction(db, (tx) => sender.announce(tx, "dispatch", { lane: "mediawiki" }));
  await until("the second try", () => lanes.includes("mediawiki"));
});

test("a migration gives queues that are there already the options of this version", async () => {
  const options = () =>
    query(
      db,
      "select name, notify, retry_limit, expire_seconds, deletion_seconds from pgboss.queue order by name",
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

test("connections that are cut are made again", async () => {
  await query(
    db,
    `select pg_terminate_backend(pid)
     from pg_stat_activity
     where datname = current_database() and application_name <> 'queue under test'`,
  );
  await announce("lane-200");
  await until("the message", () => lanes.includes("lane-200"));
});

test("a connection that is cut again and again costs nothing but time, and messages come at once afterwards", async () => {
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

  await until(
    "a message that does not wait for the next poll",
    async () => {
      const lane = `cut-${lanes.length}-${performance.now().toFixed(0)}`;
      await announce(lane);
      const before = performance.now();
      await until("the message", () => lanes.includes(lane));
      return performance.now() - before < 5000;
    },
    { boundMs: 40_000 },
  );
});
