// Worker processes: their heartbeats and public keys.
import { integer, text, uuid } from "drizzle-orm/pg-core";
import { spiderpig, timestamptz } from "./base.ts";

export const worker = spiderpig.table("worker", {
  id: uuid("id").primaryKey(),
  host: text("host").notNull(),
  pid: integer("pid").notNull(),
  version: text("version").notNull(),
  /** Secrets for its jobs are sealed to this; the private half is in the worker's memory only. */
  publicKey: text("public_key"),
  startedAt: timestamptz("started_at").notNull().defaultNow(),
  heartbeatAt: timestamptz("heartbeat_at").notNull().defaultNow(),
  stoppedAt: timestamptz("stopped_at"),
  /** The operations that it can do; null: all. */
  operations: text("operations").array(),
  /** Why it starts no jobs now, as a sentence; null when it does. */
  claimProblem: text("claim_problem"),
  /** What `scap version` printed; null before, and if it failed. */
  scapVersion: text("scap_version"),
  /** Why `scap version` failed, as a sentence; null otherwise. */
  scapProblem: text("scap_problem"),
});
