// Lanes with their hosts and freezes, and the hosts that an admin drains.
import { sql } from "drizzle-orm";
import { check, integer, text, uniqueIndex } from "drizzle-orm/pg-core";
import { spiderpig, timestamptz } from "./base.ts";

export const lane = spiderpig.table("lane", {
  /** A transaction that freezes or switches the lane, or requests or starts a job in it, locks the row. */
  name: text("name").primaryKey(),
  /** The only host that starts its jobs: the one that started the first, until an admin switches the lane. Null before. */
  host: text("host"),
});

export const host = spiderpig.table(
  "host",
  {
    /** A transaction that drains the host or starts a job on it locks the row. */
    name: text("name").primaryKey(),
    /** From then on it starts no jobs; null while it does. */
    drainedAt: timestamptz("drained_at"),
    drainedBy: text("drained_by"),
    drainReason: text("drain_reason"),
  },
  (t) => [
    check(
      "drain_is_recorded",
      sql`(${t.drainedAt} is null) = (${t.drainedBy} is null) and (${t.drainedAt} is null) = (${t.drainReason} is null)`,
    ),
    check("drain_has_a_reason", sql`length(${t.drainReason}) between 1 and 500`),
  ],
);

export const laneFreeze = spiderpig.table(
  "lane_freeze",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    lane: text("lane").notNull(),
    reason: text("reason").notNull(),
    frozenBy: text("frozen_by").notNull(),
    frozenAt: timestamptz("frozen_at").notNull().defaultNow(),
    /** When it expires; null if an admin has to lift it. */
    until: timestamptz("until"),
    liftedBy: text("lifted_by"),
    liftedAt: timestamptz("lifted_at"),
  },
  (t) => [
    check("freeze_has_a_reason", sql`length(${t.reason}) between 1 and 500`),
    check("lifted_by_is_recorded", sql`(${t.liftedAt} is null) = (${t.liftedBy} is null)`),
    check("freeze_ends_after_it_starts", sql`${t.until} > ${t.frozenAt}`),
    uniqueIndex("one_freeze_per_lane")
      .on(t.lane)
      .where(sql`${t.liftedAt} is null`),
  ],
);
