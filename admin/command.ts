// What the commands of administrators share: an error that the caller can correct is one line on standard error and exit
// status 1, a bug is a stack trace. The database is closed at the end, so that the process exits.
import { userInfo } from "node:os";
import { ConfigError } from "#lib/config.ts";
import { closeDatabase, database, isUnreachable } from "#lib/db/connection.ts";
import { AppError } from "#lib/errors.ts";
import { AccountError } from "#lib/auth/accounts.ts";
import type { AccountContext } from "#lib/auth/manage-account.ts";
import { settingsOfRunningStart } from "./running-start.ts";

/** The arguments are wrong; the usage is printed. */
export class UsageError extends Error {}

/** For the audit: the command line, and the operating-system user; of sudo, the one who called it. */
export function commandContext(): AccountContext {
  const actor = process.env["SUDO_USER"] ?? operatingSystemUser();
  return { db: database(), origin: { channel: "command_line" }, actor };
}

function operatingSystemUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user without an entry in /etc/passwd.
    return undefined;
  }
}

/** Never rejects for an expected error; sets the exit status. */
export async function runCommand(usage: string, work: () => Promise<void>): Promise<void> {
  try {
    Object.assign(process.env, settingsOfRunningStart(process.env));
    await work();
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${explain(error, usage)}\n`);
  }
  await closeIfOpen();
}

async function closeIfOpen(): Promise<void> {
  try {
    await closeDatabase(database());
  } catch (error) {
    // The database was never opened: a setting is missing, which has just been reported.
    if (!(error instanceof ConfigError)) throw error;
  }
}

function explain(error: unknown, usage: string): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UsageError || isArgumentError(error)) return usage;
  if (error instanceof AccountError || error instanceof ConfigError) return error.message;
  if (isUnreachable(error)) {
    return "The database cannot be reached. Is DATABASE_URL right, or is `npm start` running?";
  }
  if (error instanceof AppError) return error.message;
  return error.stack ?? error.message;
}

function isArgumentError(error: Error): boolean {
  return "code" in error && typeof error.code === "string" && error.code.startsWith("ERR_PARSE_ARGS");
}
