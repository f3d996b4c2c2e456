// A transaction commits all of its statements or none, and no statement of it runs outside the transaction.
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { query, transaction } from "#lib/db/connection.ts";
import { openTestDatabase } from "../../support/database.ts";

const { db } = await openTestDatabase(after, { migrated: false });
await query(db, "create table public.noted (id integer primary key)");

beforeEach(async () => {
  await query(db, "delete from public.noted");
});

const NOTE = "insert into public.noted values ($1)";
const noted = () => query<{ id: number }>(db, "select id from public.noted order by id");

test("a statement that fails rolls back those before it, and its error reaches the caller", async () => {
  const work = transaction(db, async (tx) => {
    await tx.execute(NOTE, [1]);
    await tx.execute(NOTE, [1]);
  });

  await assert.rejects(work, /noted_pkey/);
  assert.deepEqual(await noted(), []);
});

test("what is to run after the commit runs then, and never after a rollback", async () => {
  const ran: string[] = [];
  await transaction(db, async (tx) => {
    tx.afterCommit(() => ran.push("committed"));
    await tx.execute(NOTE, [1]);
    assert.deepEqual(ran, []);
  });
  await assert.rejects(
    transaction(db, async (tx) => {
      tx.afterCommit(() => ran.push("rolled back"));
      await tx.execute(NOTE, [1]);
    }),
  );
  assert.deepEqual(ran, ["committed"]);
});

test("a transaction with a failed statement is not reported as committed, even if the error was ignored", async () => {
  const work = transaction(db, async (tx) => {
    await tx.execute(NOTE, [1]);
    await tx.execute(NOTE, [1]).catch(() => undefined);
  });

  await assert.rejects(work, /rolled back/);
  assert.deepEqual(await noted(), []);
});

test("a statement after the end of the transaction is refused, and no other request's connection gets it", async () => {
  const { promise: isOver, resolve: tellOver } = Promise.withResolvers<void>();
  let late: Promise<unknown> | undefined;
  const work = transaction(db, async (tx) => {
    late = isOver.then(() => tx.execute(NOTE, [3]));
    late.catch(() => undefined);
    await tx.execute("select 1 / 0");
  });
  await assert.rejects(work, /division by zero/);
  tellOver();

  await assert.rejects(async () => late, /the transaction is over/);
  assert.deepEqual(await noted(), []);
});
