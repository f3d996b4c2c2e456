// A process survives an unreachable database, and refuses requests with that reason.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeDatabase, isUnreachable, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { listen } from "#lib/db/listen.ts";
import { notify } from "#lib/db/notify.ts";
import { AppError } from "#lib/errors.ts";
import { testDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "connections under test");
const other = openDatabase(database.url, "another");
after(async () => {
  await closeDatabase(db);
  await closeDatabase(other);
  await database.close();
});

const cut = (name: string) =>
  query<{ pid: number }>(
    other,
    `select pg_terminate_backend(pid), pid
     from pg_stat_activity
     where application_name = $1 and datname = current_database()`,
    [name],
  );
const isCut = (name: string) => async () =>
  (
    await query(
      other,
      "select from pg_stat_activity where application_name = $1 and datname = current_database()",
      [name],
    )
  ).length === 0;
const isRefusal = (error: unknown) => error instanceof AppError && error.code === "database_unreachable";

test("a connection that is terminated between two statements fails the transaction, not the process", async () => {
  const cutting = transaction(db, async (tx) => {
    await tx.execute("select 1");
    await cut("connections under test");
    await until("the end of the connection", isCut("connections under test"));
    await new Promise((resolve) => setImmediate(resolve));
    await tx.execute("select 1");
  });
  await assert.rejects(cutting, isRefusal);
  assert.equal(await transaction(db, async (tx) => (await tx.execute("select 1")).length), 1);
});

test("an idle connection that is terminated is replaced", async () => {
  await query(db, "select 1");
  await cut("connections under test");
  await until("a successful query again", () =>
    query(db, "select 1").then(
      (rows) => rows.length === 1,
      () => false,
    ),
  );
});

test("a transaction that throws is rolled back, and its connection can be used again", async () => {
  const failing = transaction(db, async (tx) => {
    await tx.execute("create table left_behind (n integer)");
    throw new Error("not today");
  });
  await assert.rejects(failing, /not today/);
  const rows = await query<{ found: string | null }>(db, "select to_regclass('left_behind')::text as found");
  assert.deepEqual(rows, [{ found: null }]);
});

test("a server that refuses connections is reported as unreachable; an invalid statement is a different error", async () => {
  const nowhere = openDatabase("postgresql://nobody@127.0.0.1:1/none", "nowhere");
  await assert.rejects(query(nowhere, "select 1"), isRefusal);
  await assert.rejects(
    transaction(nowhere, async () => undefined),
    isRefusal,
  );
  await closeDatabase(nowhere);
  await assert.rejects(query(db, "select wrong"), (error) => !isUnreachable(error));
});

test("a burst of requests waits for free connections and is served", async (t) => {
  const small = openDatabase(database.url, "burst", { poolWaitMs: 60_000 });
  t.after(() => closeDatabase(small));

  const results = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      query<{ index: number }>(small, "select $1::integer as index, pg_sleep(0.05)", [index]),
    ),
  );

  assert.deepEqual(
    results.map(([row]) => row?.index),
    Array.from({ length: 60 }, (_, index) => index),
  );
});

test("a request that gets no free connection in time is refused with database_busy, not database_unreachable", async (t) => {
  const busy = openDatabase(database.url, "busy", { poolWaitMs: 3000 });
  t.after(() => closeDatabase(busy));
  const { promise: isDecided, resolve: decide } = Promise.withResolvers<void>();
  const holding = Array.from({ length: 10 }, () => transaction(busy, async () => isDecided));

  await assert.rejects(query(busy, "select 1"), (error) => {
    return error instanceof AppError && error.code === "database_busy" && isUnreachable(error);
  });

  decide();
  await Promise.all(holding);
  assert.deepEqual(await query(busy, "select 1 as one"), [{ one: 1 }]);
});

// 57014: a statement that exceeded its timeout. 53100: the server's disk is full.
for (const [what, statement] of [
  ["too slow", "set local statement_timeout = 20; select pg_sleep(60)"],
  ["full", "do $$ begin raise exception 'no space left' using errcode = '53100'; end $$"],
  ["out of memory", "do $$ begin raise exception 'out of memory' using errcode = '53200'; end $$"],
] as const) {
  test(`an error of a server that is ${what} permits a retry`, async () => {
    const work = db.pool.query(statement);

    await assert.rejects(work, (error) => isUnreachable(error));
  });
}

test("a host without network or name resolution reports the database as unreachable", () => {
  const codes = [
    "ENETUNREACH",
    "ENETDOWN",
    "EHOSTUNREACH",
    "EHOSTDOWN",
    "EADDRNOTAVAIL",
    "EAI_AGAIN",
    "ENOTFOUND",
  ];

  for (const code of codes) {
    const failed = Object.assign(new Error(`connect ${code}`), { code });
    assert.ok(isUnreachable(failed), code);
    assert.ok(isUnreachable(new Error("Failed query", { cause: failed })), code);
  }
});

test("a listener reconnects and reports that it may have missed notifications", async () => {
  const received: number[] = [];
  let gaps = 0;
  let losses = 0;
  const listener = listen({
    databaseUrl: database.url,
    channels: ["job"],
    onNotification: (_channel, jobId) => received.push(jobId),
    onGap: () => (gaps += 1),
    onLost: () => (losses += 1),
  });
  for (let round = 1; round <= 3; round += 1) {
    await until("the connection", () => gaps === round);
    await transaction(other, (tx) => notify(tx, "job", round));
    await until("the notification", () => received.includes(round));
    await cut("spiderpig listen");
    await until("the loss", () => losses === round);
  }
  await listener.close();
  assert.deepEqual(received, [1, 2, 3]);
  assert.equal(listener.connected, false);
});

test("a listener can be closed before it is connected, while the database is unreachable, and twice", async () => {
  const quiet = { channels: ["job"] as const, onNotification: () => undefined, onGap: () => undefined };
  const early = listen({ databaseUrl: database.url, ...quiet });
  await early.close();
  let losses = 0;
  const lost = listen({
    databaseUrl: "postgresql://nobody@127.0.0.1:1/none",
    ...quiet,
    onLost: () => (losses += 1),
  });
  await until("a failed attempt", () => losses > 0);
  await lost.close();
  await lost.close();
});
