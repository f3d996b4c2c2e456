// Brings the database to this version's schema. Safe to start from several processes at once: an advisory lock
// makes the others wait and then find nothing to do. Run alone: `npm run migrate`.
//
// First the migrations, then the repeatable files (repeatable.ts) in one transaction if they have changed.
// Each migration is a transaction of its own, with the row that says that it was applied. Not drizzle's own migrator:
// that puts all into one transaction, which keeps every lock to the end of the last one, and it takes a migration
// that was made before the latest one applied for applied.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { installQueues } from "../queue/queues.ts";
import {
  appliedFrom,
  type AppliedRow,
  APPLIED,
  hasOtherBaseline,
  MAY_GO_ON,
  type Migration,
  MIGRATIONS,
  OTHER_BASELINE,
  pendingMigrations,
  readMigrations,
  unknownMigrations,
} from "./migrations.ts";
import { isRepeatableCurrent, readRepeatable, type Repeatable, REPEATABLE_TAG } from "./repeatable.ts";
import { listRunningProcesses } from "./running-processes.ts";

/** Any constant will do, as long as every version uses the same one. */
const LOCK_ID = 7_742_483;
const CONNECT_TIMEOUT_MS = 10_000;
/** Whoever comes behind a migration that waits for a lock waits too: it steps aside after this, and comes again. */
const LOCK_WAIT_MS = 1000;
const RETRY_MS = 1000;
const TRIES_MAX = 60;

export type MigrateOptions = {
  /** Goes on although processes run that will not survive it. */
  insist?: boolean;
  /** Is told what takes long, for people. */
  tell?: (line: string) => void;
  folder?: string;
};

/** A migration that the running processes would not survive. Nothing was changed by it. */
export class ProcessesRunning extends Error {
  constructor(migration: Migration, running: readonly string[]) {
    super(
      [
        `${migration.tag} needs the running processes to be stopped first (${migration.oldCode}):`,
        ...running.map((line) => `  ${line}`),
        "Running deployments go on without them. Stop them and migrate again, or insist with --despite-running.",
      ].join("\n"),
    );
    this.name = "ProcessesRunning";
  }
}

/** The database cannot be brought to this version's schema. Nothing was changed. */
export class OtherBaseline extends Error {
  constructor() {
    super(OTHER_BASELINE);
    this.name = "OtherBaseline";
  }
}

/** @param databaseUrl of a role that owns the database. @throws ProcessesRunning, OtherBaseline. */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<void> {
  const { insist = false, tell = () => undefined, folder = MIGRATIONS } = options;
  const brought = readMigrations(folder);
  const repeatable = readRepeatable(folder);
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: "spiderpig migrate",
  });
  await client.connect();
  try {
    await takeTurn(client, tell);
    await prepareBookkeeping(client);
    const { rows } = await client.query<AppliedRow>(APPLIED);
    const applied = appliedFrom(rows);
    if (hasOtherBaseline(brought, applied)) throw new OtherBaseline();
    const pending = pendingMigrations(brought, applied);
    // Before anything is changed: a version is migrated to as a whole or not at all.
    const strictest = pending.find(({ oldCode }) => oldCode !== MAY_GO_ON);
    const isEmpty = pending.length === brought.length;
    if (strictest !== undefined && !insist && !isEmpty) await requireNobody(client, strictest);
    for (const migration of pending) {
      await withoutBlocking(client, migration.tag, tell, async () => {
        await client.query("begin");
        await client.query(`set local lock_timeout = ${LOCK_WAIT_MS}`);
        if (migration.oldCode !== MAY_GO_ON) {
          // A process reads this table when it has connected (schema-version.ts): either it is seen here, or it
          // waits and then sees this migration.
          await client.query("lock table drizzle.__drizzle_migrations in access exclusive mode");
          if (!insist && !isEmpty) await requireNobody(client, migration);
        }
        for (const statement of migration.statements) await client.query(statement);
        await client.query(RECORD, [migration.hash, migration.madeAt, migration.tag, migration.oldCode]);
        await client.query("commit");
      });
    }
    // The files of an older version may not fit the tables of a newer one.
    const isNewer = unknownMigrations(brought, applied).length > 0;
    if (!isNewer && !isRepeatableCurrent(repeatable, applied)) {
      await withoutBlocking(client, "functions, rules and views", tell, () =>
        applyRepeatable(client, repeatable),
      );
    }
    await client.query(`set lock_timeout = ${LOCK_WAIT_MS}`);
    await installQueues((text, values) =>
      withoutBlocking(client, "pg-boss", tell, () => client.query(text, values)),
    );
  } finally {
    await client.end();
  }
}

/** Waits for another migration, for as long as it takes, and says for whom: anybody could have taken this lock. */
async function takeTurn(client: pg.Client, tell: (line: string) => void): Promise<void> {
  for (let told: string | undefined; ;) {
    const { rows } = await client.query<{ isOurs: boolean }>('select pg_try_advisory_lock($1) as "isOurs"', [
      LOCK_ID,
    ]);
    if (rows[0]?.isOurs === true) return;
    const holder = await findHolderOfTurn(client);
    if (holder !== undefined && holder !== told) {
      tell(`another migration is under way: waiting for ${holder}`);
    }
    told = holder ?? told;
    await sleep(RETRY_MS);
  }
}

async function findHolderOfTurn(client: pg.Client): Promise<string | undefined> {
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
  "insert into drizzle.__drizzle_migrations (hash, created_at, tag, old_code) values ($1, $2, $3, $4)";

async function applyRepeatable(client: pg.Client, { hash, statements }: Repeatable): Promise<void> {
  await client.query("begin");
  await client.query(`set local lock_timeout = ${LOCK_WAIT_MS}`);
  for (const statement of statements) await client.query(statement);
  await client.query(RECORD, [hash, null, REPEATABLE_TAG, MAY_GO_ON]);
  await client.query("commit");
}

/** drizzle-kit's table, with two columns of ours. */
async function prepareBookkeeping(client: pg.Client): Promise<void> {
  await client.query("create schema if not exists drizzle");
  await client.query(
    `create table if not exists drizzle.__drizzle_migrations
       (id serial primary key, hash text not null, created_at bigint, tag text, old_code text)`,
  );
}

async function requireNobody(client: pg.Client, migration: Migration): Promise<void> {
  await client.query("select pg_stat_clear_snapshot()");
  const running = await listRunningProcesses(client);
  if (running.length > 0) throw new ProcessesRunning(migration, running);
}

/** Work that never waits long for a lock, tried again as a whole until it gets all of them. */
async function withoutBlocking<T>(
  client: pg.Client,
  what: string,
  tell: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      await client.query("rollback").catch(() => undefined);
      if (!isLockTimeout(error) || tries >= TRIES_MAX) throw error;
      tell(`${what} waits for a lock that somebody holds, and tries again (${tries})`);
      await sleep(RETRY_MS);
    }
  }
}

/** Not ours alone: a deadlock with a running request is resolved against one of the two, and we come again. */
function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "55P03" || error.code === "40P01");
}
