/** `npm run migrate`: brings the database at DATABASE_URL to this version's schema. */
import { ConfigError, loadConfig, requireSetting } from "#lib/config.ts";
import { migrate } from "#lib/db/migrate.ts";

try {
  await migrate(requireSetting(loadConfig().databaseUrl, "DATABASE_URL"));
} catch (cause) {
  const said = cause instanceof Error ? reason(cause) : String(cause);
  process.stderr.write(cause instanceof ConfigError ? `${said}\n` : `cannot migrate the database: ${said}\n`);
  process.exitCode = 1;
}

/** The innermost error is the one of PostgreSQL or the network; those around it repeat the statement. */
function reason(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return reason(error.errors[0]);
  return error.cause instanceof Error ? reason(error.cause) : error.message;
}
