// The role spiderpig_reader can read all of schema history and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { migrate } from "#lib/migrate/migrate.ts";
import { aJob } from "../../seed/seed.ts";
import { insertWindowRows } from "./window-violations.ts";
import { schemaWorld } from "./schema-world.ts";

const { db, url, asReader } = await schemaWorld();
const { id } = await aJob(db).phase("p", 1).prints("line").asked("yes_no").signalled("interrupt").succeeded();
await aJob(db, { revertsJobId: id }).succeeded();
const reader = await asReader();

test("the reader sees rows in every view", async () => {
  const { rows: views } = await db.pool.query<{ name: string }>(
    "select viewname as name from pg_views where schemaname = 'history' order by viewname",
  );
  assert.deepEqual(
    views.map(({ name }) => name),
    [
      "audit_events",
      "change_failures",
      "changes",
      "deployments",
      "events",
      "interactions",
      "lane_freezes",
      "lane_occupancy",
      "live_changes",
      "log_lines",
      "phases",
      "reverted_changes",
      "signals",
      "train_states",
      "weekly",
      "weekly_jobs",
      "weekly_phases",
      "weekly_questions",
      "weekly_waits",
      "window_changes",
      "windows",
      "workers",
    ],
  );

  await db.pool.query(
    `insert into spiderpig.lane_freeze (lane, reason, frozen_by) values ('quiet', 'No deployments on Fridays', 'admin')`,
  );
  await insertWindowRows(db);
  await query(
    db,
    `insert into spiderpig.train_state (host, summary, wikis) values ('deploy1', '{"warnings": []}', '{"versions": {}}')`,
  );
  for (const { name } of views.filter((view) => view.name !== "audit_events")) {
    const { rowCount } = await reader.query(`select * from history.${name}`);
    assert.ok(Number(rowCount) > 0, `the reader sees nothing in ${name}`);
  }
});

test("the audit is read by the auditor only, who reads nothing else", async () => {
  await query(db, "insert into spiderpig.audit_event (kind, channel) values ('signed_in', 'session')");
  await assert.rejects(reader.query("select * from history.audit_events"), { code: "42501" });

  const auditor = await asReader("spiderpig_auditor");
  assert.equal((await auditor.query("select * from history.audit_events")).rowCount, 1);
  await assert.rejects(auditor.query("select * from history.deployments"), { code: "42501" });
});

test("the reader sees no table of SpiderPig, of the queue or of the accounts", async () => {
  const { rows } = await db.pool.query<{ name: string }>(
    `select schemaname || '.' || tablename as name
     from pg_tables
     where schemaname in ('spiderpig', 'auth', 'pgboss', 'drizzle')`,
  );
  assert.ok(rows.length > 10, "found no tables to try");

  for (const { name } of rows) {
    await assert.rejects(reader.query(`select * from ${name}`), { code: "42501" }, `the reader sees ${name}`);
  }
});

test("the reader changes nothing, not even through a view", async () => {
  for (const statement of [
    "update history.changes set subject = 'x'",
    "delete from history.workers",
    "insert into history.workers (worker_id) values (gen_random_uuid())",
    "create table history.mine (id integer)",
    "create view history.mine as select 1",
  ]) {
    // A view over several tables takes no writes at all, so rights are not checked.
    await assert.rejects(
      reader.query(statement),
      /permission denied|cannot (update|delete|insert)/,
      statement,
    );
  }
});

test("the next migration makes a new view readable", async () => {
  await db.pool.query("create view history.later as select 1 as one");
  await migrate(url);

  const { rows } = await reader.query("select one from history.later");
  assert.deepEqual(rows, [{ one: 1 }]);
  await db.pool.query("drop view history.later");
});
