// Rolling upgrades: a new version is rolled out one process at a time. A migration either lets the previous version keep running
// or is refused while its processes run, by their names. A process that starts on a schema of another version runs if that
// is safe, and otherwise exits with one line that says what to do.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os, { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import pg from "pg";
import { getRollbackPlans } from "pg-boss";
import { closeDatabase, openDatabase, query } from "#lib/db/connection.ts";
import { listen } from "#lib/db/listen.ts";
import { migrate, ProcessesRunning } from "#lib/migrate/migrate.ts";
import { readMigrations } from "#lib/migrate/migrations.ts";
import { ROLES_FILE } from "#lib/migrate/roles.ts";
import { repeatableFiles } from "#lib/migrate/repeatable.ts";
import { processName } from "#lib/migrate/running-processes.ts";
import { requireSchema, SchemaMismatch } from "#lib/migrate/schema-version.ts";
import { rowsOf } from "../../support/bare-sql.ts";
import { testDatabase } from "../../support/database.ts";
import { startStack } from "../../support/stack.ts";
import { until } from "../../support/until.ts";
import { bareEnvironment } from "../../support/bare-environment.ts";

const ROOT = join(import.meta.dirname, "../../..");
const scratch = mkdtempSync(join(tmpdir(), "rolling-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
const DRIZZLE = join(ROOT, "drizzle");
const SAFE = "-- Previous version: may keep running.\n";
const UNSAFE = "-- Previous version: must stop: it writes a column that is gone.\n";

/** The migrations of the next version: ours and one more. */
function nextVersion(sql: string): string {
  const folder = mkdtempSync(join(scratch, "drizzle-"));
  cpSync(DRIZZLE, folder, { recursive: true });
  addMigration(folder, { tag: "9999_next", sql, when: Math.max(...madeAt()) + 1000 });
  return folder;
}

function addMigration(folder: string, { tag, sql, when }: { tag: string; sql: string; when: number }): void {
  const file = join(folder, "meta/_journal.json");
  const journal = JSON.parse(readFileSync(file, "utf8")) as { entries: { when: number; tag: string }[] };
  journal.entries.push({ when, tag });
  writeFileSync(file, JSON.stringify(journal));
  writeFileSync(join(folder, `${tag}.sql`), sql);
}

function madeAt(): number[] {
  return readMigrations().map((migration) => migration.madeAt);
}

/** The whole program with these migrations instead of ours. */
function versionWith(folder: string): string {
  const version = mkdtempSync(join(scratch, "version-"));
  for (const name of ["lib", "admin", "scripts", "web", "worker", "holder", "node_modules", "package.json"]) {
    symlinkSync(join(ROOT, name), join(version, name));
  }
  symlinkSync(folder, join(version, "drizzle"));
  return version;
}

function run(version: string, program: string, databaseUrl: string, args: string[] = []) {
  const done = spawnSync(
    process.execPath,
    ["--preserve-symlinks", "--preserve-symlinks-main", join(version, program), ...args],
    {
      encoding: "utf8",
      timeout: 180_000,
      env: bareEnvironment({
        DATABASE_URL: databaseUrl,
        DATA_DIR: join(scratch, "data"),
        GERRIT_URL: "http://127.0.0.1:9",
        SESSION_SECRET: "a secret of the tests, long enough to sign with",
        SCAP_COMMAND: '["true"]',
        PORT: "0",
      }),
    },
  );
  return { code: done.status, said: done.stderr };
}

const EXTRA = "select from pg_attribute where attrelid = 'spiderpig.job'::regclass and attname = 'extra'";
const ADD_EXTRA = "alter table spiderpig.job add column extra text;\n";

test("every migration says whether the previous version may keep running; one that does not is refused", () => {
  const applied = [...readMigrations().map(({ tag }) => `${tag}.sql`), ...repeatableFiles(), ROLES_FILE];
  assert.deepEqual(applied.toSorted(), globSync("**/*.sql", { cwd: DRIZZLE }).toSorted());

  for (const sql of [
    ADD_EXTRA,
    `-- Previous version: must stop.\n${ADD_EXTRA}`,
    `-- Why now.\n${SAFE}${ADD_EXTRA}`,
  ]) {
    const folder = nextVersion(sql);
    assert.throws(() => readMigrations(folder), /9999_next\.sql must begin with/);
  }
});

test("a safe migration is applied while a job runs, and the previous version keeps running and starts on it", async (context) => {
  const stack = await startStack((clean) => context.after(clean));
  await stack.startWorker();
  const id = await stack.runScript(
    `read -p "Go on? [y/N]: " a; echo "got:$a"; read -p "Sure? [y/N]: " b; echo "$b"`,
  );
  const question = await stack.asks(id, "Go on?");

  await migrate(stack.url, { folder: nextVersion(SAFE + ADD_EXTRA) });

  assert.equal((await rowsOf(stack.url, EXTRA)).length, 1);
  await stack.answer(question, true);
  const second = await stack.asks(id, "Sure?");
  await stack.startWorker();
  await stack.answer(second, true);
  await stack.exited(id);
  await requireSchema(stack.db);
});

test("an unsafe migration names the running processes and changes nothing, unless it is forced", async (context) => {
  const stack = await startStack((clean) => context.after(clean), { env: { WORKER_HOST: "deploy1" } });
  const worker = await stack.startWorker();
  const web = listen({
    databaseUrl: stack.url,
    name: processName("web"),
    channels: [],
    onNotification: () => undefined,
    onGap: () => undefined,
  });
  context.after(() => web.close());
  await until("the web process to be registered", () => web.connected);
  const version = versionWith(nextVersion(UNSAFE + ADD_EXTRA));

  const refused = run(version, "admin/migrate.ts", stack.url);

  assert.equal(refused.code, 1);
  assert.match(
    refused.said,
    /9999_next needs .* stopped first \(must stop: it writes a column that is gone\)/,
  );
  assert.match(refused.said, new RegExp(`worker on deploy1, process ${worker.pid} \\(.*\\), since 20`));
  assert.match(refused.said, new RegExp(`web on ${os.hostname().slice(0, 20)}.*, process ${process.pid} `));
  assert.equal((await rowsOf(stack.url, EXTRA)).length, 0);
  await requireSchema(stack.db);

  const insisted = run(version, "admin/migrate.ts", stack.url, ["--despite-running"]);

  assert.deepEqual(insisted, { code: 0, said: "applied 9999_next\n" });
  assert.equal((await rowsOf(stack.url, EXTRA)).length, 1);
});

test("an unsafe migration is applied when all processes have stopped, and the previous version refuses to start on it", async (context) => {
  const database = await testDatabase();
  context.after(() => database.close());

  await migrate(database.url, { folder: nextVersion(UNSAFE + ADD_EXTRA) });

  for (const program of ["worker/main.ts", "web/main.ts"]) {
    const { code, said } = run(ROOT, program, database.url);
    assert.equal(code, 1, program);
    assert.match(
      said,
      /newer than this version.*9999_next: it writes a column that is gone.*start the newer/,
    );
    assert.equal(said.trim().split("\n").length, 1, said);
  }
});

test("on an older schema web and worker exit with one line that says what to do", async (context) => {
  const database = await testDatabase();
  context.after(() => database.close());
  const version = versionWith(nextVersion(SAFE + ADD_EXTRA));

  for (const program of ["worker/main.ts", "web/main.ts"]) {
    const { code, said } = run(version, program, database.url);
    assert.equal(code, 1, program);
    assert.match(said, /lacks 9999_next\): run npm run migrate/);
    assert.equal(said.trim().split("\n").length, 1, said);
  }
});

test("a worker that was disconnected during the migration exits when it reconnects", async (context) => {
  const stack = await startStack((clean) => context.after(clean));
  const worker = await stack.startWorker();
  await migrate(stack.url, { folder: nextVersion(UNSAFE + ADD_EXTRA), force: true });

  await query(
    stack.db,
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'spiderpig worker % on %'",
  );
  await until("the worker to exit", () => worker.isGone);

  assert.equal(await worker.stop(), 1);
  assert.ok(worker.log().some(({ stderr }) => /newer than this version/.test(String(stderr))));
});

test("a process that starts while an unsafe migration commits sees it", async (context) => {
  const database = await testDatabase();
  const db = openDatabase(database.url, "spiderpig worker");
  const migrating = new pg.Client({ connectionString: database.url });
  context.after(async () => {
    await migrating.end();
    await closeDatabase(db);
    await database.close();
  });
  await migrating.connect();
  await migrating.query("begin");
  await migrating.query("lock table drizzle.__drizzle_migrations in access exclusive mode");

  const starting = requireSchema(db);
  starting.catch(() => undefined);
  await until("the starting process to wait", async () => {
    const waiting = await rowsOf(database.url, "select from pg_locks where not granted");
    return waiting.length > 0;
  });
  await migrating.query(
    `insert into drizzle.__drizzle_migrations (hash, created_at, tag, compatibility)
     values ('', 9999999999999, '9999_next', 'must stop: another form')`,
  );
  await migrating.query("commit");

  await assert.rejects(starting, SchemaMismatch);
});

test("an unsafe migration sees a process that checked the schema before it", async (context) => {
  const database = await testDatabase();
  const db = openDatabase(database.url, "spiderpig worker");
  context.after(async () => {
    await closeDatabase(db);
    await database.close();
  });

  await requireSchema(db);

  await assert.rejects(migrate(database.url, { folder: nextVersion(UNSAFE + ADD_EXTRA) }), ProcessesRunning);
});

test("a migration that waits for a lock does not block other sessions, and is retried until it gets the lock", async (context) => {
  const database = await testDatabase();
  const reader = new pg.Client({ connectionString: database.url });
  context.after(async () => {
    await reader.end();
    await database.close();
  });
  await reader.connect();
  await reader.query("begin");
  await reader.query("select count(*) from spiderpig.job");
  const messages: string[] = [];

  const migrated = migrate(database.url, {
    folder: nextVersion(SAFE + ADD_EXTRA),
    onProgress: (line) => messages.push(line),
  });
  migrated.catch(() => undefined);
  await until("the lock timeout", () => messages.length > 0);
  assert.equal((await rowsOf(database.url, "select count(*) from spiderpig.job")).length, 1);
  assert.match(messages[0] ?? "", /9999_next waits for a lock/);
  await reader.query("commit");
  await migrated;

  assert.equal((await rowsOf(database.url, EXTRA)).length, 1);
});

test("a migration of pg-boss that waits for a lock does not block other sessions either", async (context) => {
  const database = await testDatabase();
  const sender = new pg.Client({ connectionString: database.url });
  context.after(async () => {
    await sender.end();
    await database.close();
  });
  const version = "select version from pgboss.version";
  const [current] = await rowsOf(database.url, version);
  await rowsOf(database.url, getRollbackPlans("pgboss", Number(current?.["version"])));
  assert.notDeepEqual(await rowsOf(database.url, version), [current]);
  await sender.connect();
  await sender.query("begin");
  await sender.query("select count(*) from pgboss.job");
  const messages: string[] = [];

  const migrated = migrate(database.url, { onProgress: (line) => messages.push(line) });
  migrated.catch(() => undefined);
  await until("the lock timeout", () => messages.length > 0);
  assert.equal((await rowsOf(database.url, "select count(*) from pgboss.job")).length, 1);
  assert.match(messages[0] ?? "", /pg-boss waits for a lock/);
  await sender.query("commit");
  await migrated;

  assert.deepEqual(await rowsOf(database.url, version), [current]);
});

test("a migration that was generated before the last applied one, and merged after it, is applied", async (context) => {
  const database = await testDatabase();
  context.after(() => database.close());
  const folder = nextVersion(SAFE + "alter table spiderpig.job add column later text;\n");
  await migrate(database.url, { folder });
  addMigration(folder, { tag: "9998_earlier", sql: SAFE + ADD_EXTRA, when: Math.max(...madeAt()) + 500 });

  await migrate(database.url, { folder });

  assert.equal((await rowsOf(database.url, EXTRA)).length, 1);
});

test("an older version accepts and keeps the functions, rules and views of a newer one", async (context) => {
  const database = await testDatabase();
  const db = openDatabase(database.url, "spiderpig worker");
  context.after(async () => {
    await closeDatabase(db);
    await database.close();
  });
  const folder = nextVersion(SAFE + ADD_EXTRA);
  appendFileSync(join(folder, "comments.sql"), "comment on schema spiderpig is 'By the next version.';\n");
  await migrate(database.url, { folder });

  await requireSchema(db);
  await migrate(database.url);

  const [comment] = await rowsOf(
    database.url,
    "select obj_description('spiderpig'::regnamespace, 'pg_namespace') as text",
  );
  assert.equal(comment?.["text"], "By the next version.");
});

test("with functions, rules and views of an earlier version web and worker ask for the migration", async (context) => {
  const database = await testDatabase();
  context.after(() => database.close());
  const folder = nextVersion(SAFE + ADD_EXTRA);
  await migrate(database.url, { folder });
  appendFileSync(join(folder, "rules.sql"), "-- Changed.\n");

  const { code, said } = run(versionWith(folder), "worker/main.ts", database.url);

  assert.equal(code, 1);
  assert.match(said, /lacks its functions, rules and views\): run npm run migrate/);
});
