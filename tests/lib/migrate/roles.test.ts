// What the roles of web processes and of workers may not do. That they may do everything they need is proved by the tests of web
// and worker, which use these roles.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import pg from "pg";
import { migrate } from "#lib/migrate/migrate.ts";
import { rowsOf } from "../../support/bare-sql.ts";
import { testDatabase } from "../../support/database.ts";

const database = await testDatabase();
const web = new pg.Client({ connectionString: database.webUrl });
const worker = new pg.Client({ connectionString: database.workerUrl });
await Promise.all([web.connect(), worker.connect()]);
after(async () => {
  await Promise.all([web.end(), worker.end()]);
  await database.close();
});

/** The privileges of a role on each table of a schema: `table: select, insert`. */
async function privilegesOn(schema: string, role: string): Promise<Map<string, string>> {
  const rows = await rowsOf(
    database.url,
    `select c.relname as name, string_agg(p.name, ', ' order by p.n) as privileges
     from pg_class c
     cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate']) with ordinality p (name, n)
     where c.relnamespace = '${schema}'::regnamespace and c.relkind in ('r', 'p', 'v')
       and has_table_privilege('${role}', c.oid, p.name)
     group by 1`,
  );
  return new Map(rows.map(({ name, privileges }) => [String(name), String(privileges)]));
}

async function refuses(client: pg.Client, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    await assert.rejects(client.query(statement), { code: "42501" }, statement);
  }
}

test("a worker, whose connection URL scap can read, has no access to accounts, sessions and keys", async () => {
  assert.deepEqual([...(await privilegesOn("auth", "spiderpig_worker"))], []);
  assert.deepEqual([...(await privilegesOn("notification", "spiderpig_worker"))], []);
  await refuses(worker, [
    "select * from auth.session",
    "select auth_secret from notification.device",
    "select private_key from notification.vapid_key",
  ]);
});

test("a worker cannot act for a person: it creates no job, answer or freeze", async () => {
  const privileges = await privilegesOn("spiderpig", "spiderpig_worker");
  assert.equal(privileges.get("audit_event"), undefined);
  for (const table of ["job", "change", "answer", "lane_freeze"]) {
    assert.doesNotMatch(privileges.get(table) ?? "", /insert|delete|truncate/, table);
  }
});

test("a web process cannot write the output of a job", async () => {
  const privileges = await privilegesOn("spiderpig", "spiderpig_web");
  for (const table of ["output_chunk", "log_block", "log_tail", "phase", "sensitive_line", "worker"]) {
    assert.equal(privileges.get(table), "select", table);
  }
});

test("neither role removes history, changes a table or creates one", async () => {
  const notHistory = [
    "output_chunk",
    "log_block",
    "log_tail",
    "sensitive_line",
    "error_minute",
    "error_message",
    "error_count",
  ];
  for (const [role, client] of [
    ["spiderpig_web", web],
    ["spiderpig_worker", worker],
  ] as const) {
    for (const [table, privileges] of await privilegesOn("spiderpig", role)) {
      if (!notHistory.includes(table)) assert.doesNotMatch(privileges, /delete|truncate/, `${role} ${table}`);
    }
    await refuses(client, [
      "create table spiderpig.mine (id integer)",
      "create schema mine",
      "alter table spiderpig.job add column mine text",
      "alter table spiderpig.job disable trigger user",
      "drop trigger legal_job_transition on spiderpig.job",
      "create or replace function spiderpig.refuse() returns trigger language plpgsql as 'begin return null; end'",
      "delete from drizzle.__drizzle_migrations",
    ]);
  }
});

test("a login that reads the history without a timeout is reported with the statement that sets one", async (context) => {
  const name = `reader_${process.pid}`;
  await rowsOf(database.url, `create role ${name} login in role spiderpig_reader`);
  context.after(() => rowsOf(database.url, `drop role ${name}`));
  const report = async () => {
    const lines: string[] = [];
    await migrate(database.url, { onProgress: (line) => lines.push(line) });
    return lines.filter((line) => line.includes(name));
  };

  const [line = ""] = await report();
  const [, statement = ""] = /administrator runs "(.*)"$/.exec(line) ?? [];
  await rowsOf(database.url, statement);

  assert.deepEqual(await report(), []);
});

test("a session that leaves a transaction open is ended by the server, whatever its role", async () => {
  await migrate(database.url);
  const [setting] = await rowsOf(database.url, "show idle_in_transaction_session_timeout");
  assert.deepEqual(setting, { idle_in_transaction_session_timeout: "5min" });
});
