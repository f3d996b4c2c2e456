// The database, as seen with DATABASE_URL.
import { type Config, requireSetting } from "#lib/config.ts";
import { closeDatabase, openDatabase } from "#lib/db/connection.ts";
import { refuseTransactionPooling } from "#lib/db/pooling.ts";
import { describeServer } from "#lib/db/server.ts";
import { requireSchema } from "#lib/migrate/schema-version.ts";
import { type Check, failed, type Finding, ok, warning } from "./check.ts";

/** The oldest version with everything that the schema uses. */
const VERSION_MIN = 14;
/** Of a web process or worker: its pool, its listening connections, and pg-boss. */
const CONNECTIONS_PER_PROCESS = 14;
const CLOCK_DIFFERENCE_MAX_MS = 2000;
/** A process that cannot connect would wait; the person who runs the check should not. */
const WAIT_MS = 5000;

type Server = Awaited<ReturnType<typeof describeServer>>;

export function databaseChecks(settings: Config): Check[] {
  const url = () => requireSetting(settings.databaseUrl, "DATABASE_URL");
  /** Described once for all checks of it. */
  let described: Promise<Server> | undefined;
  const onServer = (check: (server: Server) => Finding) => async () =>
    check(await (described ??= describe(url())));
  return [
    { name: "database", run: onServer(checkServer) },
    { name: "connection pool", run: async () => checkPooling(url()) },
    { name: "schema", run: async () => checkSchema(url()) },
    { name: "database role", run: onServer(checkRole) },
    { name: "connections", run: onServer(checkConnections) },
    { name: "clock", run: onServer(checkClock) },
  ];
}

async function describe(url: string): Promise<Server> {
  const db = openDatabase(url, "spiderpig doctor", { poolWaitMs: WAIT_MS });
  try {
    return await describeServer(db);
  } finally {
    await closeDatabase(db);
  }
}

function checkServer({ version, versionText, isStandby, isReadOnly, database }: Server): Finding {
  if (version < VERSION_MIN) {
    return failed(`PostgreSQL ${versionText} is too old: ${VERSION_MIN} or newer is needed`);
  }
  if (isStandby) {
    return failed("this server is a standby and takes no writes: DATABASE_URL must lead to the primary");
  }
  if (isReadOnly) return failed("transactions are read-only by default: nothing could be stored");
  return ok(`PostgreSQL ${versionText}, database ${database}, writable`);
}

async function checkPooling(url: string): Promise<Finding> {
  await refuseTransactionPooling(url);
  return ok("each connection has a session of its own, so that LISTEN works");
}

async function checkSchema(url: string): Promise<Finding> {
  const db = openDatabase(url, "spiderpig doctor", { poolWaitMs: WAIT_MS });
  try {
    await requireSchema(db);
    return ok("fits this version");
  } finally {
    await closeDatabase(db);
  }
}

function checkRole({ role, isSuperuser, ownsTables }: Server): Finding {
  if (!isSuperuser && !ownsTables) return ok(role);
  return warning(
    `${role} owns the tables: let web and worker log in as spiderpig_web and spiderpig_worker, which cannot change ` +
      "history (docs/security.md)",
  );
}

function checkConnections({ connections, connectionsMax }: Server): Finding {
  const free = connectionsMax - connections;
  const message = `${free} of ${connectionsMax} are free; each web process and each worker uses up to ${CONNECTIONS_PER_PROCESS}`;
  return free < CONNECTIONS_PER_PROCESS
    ? warning(`${message}: raise max_connections, or use a pool in session mode`)
    : ok(message);
}

/** The result has just arrived. */
function checkClock({ now }: Server): Finding {
  const differenceMs = Math.abs(Date.now() - now.getTime());
  return differenceMs > CLOCK_DIFFERENCE_MAX_MS
    ? warning(
        `differs from the database's by ${Math.round(differenceMs / 1000)} s: times in the history will be wrong; use NTP`,
      )
    : ok("agrees with the database's");
}
