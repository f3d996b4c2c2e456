// The train as workers read it on deployment hosts. A state is written when it differs from the last one of its host, and is never
// changed, so a job can name the state that it started from.
import { sql } from "drizzle-orm";
import { check, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import type { TrainSummary, TrainWikis } from "../../domain/train.ts";
import { literals, spiderpig, timestamptz } from "./base.ts";
import { job } from "./job.ts";

export const trainState = spiderpig.table("train_state", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  host: text("host").notNull(),
  readAt: timestamptz("read_at").notNull().defaultNow(),
  summary: jsonb("summary").$type<TrainSummary>().notNull(),
  wikis: jsonb("wikis").$type<TrainWikis>().notNull(),
});

/** The newest state of each deployment host, and when a worker last saw that it is still the same. */
export const trainHost = spiderpig.table("train_host", {
  host: text("host").primaryKey(),
  stateId: integer("state_id")
    .notNull()
    .references(() => trainState.id),
  checkedAt: timestamptz("checked_at").notNull().defaultNow(),
});

/** The states before and after a job that moves the train. */
export const trainJobState = spiderpig.table(
  "train_job_state",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    moment: text("moment").notNull(),
    stateId: integer("state_id")
      .notNull()
      .references(() => trainState.id),
  },
  (t) => [
    primaryKey({ name: "train_job_state_pkey", columns: [t.jobId, t.moment] }),
    check("moment_of_a_train_job", sql`${t.moment} in (${literals(["before", "after"])})`),
  ],
);
