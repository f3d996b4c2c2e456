// Whether a connection pooler gives statements of one connection to different sessions of the server. LISTEN, advisory locks and the
// session's settings do not work then: jobs would be queued and never start.
import type pg from "pg";
import { ConfigError } from "../config.ts";
import { DatabaseClient } from "./client.ts";
import { integer, type RowOf, statement } from "./statement.ts";

/** The pooler chooses; between idle connections it nearly always takes the one that was used last. */
const TRIES = 5;

/**
 * Sees two connections share a session, which a direct connection or a pool in session mode never does.
 * @throws ConfigError if they do, and the errors of an unreachable database.
 */
export async function refuseTransactionPooling(databaseUrl: string): Promise<void> {
  const clients = [1, 2].map(
    () =>
      new DatabaseClient({
        connectionString: databaseUrl,
        application_name: "spiderpig pooling check",
      }),
  );
  const [first, second] = clients as [DatabaseClient, DatabaseClient];
  for (const client of clients) client.on("error", () => undefined);
  try {
    await first.connect();
    await second.connect();
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      if ((await sessionOf(first)) !== (await sessionOf(second))) continue;
      throw new ConfigError([
        "DATABASE_URL: leads to a connection pool in transaction mode, in which LISTEN does not work: use session mode (pool_mode = session in PgBouncer), or connect directly",
      ]);
    }
  } finally {
    await Promise.allSettled(clients.map(async (client) => client.end()));
  }
}

const SESSION = statement({ pid: integer }, "select pg_backend_pid() as pid");

async function sessionOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<RowOf<typeof SESSION.columns>>(SESSION.text);
  return rows[0]?.pid;
}
