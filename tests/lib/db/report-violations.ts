// Writes that violate a constraint of the tables of reports.
import type { Breach } from "./schema-world.ts";

const INSERT_WEEK = "insert into spiderpig.report_week (week) values ('2024-01-01')";

/** By table, the columns besides week, kind and lane, and a value for each. */
const FIGURES = {
  total: [
    "jobs, deployments, changes, people, not_completed, change_failures, reached_production",
    "0, 0, 0, 0, 0, 0, 0",
  ],
  job: ["requested_by, outcome, state, jobs", "'x', 'completed', 'succeeded', 1"],
  phase: ["title, runs, p50, p95, longest", "'x', 1, 1, 1, 1"],
  question: ["title, asked, answered, p50, p95, longest", "'x', 1, 1, 1, 1, 1"],
  wait: [
    "dimension, value, answers, waited, within_1_minute, within_5_minutes, within_15_minutes, within_60_minutes, longest",
    "'hour', '08', 1, 1, 1, 1, 1, 1, 1",
  ],
} as const;

export const REPORT_VIOLATIONS: readonly Breach[] = [
  ["report_week_pkey", `${INSERT_WEEK}, ('2024-01-01')`],
  ...Object.entries(FIGURES).flatMap(([name, [columns, values]]): Breach[] => {
    const table = `report_week_${name}`;
    const row = `('2024-01-01', '*', '*', ${values})`;
    const insert = `insert into spiderpig.${table} (week, kind, lane, ${columns}) values ${row}`;
    return [
      [`${table}_pkey`, `with week as (${INSERT_WEEK}) ${insert}, ${row}`],
      [`${table}_week_report_week_week_fk`, insert],
    ];
  }),
];
