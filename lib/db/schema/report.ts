// Figures of past weeks, so that a report over years does not read every job. They are derived: lib/db/reports.ts stores a week
// when it is over, a trigger removes it when a job changes it afterwards, and the views compute what is not stored
// (drizzle/reports.sql, drizzle/report-figures.sql).
import { date, doublePrecision, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { spiderpig } from "./base.ts";

/** The weeks that are stored. Deleting one deletes its figures. */
export const reportWeek = spiderpig.table("report_week", {
  /** Its Monday, in UTC. */
  week: date("week").primaryKey(),
});

const week = () =>
  date("week")
    .notNull()
    .references(() => reportWeek.week, { onDelete: "cascade" });

/** For which jobs a figure is: an operation and a lane, or '*' for all. */
const scope = () => ({ week: week(), kind: text("kind").notNull(), lane: text("lane").notNull() });

export const reportWeekTotal = spiderpig.table(
  "report_week_total",
  {
    ...scope(),
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
    changeLeadP50: doublePrecision("change_lead_p50"),
    changeLeadP95: doublePrecision("change_lead_p95"),
    restoreP50: doublePrecision("restore_p50"),
    queuedP50: doublePrecision("queued_p50"),
    waitedP50: doublePrecision("waited_p50"),
    workedP50: doublePrecision("worked_p50"),
  },
  (t) => [primaryKey({ name: "report_week_total_pkey", columns: [t.week, t.kind, t.lane] })],
);

export const reportWeekJob = spiderpig.table(
  "report_week_job",
  {
    ...scope(),
    requestedBy: text("requested_by").notNull(),
    outcome: text("outcome").notNull(),
    /** That of the outcome. */
    state: text("state").notNull(),
    jobs: integer("jobs").notNull(),
  },
  (t) => [
    primaryKey({
      name: "report_week_job_pkey",
      columns: [t.week, t.kind, t.lane, t.requestedBy, t.outcome],
    }),
  ],
);

export const reportWeekPhase = spiderpig.table(
  "report_week_phase",
  {
    ...scope(),
    title: text("title").notNull(),
    runs: integer("runs").notNull(),
    p50: doublePrecision("p50").notNull(),
    p95: doublePrecision("p95").notNull(),
    longest: doublePrecision("longest").notNull(),
  },
  (t) => [primaryKey({ name: "report_week_phase_pkey", columns: [t.week, t.kind, t.lane, t.title] })],
);

export const reportWeekQuestion = spiderpig.table(
  "report_week_question",
  {
    ...scope(),
    title: text("title").notNull(),
    asked: integer("asked").notNull(),
    answered: integer("answered").notNull(),
    p50: doublePrecision("p50").notNull(),
    p95: doublePrecision("p95").notNull(),
    longest: doublePrecision("longest").notNull(),
  },
  (t) => [primaryKey({ name: "report_week_question_pkey", columns: [t.week, t.kind, t.lane, t.title] })],
);

export const reportWeekWait = spiderpig.table(
  "report_week_wait",
  {
    ...scope(),
    /** What the row is for: question, hour (of the day, in UTC) or person. */
    dimension: text("dimension").notNull(),
    value: text("value").notNull(),
    answers: integer("answers").notNull(),
    waited: doublePrecision("waited").notNull(),
    within1Minute: integer("within_1_minute").notNull(),
    within5Minutes: integer("within_5_minutes").notNull(),
    within15Minutes: integer("within_15_minutes").notNull(),
    within60Minutes: integer("within_60_minutes").notNull(),
    longest: doublePrecision("longest").notNull(),
  },
  (t) => [
    primaryKey({
      name: "report_week_wait_pkey",
      columns: [t.week, t.kind, t.lane, t.dimension, t.value],
    }),
  ],
);
