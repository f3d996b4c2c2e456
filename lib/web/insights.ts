// What the insights page loads, and one of its reports as a CSV file.
import type { Database } from "../db/connection.ts";
import { insightColumns, insightSql, readInsight } from "../db/insights.ts";
import type { InsightReports } from "../contract/insight.ts";
import { INSIGHTS, type Insight, type InsightScope } from "../domain/insight.ts";
import { listLanes } from "../db/lanes.ts";
import type { User } from "../domain/permission.ts";
import { permit } from "../auth/authorise.ts";
import { csvLine } from "./csv.ts";
import { loadOperations } from "./loaders.ts";
import { services } from "./services.ts";

/** One after the other: a page must not take all connections of the pool. */
export async function loadInsights(user: User, scope: InsightScope): Promise<InsightReports> {
  permit(user, "view");
  const { db } = services();
  const reports: Partial<Record<Insight, { rows: object[]; sql: string }>> = {};
  for (const name of INSIGHTS) {
    reports[name] = { rows: await readInsight(db, name, scope), sql: insightSql(name, scope) };
  }
  return reports as InsightReports;
}

/** What the page can be limited to: the operations of the site and the lanes that exist. */
export async function loadInsightChoices(
  user: User,
): Promise<{ operations: { kind: string; name: string }[]; lanes: string[] }> {
  const lanes = await listLanes(services().db);
  return { operations: loadOperations(user).operations, lanes: lanes.map(({ name }) => name) };
}

export async function insightAsCsv(db: Database, name: Insight, scope: InsightScope): Promise<Response> {
  const columns = insightColumns(name);
  const rows: Record<string, string | number | null>[] = await readInsight(db, name, scope);
  const lines = rows.map((row) => csvLine(columns.map((column) => row[column] ?? null)));
  return new Response(csvLine(columns) + lines.join(""), {
    headers: {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="${name}.csv"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}
