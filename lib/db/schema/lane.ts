// Lanes and their freezes.
import { sql } from "drizzle-orm";
import { check, integer, text, uniqueIndex } from "drizzle-orm/pg-core";
import { spiderpig, timestamptz } from "./base.ts";

export const lane = spiderpig.table("lane", {
  /** A transaction that freezes the lane, or requests or starts a job in it, locks the row. */
  name: text("name").primaryKey(),
});

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
