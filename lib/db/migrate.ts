// Brings the database to this version's schema. Safe to start from several processes at once: an advisory lock
// makes the others wait and then find nothing to do. Run alone: `npm run migrate`.
import path from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as applyMigrations } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { installQueue } from "../queue/queue.ts";

const MIGRATIONS = path.join(import.meta.dirname, "../../drizzle");
/** Any constant will do, as long as every version uses the same one. */
const LOCK_ID = 7_742_483;
const CONNECT_TIMEOUT_MS = 10_000;

/** @param databaseUrl of a role that owns the database. */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: "spiderpig migrate",
  });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK_ID]);
    await applyMigrations(drizzle({ client }), { migrationsFolder: MIGRATIONS });
    await installQueue(databaseUrl);
  } finally {
    await client.end();
  }
}
