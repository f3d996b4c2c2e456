// Connections to PostgreSQL. This folder is the only one that imports pg and drizzle-orm. The pool lives on
// globalThis, because Next loads route handlers and instrumentation as separate module instances.
import { createHash } from "node:crypto";
import { Socket } from "node:net";
import pg from "pg";
import { config, requireSetting } from "../config.ts";
import { AppError } from "../errors.ts";
import { DatabaseClient } from "./client.ts";

export type Database = { readonly pool: pg.Pool };

/** An open transaction, for our statements and those of pg-boss. */
export type Transaction = {
  execute<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Runs it when the transaction is committed, and never if it is not. It must not throw. */
  afterCommit(work: () => void): void;
};

const POOL_MAX = 10;
const STATEMENT_TIMEOUT_MS = 15_000;
/**
 * How long a request waits while all connections of the pool are in use. Longer than a statement may take: a burst of
 * requests is served late, and refused as `database_busy` only if it cannot be served.
 */
const POOL_WAIT_MS = 20_000;
/**
 * After which the server ends an idle transaction. A process that is suspended in a transaction, or whose host is cut off, would
 * hold the row of the job: no one could answer it, take it over or declare it lost until the process continues or, for a host,
 * until the server's TCP keepalive closes the connection after two hours.
 */
const IDLE_IN_TRANSACTION_MS = 5000;
/**
 * The server responds to each statement within the statement timeout, if only by cancelling it. A connection without progress
 * for longer is dead; TCP alone would need a quarter of an hour to detect that.
 */
const DATA_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 3000;

const SESSION_SETTINGS =
  `set statement_timeout = ${STATEMENT_TIMEOUT_MS}; ` +
  `set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`;

const KEY = Symbol.for("spiderpig.database");
type Holder = { [KEY]?: Database };

/** The process's database. Opens nothing until the first statement. */
export function database(): Database {
  const holder = globalThis as Holder;
  holder[KEY] ??= openDatabase(requireSetting(config().databaseUrl, "DATABASE_URL"), "spiderpig");
  return holder[KEY];
}

export type Timeouts = {
  /** After which a connection in use that neither sends nor receives is closed. */
  dataTimeoutMs?: number;
  poolWaitMs?: number;
};

/** @param applicationName shown in pg_stat_activity. */
export function openDatabase(url: string, applicationName: string, timeouts: Timeouts = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_MAX,
    Client: DatabaseClient,
    connectionTimeoutMillis: timeouts.poolWaitMs ?? POOL_WAIT_MS,
    application_name: applicationName,
    keepAlive: true,
    // By a statement: PgBouncer refuses a connection that sets them as it starts.
    // oxlint-disable-next-line typescript/no-misused-promises -- pg-pool waits for it; its types do not say so
    onConnect: (client) => client.query(SESSION_SETTINGS),
    stream: () => socketWithTimeout(timeouts.dataTimeoutMs ?? DATA_TIMEOUT_MS),
  });
  // A connection that breaks while idle is replaced at the next use, and one that breaks between two statements fails
  // the next of them; without listeners either would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return { pool };
}

/** Closes a connection without progress. A timeout for each statement would also end eight megabytes over a slow network. */
function socketWithTimeout(dataTimeoutMs: number): Socket {
  const socket = new Socket();
  const timeout = Object.assign(new Error(`no data from the database for ${dataTimeoutMs} ms`), {
    code: "ETIMEDOUT",
  });
  // Not before: nothing would handle the error of a socket that is never connected, because no server takes writes.
  return socket.once("connect", () => socket.setTimeout(dataTimeoutMs, () => socket.destroy(timeout)));
}

export async function closeDatabase(db: Database): Promise<void> {
  await db.pool.end();
}

/** Runs `work` in one transaction; rolls back when it throws. @throws AppError database_unreachable. */
export async function transaction<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await connect(db);
  let broken: Error | undefined;
  let isOpen = true;
  const afterCommit: (() => void)[] = [];
  const tx: Transaction = {
    execute: async (text, values) => {
      // A late statement would run outside the transaction, on a connection that another request uses by then.
      if (!isOpen) throw new Error("the transaction is over");
      return (await client.query(prepared(text, values))).rows as never;
    },
    afterCommit: (work) => void afterCommit.push(work),
  };
  try {
    await client.query("begin");
    const result = await work(tx);
    isOpen = false;
    const { command } = await client.query("commit");
    // The server rolls back instead when a statement has failed, even if the caller has ignored that.
    if (command !== "COMMIT") throw new Error("the transaction was rolled back");
    for (const work of afterCommit) work();
    return result;
  } catch (cause) {
    isOpen = false;
    await client.query("rollback").catch((error: unknown) => {
      broken = error instanceof Error ? error : new Error(String(error));
    });
    throw translate(cause);
  } finally {
    client.release(broken);
  }
}

async function connect(db: Database): Promise<pg.PoolClient> {
  try {
    return await db.pool.connect();
  } catch (cause) {
    throw translate(cause);
  }
}

/** One statement outside a transaction. @throws AppError database_unreachable. */
export async function query<Row extends pg.QueryResultRow>(
  db: Database,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return run(db, prepared(text, values));
}

/** One statement that is planned for its values each time, because the best plan of a search depends on them. */
export async function search<Row extends pg.QueryResultRow>(
  db: Database,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  return run(db, { text, values });
}

async function run<Row extends pg.QueryResultRow>(db: Database, statement: pg.QueryConfig): Promise<Row[]> {
  try {
    return (await db.pool.query<Row>(statement)).rows;
  } catch (cause) {
    throw translate(cause);
  }
}

/** Above the number of statements in the program. A limit, because each takes memory in every connection. */
const PREPARED_MAX = 500;
const preparedNames = new Map<string, string>();

/**
 * Parsed and planned once for each connection: for small statements that is most of the server's work. The name is a hash of the
 * text, because Next loads this module several times and its instances share the connections.
 */
function prepared(text: string, values: unknown[] = []): pg.QueryConfig {
  let name = preparedNames.get(text);
  if (name === undefined && preparedNames.size < PREPARED_MAX) {
    name = createHash("sha1").update(text).digest("base64url");
    preparedNames.set(text, name);
  }
  return name === undefined ? { text, values } : { name, text, values };
}

/**
 * SQLSTATEs after which a retry may succeed: the server is unreachable or shutting down, out of resources (53: disk, memory,
 * connections) or of time (57014), has closed an idle transaction (25P03), or gave precedence to another transaction (40001;
 * 40P01: a deadlock, for example with a migration; 55P03).
 */
const UNREACHABLE_SQLSTATE = /^(08|53|57P0)|^(25006|25P03|40001|40P01|55P03|57014)$/;
const UNREACHABLE_CODE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "ETIMEDOUT",
  "EPIPE",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  // The host itself has no network.
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "EAI_AGAIN",
]);

/** Whether a retry may succeed. The statement itself is not wrong. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof AppError) return /^database_(unreachable|busy)$/.test(error.code);
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (code !== undefined && (UNREACHABLE_CODE.has(code) || UNREACHABLE_SQLSTATE.test(code))) return true;
  // pg reports these without a code.
  if (/connection terminated|timeout expired|connection error/i.test(error.message) || isPoolTimeout(error)) {
    return true;
  }
  return error.cause !== undefined && isUnreachable(error.cause);
}

/** Whether the error is a value that a column cannot store or compare: a NUL, a number out of range, a lone surrogate. */
export function isInvalidValue(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string" && /^22[0-9A-Z]{3}$/.test(at.code)) return true;
  }
  return false;
}

/** Name of the violated constraint, also of an error that drizzle has wrapped. */
export function violatedConstraint(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("constraint" in at && typeof at.constraint === "string") return at.constraint;
  }
  return undefined;
}

/** No connection of the pool became free in time; pg-pool reports it without a code. */
const isPoolTimeout = (error: Error) => error.message === "timeout exceeded when trying to connect";

/** SQLSTATEs of a server that is reachable and has no room or no time, or gave way to another transaction. */
const BUSY_SQLSTATE = /^(53|40)|^(55P03|57014)$/;

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string" && BUSY_SQLSTATE.test(error.code)) return true;
  return isPoolTimeout(error) || isBusy(error.cause);
}

/** The refusal of a request, for an error for which `isUnreachable` is true. */
export function databaseUnavailable(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError(isBusy(cause) ? "database_busy" : "database_unreachable", {
    // When a connection breaks during a commit, it is unknown whether the transaction was committed.
    detail: "Running deployments continue. Check whether your request took effect, then try again.",
    cause,
  });
}

function translate(cause: unknown): unknown {
  return isUnreachable(cause) ? databaseUnavailable(cause) : cause;
}
