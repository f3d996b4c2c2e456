// The schema documents itself in \d+: every object has a comment, and every comment is a sentence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();

const OURS = "('spiderpig', 'history', 'notification')";

const THINGS = {
  schema: `select n.nspname as name, obj_description(n.oid, 'pg_namespace') as comment
             from pg_namespace n
             where n.nspname in ${OURS}`,
  "table or view": `select c.oid::regclass::text as name, obj_description(c.oid, 'pg_class') as comment
                    from pg_class c
                    join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname in ${OURS} and c.relkind in ('r', 'p', 'v', 'm', 'f')`,
  column: `select c.oid::regclass || '.' || a.attname as name, col_description(c.oid, a.attnum) as comment
             from pg_class c
             join pg_namespace n on n.oid = c.relnamespace
             join pg_attribute a on a.attrelid = c.oid
             where n.nspname in ${OURS}
               and c.relkind in ('r', 'p', 'v', 'm', 'f')
               and a.attnum > 0
               and not a.attisdropped`,
  type: `select t.oid::regtype::text as name, obj_description(t.oid, 'pg_type') as comment
           from pg_type t
           join pg_namespace n on n.oid = t.typnamespace
           where n.nspname in ${OURS} and t.typtype in ('e', 'd')`,
  function: `select p.oid::regprocedure::text as name, obj_description(p.oid, 'pg_proc') as comment
               from pg_proc p
               join pg_namespace n on n.oid = p.pronamespace
               where n.nspname in ${OURS}`,
};

for (const [thing, statement] of Object.entries(THINGS)) {
  test(`every ${thing} has a comment that is a sentence`, async () => {
    const rows = await query<{ name: string; comment: string | null }>(db, statement);

    assert.ok(rows.length > 1, `found no ${thing} to check`);
    const bad = rows.filter(({ comment }) => comment === null || !/^.{8,}\.$/s.test(comment));
    assert.deepEqual(
      bad.map(({ name }) => name),
      [],
      `without a comment: ${bad.map(({ name }) => name).join(", ")}`,
    );
  });
}
