// Indexes of jobs that need no other table: those of reports, and those of references to other rows.
import { sql } from "drizzle-orm";
import { type ExtraConfigColumn, index } from "drizzle-orm/pg-core";

type ReportColumns = Record<
  "id" | "lane" | "outcome" | "startedAt" | "finishedAt" | "decidedBy" | "ignoredChecks",
  ExtraConfigColumn
>;

/** For views of schema history only. */
export const reportIndexes = (t: ReportColumns) => [
  index("job_by_start").on(t.startedAt),
  index("job_by_end").on(t.finishedAt),
  index("job_completed")
    .on(t.lane, t.finishedAt)
    .where(sql`${t.outcome} = 'completed'`),
  index("job_with_decision")
    .on(t.id)
    .where(sql`${t.decidedBy} is not null`),
  index("job_with_ignored_checks")
    .on(t.id)
    .where(sql`cardinality(${t.ignoredChecks}) > 0`),
];

type ReferenceColumns = Record<"id" | "windowId", ExtraConfigColumn>;

export const referenceIndexes = (t: ReferenceColumns) => [
  index("job_by_window")
    .on(t.windowId, t.id)
    .where(sql`${t.windowId} is not null`),
];
