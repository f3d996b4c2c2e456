/**
 * `npm run bench -- history`: generates a large history in a PostgreSQL of its own and prints what each search and filter of the
 * job list, each query of docs/sql.md and each report of the insights page costs the database.
 *
 *   npm run bench -- history                 a million jobs with 2.3 million changes; takes at least ten minutes, and 12 GB
 *   npm run bench -- history --jobs 100000   fewer
 */
import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeDatabase, type Database, openDatabase, query } from "#lib/db/connection.ts";
import { insightSql } from "#lib/db/insights.ts";
import { listJobs } from "#lib/db/jobs.ts";
import { storeNextWeek } from "#lib/db/reports.ts";
import { INSIGHTS, insightScope } from "#lib/domain/insight.ts";
import { migrate } from "#lib/migrate/migrate.ts";
import { startPostgres } from "../../scripts/postgres.ts";
import { say, step } from "../../scripts/steps.ts";
import { grouped, type Row, valueRow } from "../measure/result.ts";
import { table } from "../table.ts";
import { historyCases } from "./cases.ts";
import { documentedQueries } from "./documented-queries.ts";
import { generateHistory } from "./generate.ts";

const TARGET_CPU_MS = 50;
const QUERY_TARGET_CPU_MS = 300;
const PAGE_JOBS = 50;
const ROUNDS = 20;
const QUERY_ROUNDS = 5;

export async function benchHistory(jobs: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "spiderpig-history-"));
  const server = await startPostgres({ directory, durable: false });
  try {
    await migrate(server.url);
    await step("history", `${grouped(jobs)} jobs`, async () => {
      await generateHistory(server.url, jobs);
      return `${grouped(jobs)} jobs`;
    });
    await step("reports", "stores the weeks", () => storeWeeks(server.url));
    say(`\n${table(await measureCases(server.url, jobs))}\n`);
    say(`\n${table(await measureQueries(server.url, jobs))}\n`);
    say(`\n${table(await measureInsights(server.url))}\n`);
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** CPU time of the database for one page of the list, its jobs included. */
async function measureCases(url: string, jobs: number): Promise<Row[]> {
  const db = openDatabase(url, "spiderpig bench");
  const rows: Row[] = [];
  try {
    for (const [index, { name, filter, olderThan }] of historyCases(jobs).entries()) {
      const list = () => listJobs(db, filter, olderThan === undefined ? undefined : { olderThan }, PAGE_JOBS);
      const { jobs: found } = await list();
      const before = await cpuMs(db);
      for (let round = 0; round < ROUNDS; round += 1) await list();
      const cpu = ((await cpuMs(db)) - before) / ROUNDS;
      const named = { benchmark: index + 1, name: `${name} (${found.length})`, unit: "ms CPU" };
      rows.push(valueRow(named, [cpu], TARGET_CPU_MS));
    }
    return rows;
  } finally {
    await closeDatabase(db);
  }
}

/** CPU time of the database for each query of docs/sql.md. */
async function measureQueries(url: string, jobs: number): Promise<Row[]> {
  const queries = documentedQueries().map(({ title, text }) => ({
    title,
    text: text.replaceAll("job_id = 12", `job_id = ${jobs - 1}`),
  }));
  return measureTexts(url, queries);
}

/** CPU time of the database for each report of the insights page, over three years. */
async function measureInsights(url: string): Promise<Row[]> {
  const scope = insightScope({ from: "2000-01-01" }, new Date());
  return measureTexts(
    url,
    INSIGHTS.map((name) => ({ title: `insight ${name}`, text: insightSql(name, scope) })),
  );
}

async function measureTexts(url: string, texts: readonly { title: string; text: string }[]): Promise<Row[]> {
  const db = openDatabase(url, "spiderpig bench");
  const rows: Row[] = [];
  try {
    for (const [index, { title, text }] of texts.entries()) {
      const found = await query(db, text);
      const before = await cpuMs(db);
      for (let round = 0; round < QUERY_ROUNDS; round += 1) await query(db, text);
      const cpu = ((await cpuMs(db)) - before) / QUERY_ROUNDS;
      const named = { benchmark: index + 1, name: `${title} (${found.length})`, unit: "ms CPU" };
      rows.push(valueRow(named, [cpu], QUERY_TARGET_CPU_MS));
    }
    return rows;
  } finally {
    await closeDatabase(db);
  }
}

async function storeWeeks(url: string): Promise<string> {
  const db = openDatabase(url, "spiderpig bench");
  try {
    let count = 0;
    while ((await storeNextWeek(db)) !== undefined) count += 1;
    return `${count} weeks`;
  } finally {
    await closeDatabase(db);
  }
}

/** Of all connections of this program. */
async function cpuMs(db: Database): Promise<number> {
  const backends = await query<{ pid: number }>(
    db,
    "select pid from pg_stat_activity where application_name = 'spiderpig bench'",
  );
  return backends.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0);
}

/** The kernel counts nanoseconds here; /proc/…/stat has ticks of 10 ms. */
function cpuMsOf(pid: number): number {
  const [ran = "0"] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ");
  return Number(ran) / 1e6;
}
