// Migrations are idempotent, also when several processes start at once; databases of a fresh cluster may be migrated
// concurrently although they share the reader's role; and an account that may not create roles can migrate.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import pg from "pg";
import { closeDatabase, openDatabase } from "#lib/db/connection.ts";
import { migrate, BaselineMismatch } from "#lib/migrate/migrate.ts";
import { ROLES } from "#lib/migrate/roles.ts";
import { MIGRATIONS } from "#lib/migrate/migrations.ts";
import { requireSchema, SchemaMismatch } from "#lib/migrate/schema-version.ts";
import { type RunningPostgres, startPostgres } from "../../../scripts/postgres.ts";
import { inDatabase, rowsOf } from "../../support/bare-sql.ts";
import { testDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";

const PAGE = readFileSync(path.join(import.meta.dirname, "../../../docs/sql.md"), "utf8");
const directory = mkdtempSync(path.join(tmpdir(), "spiderpig-migrate-"));
let cluster: RunningPostgres;

before(async () => {
  cluster = await startPostgres({ directory, durable: false });
});
after(async () => {
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Everything that a migration could change: all definitions, and the rows that migrations write. */
const FINGERPRINT = `
  select md5(string_agg(line, chr(10) order by line)) as fingerprint, count(*)::integer as lines
  from (
    select format('%s %s %s %s', c.oid::regclass, a.attname, a.atttypid::regtype, a.attnotnull) as line
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    where c.relnamespace::regnamespace::text in ('spiderpig', 'history', 'auth', 'notification', 'pgboss') and a.attnum > 0
    union all
    select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    union all
    select pg_get_constraintdef(oid) from pg_constraint
    union all
    select pg_get_viewdef(c.oid) from pg_class c where c.relnamespace::regnamespace::text = 'history'
    union all
    select format('%s %s', m.from_state, m.to_state) from spiderpig.job_transition m
    union all
    select format('%s %s', m.from_state, m.to_state) from spiderpig.interaction_transition m
    union all
    select format('%s %s', m.hash, m.created_at) from drizzle.__drizzle_migrations m
    union all
    select pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace::regnamespace::text = 'spiderpig'
    union all
    select format('%s %s %s', d.objoid, d.objsubid, d.description) from pg_description d
  ) as everything (line)`;

/** The files of drizzle/ with one of them edited. */
function editedFiles(name: string, edit: (sql: string) => string): string {
  const folder = mkdtempSync(path.join(directory, "drizzle-"));
  cpSync(MIGRATIONS, folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, edit(readFileSync(file, "utf8")));
  return folder;
}

function inCluster(database: string, account?: string): string {
  const url = new URL(inDatabase(cluster.url, database));
  if (account !== undefined) {
    url.username = account;
    url.password = account;
  }
  return url.href;
}

test("four concurrent migrations apply each migration once, and a later one changes nothing", async (context) => {
  const empty = await testDatabase({ migrated: false });
  context.after(() => empty.close());

  await Promise.all([1, 2, 3, 4].map(() => migrate(empty.url)));
  const [first] = await rowsOf(empty.url, FINGERPRINT);
  await migrate(empty.url);
  const [second] = await rowsOf(empty.url, FINGERPRINT);

  assert.ok(Number(first?.["lines"]) > 200, "the fingerprint covers too little to mean anything");
  assert.deepEqual(second, first);
  const applied = await rowsOf(
    empty.url,
    "select count(*)::integer as count, count(distinct hash)::integer as kinds from drizzle.__drizzle_migrations",
  );
  assert.equal(applied[0]?.["count"], applied[0]?.["kinds"], "a migration was applied twice");
});

test("a database with another baseline is refused with an instruction, and stays unchanged", async (context) => {
  const database = await testDatabase({ migrated: false });
  const db = openDatabase(database.url, "spiderpig test");
  context.after(async () => {
    await closeDatabase(db);
    await database.close();
  });
  await migrate(database.url, { folder: editedFiles("0000_baseline.sql", (sql) => `${sql}-- Earlier.\n`) });
  const [before] = await rowsOf(database.url, FINGERPRINT);

  await assert.rejects(migrate(database.url), (error) => {
    assert.ok(error instanceof BaselineMismatch);
    assert.match(error.message, /create it again \(npm start keeps its own in DATA_DIR, by default \.data/);
    return true;
  });
  await assert.rejects(requireSchema(db), (error) => {
    assert.ok(error instanceof SchemaMismatch);
    assert.match(error.message, /^DATABASE_URL: .* different baseline .* create it again/);
    return true;
  });

  const [afterwards] = await rowsOf(database.url, FINGERPRINT);
  assert.deepEqual(afterwards, before);
});

test("edited functions, rules and views replace the earlier ones, and readers keep their privileges", async (context) => {
  const database = await testDatabase();
  context.after(() => database.close());
  const triggers =
    "select tgname::text as name from pg_trigger where not tgisinternal order by tgname, tgrelid";
  const original = await rowsOf(database.url, triggers);
  const folder = editedFiles("rules.sql", (sql) =>
    sql.replaceAll("numbers_only_grow", "numbers_never_shrink"),
  );
  await rowsOf(
    database.url,
    "create view public.built_on_ours as select job_id from history.deployments; grant select on history.changes to public",
  );

  await migrate(database.url, { folder });

  const names = (await rowsOf(database.url, triggers)).map(({ name }) => String(name));
  assert.equal(names.length, original.length);
  assert.ok(names.includes("numbers_never_shrink") && !names.includes("numbers_only_grow"));
  await rowsOf(database.url, "select from public.built_on_ours");
  await rowsOf(database.url, "set role spiderpig_reader; select count(*) from history.deployments");
  const granted = await rowsOf(
    database.url,
    "select from pg_class where oid = 'history.changes'::regclass and relacl::text like '%,=r/%'",
  );
  assert.equal(granted.length, 1, "a grant on a view was lost");

  await migrate(database.url);

  assert.deepEqual(await rowsOf(database.url, triggers), original);
});

test("a migration says what it applied, and the next one that there was nothing to apply", async (context) => {
  const database = await testDatabase({ migrated: false });
  context.after(() => database.close());
  const report = async () => {
    const lines: string[] = [];
    await migrate(database.url, { onApplied: (line) => lines.push(line) });
    return lines;
  };

  const first = await report();
  const second = await report();

  assert.deepEqual(first, [
    "applied 0000_baseline",
    "applied functions, rules and views",
    "generated the key that signs push notifications",
  ]);
  assert.deepEqual(second, ["tables, functions, rules and views are up to date"]);
});

test("a migration that waits for another one names its session", async (context) => {
  const database = await testDatabase();
  const other = new pg.Client({ connectionString: database.url, application_name: "another session" });
  await other.connect();
  context.after(async () => {
    await other.end();
    await database.close();
  });
  await other.query("select pg_advisory_lock(7742483)");
  const messages: string[] = [];
  const migrating = migrate(database.url, { onProgress: (line) => messages.push(line) });

  await until("the session to be named", () => messages.length > 0);
  await other.query("select pg_advisory_unlock_all()");
  await migrating;

  assert.match(
    messages.join("\n"),
    /^another migration is running: waiting for server process \d+ of \w+ \(another session\)$/,
  );
});

test("an account that may not create roles migrates, and the result names what an administrator has to run", async () => {
  await rowsOf(cluster.url, "create role plain login password 'plain'");
  await rowsOf(cluster.url, "create database plain owner plain");
  const report = async () => {
    const lines: string[] = [];
    await migrate(inCluster("plain", "plain"), { onProgress: (line) => lines.push(line) });
    return lines;
  };

  const lines = await report();
  const statements = lines.map(
    (line) => /an administrator runs "(.*;)", then migrate again$/.exec(line)?.[1],
  );
  assert.equal(statements.length, ROLES.length);
  const [, documented = ""] = /^```sql administrator\n(.*?)^```$/ms.exec(PAGE) ?? [];
  assert.deepEqual(statements.join("\n"), documented.trim());
  await rowsOf(inCluster("plain"), documented);

  assert.deepEqual(await report(), []);
  const reading = "set role spiderpig_reader; select count(*) from history.deployments";
  await rowsOf(inCluster("plain"), reading);
  await rowsOf(inCluster("plain"), `drop owned by ${ROLES.join(", ")}; drop role ${ROLES.join(", ")}`);
});

test("databases of a fresh cluster may be migrated at once", async () => {
  const names = ["one", "two", "three"];
  for (const name of names) await rowsOf(cluster.url, `create database ${name}`);

  await Promise.all(names.map((name) => migrate(inCluster(name))));

  for (const name of names) {
    const reading = "set role spiderpig_reader; select count(*) from history.deployments";
    await rowsOf(inCluster(name), reading);
  }
});
