// The cost of a search of jobs, of a report and of a query of docs/sql.md does not grow with the history: none reads a large table from its
// beginning to its end. `npm run bench -- history` measures the same among a million jobs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { query, transaction } from "#lib/db/connection.ts";
import { insightSql, readInsight } from "#lib/db/insights.ts";
import { listJobs } from "#lib/db/jobs.ts";
import { storeNextWeek } from "#lib/db/reports.ts";
import { listHalfRemoved, removeOldOutput } from "#lib/db/retention.ts";
import { INSIGHTS, insightScope } from "#lib/domain/insight.ts";
import { historyCases } from "../../../bench/history/cases.ts";
import { generateHistory } from "../../../bench/history/generate.ts";
import { schemaWorld } from "./schema-world.ts";
import { documentedQueries } from "../../../bench/history/documented-queries.ts";

const JOBS = 10_000;
const LARGE = new Set(["job", "job_search", "change", "interaction", "answer", "phase", "job_event"]);

/** Queries over the logs of many jobs: their text has no index, and few of these jobs printed anything. */
const READS_LOGS = /join history\.log_lines(?![\s\S]*job_id = 12)/;

const { db, url, asReader } = await schemaWorld();
await generateHistory(url, JOBS);
while ((await storeNextWeek(db)) !== undefined);

type PlanNode = { "Node Type": string; "Relation Name"?: string | undefined; Plans?: PlanNode[] | undefined };
const planNode: z.ZodType<PlanNode> = z.object({
  "Node Type": z.string(),
  "Relation Name": z.string().optional(),
  get Plans() {
    return z.array(planNode).optional();
  },
});

const plans: PlanNode[] = [];
// The server reports the plan of each statement to the client when it ends.
db.pool.on("connect", (client) => {
  client.on("notice", ({ message = "" }) => {
    const [, json] = /plan:\s*(\{[\s\S]*)$/.exec(message) ?? [];
    if (json !== undefined) plans.push(z.object({ Plan: planNode }).parse(JSON.parse(json)).Plan);
  });
});
for (const setting of [
  "session_preload_libraries to 'auto_explain'",
  "auto_explain.log_min_duration to 0",
  "auto_explain.log_format to 'json'",
  "auto_explain.log_nested_statements to on",
  "client_min_messages to 'log'",
]) {
  await query(db, `alter role current_user in database ${new URL(url).pathname.slice(1)} set ${setting}`);
}
await dropConnections();

/** So that the next ones have the settings. */
async function dropConnections(): Promise<void> {
  const client = await db.pool.connect();
  client.release(true);
}

async function plansOf(work: () => Promise<unknown>): Promise<PlanNode[]> {
  plans.length = 0;
  await work();
  return [...plans];
}

function scansOf({ Plans = [], ...node }: PlanNode): string[] {
  const table = node["Relation Name"] ?? "";
  const own = node["Node Type"] === "Seq Scan" && LARGE.has(table) ? [table] : [];
  return [...own, ...Plans.flatMap(scansOf)];
}

for (const { name, filter, olderThan } of historyCases(JOBS)) {
  test(`no large table is scanned for ${name}`, async () => {
    const start = olderThan === undefined ? undefined : { olderThan };
    const plans = await plansOf(() => listJobs(db, filter, start, 50));
    assert.ok(plans.length >= 2, "the plans were not reported");
    assert.deepEqual(plans.flatMap(scansOf), []);
  });
}

for (const [index, { title, text }] of documentedQueries().entries()) {
  if (READS_LOGS.test(text)) continue;
  test(`no large table is scanned for query ${index + 1} of docs/sql.md: ${title}`, async () => {
    const plans = await plansOf(() => query(db, text));
    assert.ok(plans.length > 0, "the plan was not reported");
    assert.deepEqual(plans.flatMap(scansOf), []);
  });
}

const reader = await asReader();
for (const name of INSIGHTS) {
  test(`the report "${name}" scans no large table, and the SQL that it shows returns its rows to a reader`, async () => {
    const scope = insightScope({ kind: "backport", lane: "mediawiki" }, new Date());
    const plans = await plansOf(async () => {
      const shown = await reader.query<Record<string, unknown>>(insightSql(name, scope));
      const rows = await readInsight(db, name, scope);
      assert.ok(rows.length > 0, "the generated history has no rows for it");
      assert.deepEqual(rows, shown.rows);
    });
    assert.ok(plans.length > 0, "the plan was not reported");
    assert.deepEqual(plans.flatMap(scansOf), []);
  });
}

test("the sweep of old output costs what it removes: no large table is scanned", async () => {
  const plans = await plansOf(async () => {
    assert.deepEqual(await listHalfRemoved(db), []);
    assert.equal(await transaction(db, (tx) => removeOldOutput(tx, 30)), undefined);
  });
  assert.ok(plans.length >= 2, "the plans were not reported");
  assert.deepEqual(plans.flatMap(scansOf), []);
});
