// Messages: they exist if their transaction commits, they are handled at least once, and the sweep of the workers
// covers what is lost.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeDatabase, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { migrate } from "#lib/migrate/migrate.ts";
import type { Log } from "#lib/log.ts";
import { createSender, startConsumer } from "#lib/queue/queue.ts";
import { testDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";

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

/** What waits for a poll takes ten seconds each time. A busy machine may take as long, but not every time. */
async function untilSoon(what: string, work: (round: number) => Promise<void>): Promise<void> {
  let round = 0;
  await until(`${what} long before the next poll`, async () => {
    const begun = performance.now();
    await work((round += 1));
    return performance.now() - begun < 5000;
  });
}

async function arrives(lane: string): Promise<void> {
  await announce(lane);
  await until("the message", () => lanes.includes(lane));
}

test("a message arrives at once", async () => {
  await untilSoon("a message", async (round) => {
    await arrives(`lane-1-${round}`);
    // The last poll, if it was one that brought the first, is over only just now.
    await arrives(`lane-1-${round}-behind`);
  });
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
  await untilSoon("all of many", async (round) => {
    const ofRound = () => lanes.filter((lane) => lane.startsWith(`many-${round}-`));
    for (let number = 0; number < 30; number += 1) await announce(`many-${round}-${number}`);
    await until("all of them", () => ofRound().length >= 30);
    assert.equal(new Set(ofRound()).size, 30);
  });
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

  await untilSoon("a message", (round) => arrives(`cut-${round}`));
});
