// The history of a job: one append-only row for each event.
import { sql } from "drizzle-orm";
import { index, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { spiderpig, timestamptz } from "./base.ts";
import { job } from "./job.ts";

export const jobEvent = spiderpig.table(
  "job_event",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** 1 for the creation of the job; without gaps, in the order of the commits. */
    seq: integer("seq").notNull(),
    at: timestamptz("at").notNull().defaultNow(),
    kind: text("kind").notNull(),
    /** The person who caused it; null when scap or a worker did. */
    actor: text("actor"),
    interactionId: integer("interaction_id"),
    phaseId: integer("phase_id"),
    data: jsonb("data").$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [
    primaryKey({ name: "job_event_pkey", columns: [t.jobId, t.seq] }),
    index("job_event_by_time").on(t.at),
    index("job_event_of_lost_jobs")
      .on(t.at)
      .where(sql`${t.kind} in ('job_declared_lost', 'holder_found_running')`),
  ],
);
