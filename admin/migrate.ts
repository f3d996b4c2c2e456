/** `npm run migrate [-- --despite-running]`: brings the database at DATABASE_URL to this version's schema. */
import { parseArgs } from "node:util";
import { ConfigError, loadConfig, requireSetting } from "#lib/config.ts";
import { reason } from "./reason.ts";
import { migrate, BaselineMismatch, ProcessesRunning } from "#lib/migrate/migrate.ts";

const print = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  const { values } = parseArgs({ options: { "despite-running": { type: "boolean", default: false } } });
  await migrate(requireSetting(loadConfig().databaseUrl, "DATABASE_URL"), {
    force: values["despite-running"],
    onProgress: print,
    onApplied: print,
  });
} catch (cause) {
  const said = reason(cause);
  const isExpected = [ConfigError, BaselineMismatch, ProcessesRunning].some((kind) => cause instanceof kind);
  process.stderr.write(isExpected ? `${said}\n` : `cannot migrate the database: ${said}\n`);
  process.exitCode = 1;
}
