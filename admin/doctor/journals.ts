// Compares the journals of this host with the database: after a restore, the database may not know deployments that run here, and
// would give the numbers of earlier jobs again, whose directories then keep the new ones from starting.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { type Config, requireSetting } from "#lib/config.ts";
import { closeDatabase, openDatabase } from "#lib/db/connection.ts";
import { findKnownJobs, lastJobNumber } from "#lib/db/job-numbers.ts";
import { findHolder } from "../../holder/client/find-holder.ts";
import { hasMoreThanTombstone } from "../../holder/client/tombstone.ts";
import { type Check, failed, type Finding, ok } from "./check.ts";

const WAIT_MS = 5000;

export function journalChecks(settings: Config): Check[] {
  return [{ name: "journals", run: () => checkJournals(settings) }];
}

async function checkJournals(settings: Config): Promise<Finding> {
  const { dataDir } = settings;
  const numbers = jobNumbers(dataDir);
  const db = openDatabase(requireSetting(settings.databaseUrl, "DATABASE_URL"), "spiderpig doctor", {
    poolWaitMs: WAIT_MS,
  });
  try {
    const known = await findKnownJobs(db, numbers);
    const unknown = numbers.filter((id) => !known.has(id) && hasMoreThanTombstone(dataDir, id));
    const found = await Promise.all(unknown.map((id) => describe(dataDir, id)));
    const problems = [...found, ...reusedNumbers(numbers, await lastJobNumber(db))];
    return problems.length === 0
      ? ok(`the database knows all ${numbers.length} jobs of this host`)
      : failed(problems.join("\n"));
  } finally {
    await closeDatabase(db);
  }
}

/** Of every job that was ever started here. */
function jobNumbers(dataDir: string): number[] {
  const directory = path.join(dataDir, "jobs");
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => /^[1-9]\d{0,8}$/.test(name))
    .map(Number);
}

/** @param id of a job that the database does not know. */
async function describe(dataDir: string, id: number): Promise<string> {
  const holder = await findHolder(dataDir, id);
  return holder.state === "alive"
    ? `job ${id} runs on this host (process ${holder.childPid ?? holder.pid}), and the database does not know it: no page shows it; ` +
        "wait for its end, or end it by hand"
    : `the database does not know job ${id}: ${path.join(dataDir, "jobs", String(id))} is the only record of its output`;
}

function reusedNumbers(numbers: readonly number[], last: number): string[] {
  const highest = Math.max(0, ...numbers);
  if (highest <= last) return [];
  return [
    `the next jobs would get numbers that were used here (up to ${highest}), and would not start: as the owner of the ` +
      `database, run "select setval('spiderpig.job_id_seq', ${highest});"`,
  ];
}
