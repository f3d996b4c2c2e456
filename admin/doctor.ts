/**
 * `npm run doctor [-- web|worker]`: checks an installation from end to end, with the settings of the process that it is run for, and
 * says what to do. Exit status 1 when something would keep it from working.
 */
import { type Config, config } from "#lib/config.ts";
import { UsageError, runCommand } from "./command.ts";
import { reason } from "./reason.ts";
import type { Check } from "./doctor/check.ts";
import { databaseChecks } from "./doctor/database.ts";
import { journalChecks } from "./doctor/journals.ts";
import { webChecks } from "./doctor/web.ts";
import { workerChecks } from "./doctor/worker.ts";

const USAGE = "npm run doctor [-- web|worker]";
const PARTS = {
  web: webChecks,
  worker: (settings: Config) => [...workerChecks(settings), ...journalChecks(settings)],
};

await runCommand(USAGE, async () => {
  const [part, ...more] = process.argv.slice(2);
  if (more.length > 0 || (part !== undefined && !(part in PARTS))) throw new UsageError();
  const parts = part === undefined ? Object.values(PARTS) : [PARTS[part as keyof typeof PARTS]];
  const settings = config();
  const checks = [databaseChecks, ...parts].flatMap((checksFor) => checksFor(settings));
  for (const check of checks) await report(check);
});

async function report({ name, run }: Check): Promise<void> {
  const result = await run().catch((error: unknown) => ({
    status: "failed" as const,
    message: reason(error),
  }));
  if (result.status === "failed") process.exitCode = 1;
  process.stdout.write(
    `${result.status.padEnd(8)} ${name}: ${result.message.replaceAll("\n", `\n${" ".repeat(9)}`)}\n`,
  );
}
