// Every constraint that PostgreSQL can name in a refusal has a meaning for the sender of the request.
import assert from "node:assert/strict";
import { test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { CONSTRAINTS } from "#lib/db/constraints.ts";
import { problemOf } from "#lib/errors.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();

test("every constraint has a meaning, and every meaning its constraint", async () => {
  const rows = await query<{ name: string }>(
    db,
    `select conname as name
     from pg_constraint
     where connamespace in ('spiderpig'::regnamespace, 'auth'::regnamespace, 'notification'::regnamespace)
       and contype in ('c', 'u', 'p', 'f', 'x')
     union
     select c.relname
     from pg_index i
     join pg_class c on c.oid = i.indexrelid
     where i.indisunique
       and c.relnamespace in ('spiderpig'::regnamespace, 'auth'::regnamespace, 'notification'::regnamespace)`,
  );
  assert.ok(rows.length > 40);
  assert.deepEqual(Object.keys(CONSTRAINTS).toSorted(), rows.map(({ name }) => name).toSorted());
});

test("a violation tells the sender what to change; one that no request can cause says why", () => {
  for (const [name, meaning] of Object.entries(CONSTRAINTS)) {
    const text = "internal" in meaning ? meaning.internal : meaning.detail;
    assert.match(text, /^[A-Z][^]+\.$/, name);
    if (!("internal" in meaning)) {
      const { status } = problemOf(meaning.code);
      assert.ok(status >= 400 && status < 500, name);
    }
  }
});
