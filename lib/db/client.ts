// A connection to PostgreSQL. If DATABASE_URL names several servers, it is to the one that takes writes: after a failover, each new
// connection leads to the new primary. pg itself knows one server only.
import pg from "pg";
import { serversOf } from "../database-url.ts";

/** Making a connection takes milliseconds, and seconds on a busy machine. After this the database is unreachable. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A server that is down delays only the answer that none takes writes. */
const PROBE_TIMEOUT_MS = 5000;

type Options = pg.ClientConfig & { connectTimeoutMs?: number };

/** As pg declares it. */
type Callback = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

export class DatabaseClient extends pg.Client {
  readonly #servers: readonly string[];

  /** The timeout of a pool, which passes its own options, is for waiting and connecting together; this one is shorter. */
  constructor({ connectionString = "", connectTimeoutMs = CONNECT_TIMEOUT_MS, ...options }: Options = {}) {
    const servers = serversOf(connectionString);
    super({ ...options, connectionString: servers[0], connectionTimeoutMillis: connectTimeoutMs });
    this.#servers = servers;
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.Client> | void {
    if (callback === undefined) return this.#findServer().then(() => super.connect());
    // The pool listens for errors from its callback on. Behind a promise that is too late for a server that ends the connection at
    // once: the error would end the process.
    if (this.#servers.length === 1) super.connect(callback);
    else this.#findServer().then(() => super.connect(callback), callback as (error: unknown) => void);
  }

  /** Connections to ask, so that no answer is out of date: a few milliseconds, and only with several servers. */
  async #findServer(): Promise<void> {
    if (this.#servers.length > 1) Object.assign(this, await findPrimary(this.#servers));
  }
}

type Address = { host: string; port: number };

/** Asks all at the same time: one that is down takes seconds to fail. @throws an error that names why each was not used. */
async function findPrimary(servers: readonly string[]): Promise<Address> {
  try {
    return await Promise.any(servers.map(requireWritable));
  } catch (cause) {
    const errors: unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
    const reasons = errors.map((error) => (error instanceof Error ? error.message : String(error)));
    throw Object.assign(new Error(`no server takes writes: ${reasons.join("; ")}`, { cause }), {
      code: codeOf(errors[0]),
    });
  }
}

/** Not a statement(), which needs the connections that this file makes. */
const IS_READ_ONLY = `select pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean as "isReadOnly"`;

async function requireWritable(server: string): Promise<Address> {
  const client = new pg.Client({
    connectionString: server,
    connectionTimeoutMillis: PROBE_TIMEOUT_MS,
    query_timeout: PROBE_TIMEOUT_MS,
    application_name: "spiderpig finds the primary",
  });
  client.on("error", () => undefined);
  const { host, port } = client;
  try {
    await client.connect();
    const { rows } = await client.query<{ isReadOnly: boolean }>(IS_READ_ONLY);
    if (rows[0]?.isReadOnly !== false) throw Object.assign(new Error("is read-only"), { code: READ_ONLY });
    return { host, port };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw Object.assign(new Error(`${host}:${port} ${reason}`, { cause }), { code: codeOf(cause) });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The SQLSTATE of a write on a standby. */
const READ_ONLY = "25006";

/** pg reports a timeout and a connection that ends without a code. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "ETIMEDOUT";
}
