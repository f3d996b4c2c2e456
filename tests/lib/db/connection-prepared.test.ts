// Statements are prepared once per connection, transparently for callers.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query, search, transaction } from "#lib/db/connection.ts";
import { openTestDatabase } from "../../support/database.ts";

const { db } = await openTestDatabase(after, { migrated: false });

test("a statement is prepared once per connection, for all values", async () => {
  const prepared = await transaction(db, async (tx) => {
    for (let value = 0; value < 10; value += 1) await tx.execute("select $1::integer + 1000", [value]);
    return tx.execute<{ count: number }>(
      "select count(*)::integer as count from pg_prepared_statements where statement like 'select $1::integer + 1000'",
    );
  });

  assert.deepEqual(prepared, [{ count: 1 }]);
});

test("a search is planned for its values each time", async () => {
  await search(db, "select 'searched for', $1::integer", [1]);

  const prepared = await search(db, "select 1 from pg_prepared_statements where statement like $1", [
    "%searched for%",
  ]);
  assert.deepEqual(prepared, []);
});

test("a prepared statement works after a migration has changed its table", async () => {
  await query(db, "create table thing (id integer, name text)");
  const insertAndRead = () =>
    transaction(db, async (tx) => {
      await tx.execute("insert into thing (id, name) values ($1, $2)", [1, "one"]);
      return tx.execute("select id, name from thing order by id limit 1");
    });
  for (let round = 0; round < 8; round += 1) await insertAndRead();

  await query(db, "alter table thing add column note text not null default ''");
  await query(db, "create index on thing (id)");

  assert.deepEqual(await insertAndRead(), [{ id: 1, name: "one" }]);
});

test("a prepared statement can be used again after an error", async () => {
  await query(db, "create table counted (n integer primary key)");
  const insert = () => query(db, "insert into counted (n) values ($1) returning n", [1]);
  await insert();

  await assert.rejects(insert);
  await query(db, "delete from counted");

  assert.deepEqual(await insert(), [{ n: 1 }]);
});

test("two instances of this module can share a connection, as they do in Next", async () => {
  const path = "../../../lib/db/connection.ts?another-instance";
  const another = (await import(path)) as typeof import("../../../lib/db/connection.ts");
  assert.notEqual(another.query, query);

  await another.query(db, "select 1 as first");
  await another.query(db, "select 2 as second");

  assert.deepEqual(await query(db, "select 3 as third"), [{ third: 3 }]);
  assert.deepEqual(await query(db, "select 4 as fourth"), [{ fourth: 4 }]);
});
