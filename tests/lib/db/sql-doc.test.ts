// docs/sql.md is executable: each of its queries runs as the reader role, on a seeded history for which it returns rows,
// and its table lists all existing views.
import assert from "node:assert/strict";
import { test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { schemaWorld } from "./schema-world.ts";
import { documentedQueries, SQL_PAGE } from "../../../bench/history/documented-queries.ts";
import { seedPast, seedTrain } from "./sql-doc-past.ts";

const { db, asReader } = await schemaWorld();
await seedPast(db);
await seedTrain(db);
const reader = await asReader();
await reader.query("set default_transaction_read_only = on");

const queries = documentedQueries();

for (const [index, { title, text }] of queries.entries()) {
  test(`query ${index + 1} of the page returns rows: ${title}`, async () => {
    const { rows } = await reader.query<Record<string, unknown>>(text);

    assert.ok(rows.length > 0, "no rows, although the seeded history has some");
    for (const [column, values] of columnsOf(rows)) {
      assert.ok(
        values.some((value) => value !== null),
        `column ${column} is null in every row`,
      );
    }
  });
}

test("the page has a query for each of the questions that SREs ask", () => {
  assert.ok(queries.length >= 30, `only ${queries.length} queries were found`);
  const headings = [...SQL_PAGE.matchAll(/^### (.*)$/gm)].map(([, heading = ""]) => heading);
  const answered = new Set(queries.map(({ title }) => title));
  assert.deepEqual(
    headings.filter((heading) => !answered.has(heading)),
    [],
  );
});

test("the page lists all existing views", async () => {
  const rows = await query<{ name: string }>(
    db,
    "select 'history.' || viewname as name from pg_views where schemaname = 'history'",
  );
  const listed = [...SQL_PAGE.matchAll(/^\| `(history\.\w+)` \|/gm)].map(([, name = ""]) => name);

  assert.deepEqual(listed.toSorted(), rows.map(({ name }) => name).toSorted());
});

function columnsOf(rows: Record<string, unknown>[]): [string, unknown[]][] {
  return Object.keys(rows[0] ?? {}).map((column) => [column, rows.map((row) => row[column])]);
}
