// Insights: reports about the history, as the insights page shows them.
import { z } from "zod";
import { type Insight, INSIGHTS } from "../domain/insight.ts";
import { type JobState, LANE_PATTERN, type Outcome } from "../domain/job.ts";
import { KIND_PATTERN } from "../domain/operation.ts";
import type { SignalKind } from "../domain/signal.ts";
import { type Endpoint, file } from "./endpoint.ts";

/** A day stands for its week. PostgreSQL and the calendar of the page have these years. */
const day = z.iso
  .date()
  .refine((text) => text >= "2000" && text < "2100", "Expected a day between 2000 and 2099");

export const insightQuery = z.strictObject({
  /** The default is half a year before `to`. At most three years are reported. */
  from: day.optional(),
  /** The default is today. */
  to: day.optional(),
  /** One operation; all by default. */
  kind: z.string().regex(KIND_PATTERN).optional(),
  /** One lane; all by default. */
  lane: z.string().regex(LANE_PATTERN).optional(),
});

export const insightEndpoints = {
  exportInsight: {
    method: "GET",
    path: "/api/insights/{name}.csv",
    summary: "One report of the insights page as a CSV file. Weeks begin on Mondays at 00:00 UTC.",
    permission: "view",
    params: z.object({ name: z.enum(INSIGHTS) }),
    query: insightQuery,
    response: file("text/csv"),
  },
} as const satisfies Record<string, Endpoint>;

type Waits = {
  answers: number;
  /** Of these, the answers that came within a minute, and so on: each count includes the one before it. */
  within_1_minute: number;
  within_5_minutes: number;
  within_15_minutes: number;
  within_60_minutes: number;
  average_seconds: number;
  longest_seconds: number;
};

/** The rows of each report, with the names of the columns in its SQL and its CSV file. `week` is a Monday. */
export type InsightRows = {
  outcomes: { week: string; outcome: Outcome; state: JobState; jobs: number }[];
  people: {
    requested_by: string;
    jobs: number;
    completed: number;
    /** They succeeded, and there was nothing to deploy. */
    not_needed: number;
    cancelled: number;
    failed: number;
    lost: number;
  }[];
  "lead-time": {
    week: string;
    deployments: number;
    changes: number;
    change_lead_p50_seconds: number | null;
    change_lead_p95_seconds: number | null;
    lead_p50_seconds: number | null;
    lead_p95_seconds: number | null;
    queued_p50_seconds: number | null;
    waiting_for_people_p50_seconds: number | null;
    working_p50_seconds: number | null;
  }[];
  "change-failures": {
    week: string;
    change_failures: number;
    change_failure_percent: number | null;
    restore_p50_seconds: number | null;
  }[];
  "waits-by-question": ({ question: string } & Waits)[];
  "waits-by-hour": ({ hour_utc: string } & Waits)[];
  "waits-by-person": ({ answered_by: string } & Waits)[];
  phases: { week: string; phase: string; runs: number; p50_seconds: number; p95_seconds: number }[];
  interruptions: { week: string; kind: SignalKind; requests: number; jobs: number; by_policy: number }[];
};

/** A report, and the statement that returns the same rows. */
export type InsightReports = {
  [Name in Insight]: { rows: InsightRows[Name]; sql: string };
};
