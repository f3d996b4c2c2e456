// What the small programs of administrators share: one clear line on standard error and exit status 1 for what
// the person who typed the command can put right, a stack trace for what only we can; the database closed at the
// end, so that the program ends.
import { ConfigError } from "#lib/config.ts";
import { closeDatabase, database, isUnreachable } from "#lib/db/connection.ts";
import { AccountFault } from "#lib/web/accounts.ts";
import { settingsBeside } from "./beside.ts";

/** Thrown with how the command is to be typed. */
export class UsageFault extends Error {}

/** Never rejects for a reason that can be told; sets the exit status. */
export async function runCommand(usage: string, work: () => Promise<void>): Promise<void> {
  try {
    Object.assign(process.env, settingsBeside(process.env));
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
    // It was never open, for want of the settings that the person has just been told of.
    if (!(error instanceof ConfigError)) throw error;
  }
}

function explain(error: unknown, usage: string): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UsageFault || isArgumentFault(error)) return usage;
  if (error instanceof AccountFault || error instanceof ConfigError) return error.message;
  if (isUnreachable(error))
    return "The database cannot be reached. Is DATABASE_URL right, or is `npm start` running?";
  return error.stack ?? error.message;
}

function isArgumentFault(error: Error): boolean {
  return "code" in error && typeof error.code === "string" && error.code.startsWith("ERR_PARSE_ARGS");
}
