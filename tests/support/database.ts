/**
 * Creates a migrated database for a test, cloned from a template in about ten milliseconds.
 *
 * The first caller creates the template, once per server and schema version; its name contains a hash of
 * the migrations and of the code that installs the queue, so that an edited migration is never tested on an old template.
 */
import { createHash, randomBytes } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { closeDatabase, type Database, openDatabase } from "#lib/db/connection.ts";
import { migrate } from "#lib/migrate/migrate.ts";
import { asRole } from "#lib/migrate/roles.ts";
import { inDatabase, rowsOf } from "./bare-sql.ts";

export type TestDatabase = {
  /** As the owner. */
  url: string;
  /** With the privileges of web processes, and of workers. */
  webUrl: string;
  workerUrl: string;
  close(): Promise<void>;
};

const ROOT = join(import.meta.dirname, "../..");
const SCHEMA_FILES = [
  "drizzle/**/*.{sql,json}",
  "lib/migrate/*.ts",
  "lib/queue/queues.ts",
  "package-lock.json",
];
/** An arbitrary constant: processes that create a template wait for each other. */
const LOCK_ID = 3_115_229;

let template: Promise<string> | undefined;

/** @param migrated false gives an empty database without our schema, for tests of the migrations themselves. */
export async function testDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const admin = process.env["TEST_DATABASE_URL"];
  if (admin === undefined) {
    throw new Error("PostgreSQL is not running: start the tests with npm test -- <file>");
  }
  template ??= makeTemplate(admin);
  const name = `test_${process.pid}_${randomBytes(4).toString("hex")}`;
  const source = migrated ? await template : "template0";
  await rowsOf(admin, `create database ${name} template ${source} strategy file_copy`);
  const url = inDatabase(admin, name);
  return {
    url,
    webUrl: asRole(url, "spiderpig_web"),
    workerUrl: asRole(url, "spiderpig_worker"),
    close: async () => {
      await rowsOf(admin, `drop database if exists ${name} with (force)`);
    },
  };
}

/** A database with a pool of connections, closed by `clean`: `after` of the file or of the test. */
export async function openTestDatabase(
  clean: (clean: () => Promise<void>) => void,
  options: { migrated?: boolean } = {},
): Promise<{ db: Database; url: string }> {
  const database = await testDatabase(options);
  const db = openDatabase(database.url, "test");
  clean(async () => {
    await closeDatabase(db);
    await database.close();
  });
  return { db, url: database.url };
}

async function makeTemplate(admin: string): Promise<string> {
  const name = `template_${schemaHash()}`;
  const client = new pg.Client({ connectionString: admin });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK_ID]);
    const found = await client.query<{ datistemplate: boolean }>(
      "select datistemplate from pg_database where datname = $1",
      [name],
    );
    if (found.rows[0]?.datistemplate === true) return name;
    // Without this comment it is incomplete.
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name} template template0`);
    await migrate(inDatabase(admin, name));
    await client.query(`alter database ${name} with is_template true`);
    return name;
  } finally {
    await client.end();
  }
}

function schemaHash(): string {
  const hash = createHash("sha256");
  for (const path of globSync(SCHEMA_FILES, { cwd: ROOT }).toSorted()) {
    hash.update(path).update(readFileSync(join(ROOT, path)));
  }
  return hash.digest("hex").slice(0, 16);
}
