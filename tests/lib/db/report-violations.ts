// Writes that violate a constraint of the tables of reports.
import type { Breach } from "./schema-world.ts";

const INSERT_WEEK = `
  insert into spiderpig.report_week (week, jobs, deployments, changes, people, not_completed, change_failures, reached_production)
  values ('2024-01-01', 0, 0, 0, 0, 0, 0, 0)`;
const INSERT_WEEK_PHASE = `
  insert into spiderpig.report_week_phase (week, title, runs, p50, p95, longest) values ('2024-01-01', 'x', 1, 1, 1, 1)`;
const INSERT_WEEK_QUESTION = `
  insert into spiderpig.report_week_question (week, title, asked, answered, p50, p95, longest)
  values ('2024-01-01', 'x', 1, 1, 1, 1, 1)`;

export const REPORT_VIOLATIONS: readonly Breach[] = [
  ["report_week_pkey", `${INSERT_WEEK}, ('2024-01-01', 0, 0, 0, 0, 0, 0, 0)`],
  ["report_week_phase_pkey", `${INSERT_WEEK_PHASE}, ('2024-01-01', 'x', 1, 1, 1, 1)`],
  ["report_week_phase_week_report_week_week_fk", INSERT_WEEK_PHASE],
  ["report_week_question_pkey", `${INSERT_WEEK_QUESTION}, ('2024-01-01', 'x', 1, 1, 1, 1, 1)`],
  ["report_week_question_week_report_week_week_fk", INSERT_WEEK_QUESTION],
];
