// Figures of past weeks, so that a report over years does not read every job. They are derived: lib/db/reports.ts stores a week
// when it is over, a trigger removes it when a job changes it afterwards, and the views compute what is not stored
// (drizzle/reports.sql).
import { date, doublePrecision, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { spiderpig } from "./base.ts";

export const reportWeek = spiderpig.table("report_week", {
  /** Its Monday, in UTC. */
  week: date("week").primaryKey(),
  jobs: integer("jobs").notNull(),
  deployments: integer("deployments").notNull(),
  changes: integer("changes").notNull(),
  people: integer("people").notNull(),
  notCompleted: integer("not_completed").notNull(),
  changeFailures: integer("change_failures").notNull(),
  /** Completed, or they reached canaries or production. */
  reachedProduction: integer("reached_production").notNull(),
  leadP50: doublePrecision("lead_p50"),
  leadP95: doublePrecision("lead_p95"),
  restoreP50: doublePrecision("restore_p50"),
  queuedP50: doublePrecision("queued_p50"),
  waitedP50: doublePrecision("waited_p50"),
  workedP50: doublePrecision("worked_p50"),
});

const week = () =>
  date("week")
    .notNull()
    .references(() => reportWeek.week, { onDelete: "cascade" });

export const reportWeekPhase = spiderpig.table(
  "report_week_phase",
  {
    week: week(),
    title: text("title").notNull(),
    runs: integer("runs").notNull(),
    p50: doublePrecision("p50").notNull(),
    p95: doublePrecision("p95").notNull(),
    longest: doublePrecision("longest").notNull(),
  },
  (t) => [primaryKey({ name: "report_week_phase_pkey", columns: [t.week, t.title] })],
);

export const reportWeekQuestion = spiderpig.table(
  "report_week_question",
  {
    week: week(),
    title: text("title").notNull(),
    asked: integer("asked").notNull(),
    answered: integer("answered").notNull(),
    p50: doublePrecision("p50").notNull(),
    p95: doublePrecision("p95").notNull(),
    longest: doublePrecision("longest").notNull(),
  },
  (t) => [primaryKey({ name: "report_week_question_pkey", columns: [t.week, t.title] })],
);
