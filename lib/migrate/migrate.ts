// Brings the database to this version's schema. Safe to start from several processes at once: an advisory lock
// makes the others wait and then find nothing to do. Run alone: `npm run migrate`.
//
// First the migrations, then the repeatable files (repeatable.ts) in one transaction if they have changed.
// Each migration is a transaction of its own, with the row that records it. Not drizzle's own migrator:
// that puts all into one transaction, which keeps every lock to the end of the last one, and it skips a migration that was
// generated before the last applied one.
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { DatabaseClient } from "../db/client.ts";
import { INSERT_VAPID_KEY } from "../db/deliveries.ts";
import { generateVapidKey } from "../notify/vapid.ts";
import { installQueues } from "../queue/queues.ts";
import {
  appliedFrom,
  type AppliedRow,
  APPLIED,
  hasOtherBaseline,
  MAY_KEEP_RUNNING,
  type Migration,
  MIGRATIONS,
  OTHER_BASELINE,
  pendingMigrations,
  readMigrations,
  unknownMigrations,
} from "./migrations.ts";
import { isRepeatableCurrent, readRepeatable, type Repeatable, REPEATABLE_TAG } from "./repeatable.ts";
import { applyRoles } from "./roles.ts";
import { listRunningProcesses } from "./running-processes.ts";

/** Any constant will do, as long as every version uses the same one. */
const LOCK_ID = 7_742_483;
/** Sessions queue behind a migration that waits for a lock: it gives up after this, and is retried. */
const LOCK_WAIT_MS = 1000;
const RETRY_MS = 1000;
const TRIES_MAX = 60;

export type MigrateOptions = {
  /** Migrates although processes of the previous version are running that will fail on the new schema. */
  force?: boolean;
  /** Receives messages for the operator about what is waited for, and what only an administrator of the server can do. */
  onProgress?: (line: string) => void;
  /** Receives what was done, one line for each step. */
  onApplied?: (line: string) => void;
  folder?: string;
};

/** The running processes would fail on the new schema. Nothing was changed. */
export class ProcessesRunning extends Error {
  constructor(migration: Migration, running: readonly string[]) {
    super(
      [
        `${migration.tag} needs the running processes to be stopped first (${migration.compatibility}):`,
        ...running.map((line) => `  ${line}`),
        "Running deployments continue without them. Stop them and migrate again, or force it with --despite-running.",
      ].join("\n"),
    );
    this.name = "ProcessesRunning";
  }
}

/** The database cannot be brought to this version's schema. Nothing was changed. */
export class BaselineMismatch extends Error {
  constructor() {
    super(OTHER_BASELINE);
    this.name = "BaselineMismatch";
  }
}

const ignore = (): void => undefined;

/** @param databaseUrl of a role that owns the database. @throws ProcessesRunning, BaselineMismatch. */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<void> {
  const { force = false, onProgress = ignore, onApplied = ignore, folder = MIGRATIONS } = options;
  const brought = readMigrations(folder);
  const repeatable = readRepeatable(folder);
  const client = new DatabaseClient({
    connectionString: databaseUrl,
    application_name: "spiderpig migrate",
  });
  await client.connect();
  try {
    await acquireLock(client, onProgress);
    await prepareBookkeeping(client);
    const { rows } = await client.query<AppliedRow>(APPLIED);
    const applied = appliedFrom(rows);
    if (hasOtherBaseline(brought, applied)) throw new BaselineMismatch();
    const pending = pendingMigrations(brought, applied);
    // Before anything is changed: a version is migrated to as a whole or not at all.
    const strictest = pending.find(({ compatibility }) => compatibility !== MAY_KEEP_RUNNING);
    const isEmpty = pending.length === brought.length;
    if (strictest !== undefined && !force && !isEmpty) await requireNoProcess(client, strictest);
    for (const migration of pending) {
      await retryOnLockTimeout(client, migration.tag, onProgress, async () => {
        await client.query("begin");
        await client.query(`set local lock_timeout = ${LOCK_WAIT_MS}`);
        if (migration.compatibility !== MAY_KEEP_RUNNING) {
          // A process reads this table when it has connected (schema-version.ts): either it is seen here, or it
          // waits and then sees this migration.
          await client.query("lock table drizzle.__drizzle_migrations in access exclusive mode");
          if (!force && !isEmpty) await requireNoProcess(client, migration);
        }
        for (const statement of migration.statements) await client.query(statement);
        const { hash, madeAt, tag, compatibility } = migration;
        await client.query(RECORD, [hash, madeAt, tag, compatibility]);
        await client.query("commit");
      });
      onApplied(`applied ${migration.tag}`);
    }
    // The files of an older version may not fit the tables of a newer one.
    const isNewer = unknownMigrations(brought, applied).length > 0;
    const isStale = !isNewer && !isRepeatableCurrent(repeatable, applied);
    if (isStale) {
      await retryOnLockTimeout(client, "functions, rules and views", onProgress, () =>
        applyRepeatable(client, repeatable),
      );
      onApplied("applied functions, rules and views");
    }
    if (isNewer) onApplied("the database was migrated by a newer version: nothing to apply");
    else if (pending.length === 0 && !isStale) onApplied("tables, functions, rules and views are up to date");
    await client.query(`set lock_timeout = ${LOCK_WAIT_MS}`);
    await installQueues((text, values) =>
      retryOnLockTimeout(client, "pg-boss", onProgress, () => client.query(text, values)),
    );
    await storeVapidKey(client, onApplied);
    if (isNewer) return;
    const { created, missing } = await applyRoles(client, folder);
    for (const role of created) onApplied(`created role ${role}`);
    for (const line of missing) onProgress(line);
  } finally {
    await client.end();
  }
}

/** Keeps the pair that the database has. */
async function storeVapidKey(client: pg.Client, onApplied: (line: string) => void): Promise<void> {
  const { publicKey, privateKey } = generateVapidKey();
  const { rowCount } = await client.query(INSERT_VAPID_KEY, [publicKey, privateKey]);
  if (rowCount === 1) onApplied("generated the key that signs push notifications");
}

/** Waits for another migration without a timeout, and names its session: any role can take this lock. */
async function acquireLock(client: pg.Client, onProgress: (line: string) => void): Promise<void> {
  for (let reported: string | undefined; ;) {
    const { rows } = await client.query<{ isOurs: boolean }>('select pg_try_advisory_lock($1) as "isOurs"', [
      LOCK_ID,
    ]);
    if (rows[0]?.isOurs === true) return;
    const holder = await findLockHolder(client);
    if (holder !== undefined && holder !== reported) {
      onProgress(`another migration is running: waiting for ${holder}`);
    }
    reported = holder ?? reported;
    await sleep(RETRY_MS);
  }
}

async function findLockHolder(client: pg.Client): Promise<string | undefined> {
  await client.query("select pg_stat_clear_snapshot()");
  const { rows } = await client.query<{ holder: string }>(
    `select format('server process %s of %s (%s)', a.pid, a.usename, a.application_name) as holder
     from pg_locks l
     join pg_stat_activity a on a.pid = l.pid
     join pg_database d on d.oid = l.database and d.datname = current_database()
     where l.locktype = 'advisory' and l.classid = 0 and l.objid = $1 and l.granted`,
    [LOCK_ID],
  );
  return rows[0]?.holder;
}

const RECORD =
  "insert into drizzle.__drizzle_migrations (hash, created_at, tag, compatibility) values ($1, $2, $3, $4)";

async function applyRepeatable(client: pg.Client, { hash, statements }: Repeatable): Promise<void> {
  await client.query("begin");
  await client.query(`set local lock_timeout = ${LOCK_WAIT_MS}`);
  for (const statement of statements) await client.query(statement);
  await client.query(RECORD, [hash, null, REPEATABLE_TAG, MAY_KEEP_RUNNING]);
  await client.query("commit");
}

/** drizzle-kit's table, with two more columns. */
async function prepareBookkeeping(client: pg.Client): Promise<void> {
  await client.query("create schema if not exists drizzle");
  await client.query(
    `create table if not exists drizzle.__drizzle_migrations
       (id serial primary key, hash text not null, created_at bigint, tag text not null, compatibility text not null)`,
  );
}

async function requireNoProcess(client: pg.Client, migration: Migration): Promise<void> {
  await client.query("select pg_stat_clear_snapshot()");
  const running = await listRunningProcesses(client);
  if (running.length > 0) throw new ProcessesRunning(migration, running);
}

/** Work with a short lock timeout, retried as a whole until it gets all of its locks. */
async function retryOnLockTimeout<T>(
  client: pg.Client,
  what: string,
  onProgress: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      await client.query("rollback").catch(() => undefined);
      if (!isLockTimeout(error) || tries >= TRIES_MAX) throw error;
      onProgress(`${what} waits for a lock that another session holds (retry ${tries})`);
      await sleep(RETRY_MS);
    }
  }
}

/** Or a deadlock with a running request, which PostgreSQL resolved against the migration. */
function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "55P03" || error.code === "40P01");
}
