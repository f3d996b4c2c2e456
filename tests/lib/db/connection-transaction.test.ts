// Statements of a transaction are sent without waiting for one another. Whatever is not waited for must not be able to
// fail unseen, and nothing may slip out of its transaction.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { closeDatabase, type Database, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";

let server: TestDatabase;
let db: Database;

before(async () => {
  server = await testDatabase({ migrated: false });
  db = openDatabase(server.url, "test");
  await query(db, "create table public.noted (id integer primary key)");
});

beforeEach(async () => {
  await query(db, "delete from public.noted");
});

after(async () => {
  await closeDatabase(db);
  await server.close();
});

const NOTE = "insert into public.noted values ($1)";
const noted = () => query<{ id: number }>(db, "select id from public.noted order by id");

test("statements take effect in the order in which they were asked for", async () => {
  const counts = await transaction(db, (tx) =>
    Promise.all([
      tx.execute(NOTE, [1]),
      tx.execute("select count(*)::integer as count from public.noted"),
      tx.execute(NOTE, [2]),
      tx.execute("select count(*)::integer as count from public.noted"),
    ]),
  );

  assert.deepEqual(counts.flat(), [{ count: 1 }, { count: 2 }]);
});

test("one that fails takes those before and behind it along, and is the one that is told", async () => {
  const work = transaction(db, (tx) =>
    Promise.all([tx.execute(NOTE, [1]), tx.execute(NOTE, [1]), tx.execute(NOTE, [2])]),
  );

  await assert.rejects(work, /noted_pkey/);
  assert.deepEqual(await noted(), []);
});

test("of several that fail the first one is told, however long its way to the caller", async () => {
  const deep = async (work: Promise<unknown>): Promise<unknown> => work.then(async (rows) => rows);
  const work = transaction(db, (tx) =>
    Promise.all([deep(deep(tx.execute("select 1 / 0"))), tx.execute(NOTE, [2])]),
  );

  await assert.rejects(work, /division by zero/);
});

test("one that fails without anybody looking is not taken for done", async () => {
  const work = transaction(db, async (tx) => {
    await tx.execute(NOTE, [1]);
    tx.execute(NOTE, [1]).catch(() => undefined);
  });

  await assert.rejects(work, /rolled back/);
  assert.deepEqual(await noted(), []);
});

test("a statement that comes after the end is refused, and nobody else's connection gets it", async () => {
  const { promise: isOver, resolve: tellOver } = Promise.withResolvers<void>();
  let late: Promise<unknown> | undefined;
  const work = transaction(db, (tx) => {
    late = isOver.then(() => tx.execute(NOTE, [3]));
    late.catch(() => undefined);
    return Promise.all([late, tx.execute("select 1 / 0")]);
  });
  await assert.rejects(work, /division by zero/);
  tellOver();

  await assert.rejects(async () => late, /the transaction is over/);
  assert.deepEqual(await noted(), []);
});

test("a commit that is sent with the last statements holds them, and nothing comes behind it", async () => {
  let late: Promise<unknown> | undefined;
  const rows = await transaction(db, (tx) => {
    const sent = tx.execute<{ id: number }>(`${NOTE} returning id`, [1]);
    tx.commit();
    late = tx.execute(NOTE, [2]);
    late.catch(() => undefined);
    return sent;
  });

  assert.deepEqual(rows, [{ id: 1 }]);
  await assert.rejects(async () => late, /the transaction is over/);
  assert.deepEqual(await noted(), [{ id: 1 }]);
});

test("a commit that was sent behind a statement that fails commits nothing, and the failure is told", async () => {
  const work = transaction(db, (tx) => {
    const sent = Promise.all([tx.execute(NOTE, [1]), tx.execute(NOTE, [1])]);
    tx.commit();
    return sent;
  });

  await assert.rejects(work, /noted_pkey/);
  assert.deepEqual(await noted(), []);
  assert.equal(await transaction(db, async (tx) => (await tx.execute("select 1")).length), 1);
});
