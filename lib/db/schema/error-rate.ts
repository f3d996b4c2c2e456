// Errors of the servers as the error source reported them, by minute, message and version. Not history: rows are replaced when a
// minute is read again, and deleted after a day. What a decision needs is kept with the question and its answer.
import { sql } from "drizzle-orm";
import { boolean, check, doublePrecision, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { ERROR_MESSAGE_MAX, ERROR_VERSION_MAX } from "../../domain/error-rate.ts";
import { spiderpig, timestamptz } from "./base.ts";

export const errorSource = spiderpig.table(
  "error_source",
  {
    isOnly: boolean("is_only").primaryKey().default(true),
    /** When a web process last claimed to read the source. */
    claimedAt: timestamptz("claimed_at").notNull(),
    /** What was read last is complete up to here; null before the first reading. */
    asOf: timestamptz("as_of"),
    /** Errors per minute at that time. */
    perMinute: doublePrecision("per_minute"),
    /** Since then it could not be read; null when the last reading succeeded. */
    failedSince: timestamptz("failed_since"),
    failure: text("failure"),
  },
  (t) => [
    check("there_is_one_row", sql`${t.isOnly}`),
    check("read_iff_rate_known", sql`(${t.asOf} is null) = (${t.perMinute} is null)`),
    check("failed_for_a_reason", sql`(${t.failedSince} is null) = (${t.failure} is null)`),
  ],
);

/** A row for each minute that was read, so that a minute without errors differs from one that was not read. */
export const errorMinute = spiderpig.table("error_minute", {
  minute: timestamptz("minute").primaryKey(),
  errors: integer("errors").notNull(),
});

export const errorMessage = spiderpig.table(
  "error_message",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    /** Normalised: numbers, ids and quoted values are replaced. */
    text: text("text").notNull().unique("error_message_once"),
    firstSeenAt: timestamptz("first_seen_at").notNull(),
    lastSeenAt: timestamptz("last_seen_at").notNull(),
  },
  (t) => [check("error_message_is_bounded", sql`length(${t.text}) <= ${sql.raw(String(ERROR_MESSAGE_MAX))}`)],
);

export const errorCount = spiderpig.table(
  "error_count",
  {
    minute: timestamptz("minute")
      .notNull()
      .references(() => errorMinute.minute, { onDelete: "cascade" }),
    messageId: integer("message_id")
      .notNull()
      .references(() => errorMessage.id, { onDelete: "cascade" }),
    version: text("version").notNull(),
    errors: integer("errors").notNull(),
  },
  (t) => [
    primaryKey({ name: "error_count_pkey", columns: [t.minute, t.messageId, t.version] }),
    check("error_version_is_bounded", sql`length(${t.version}) <= ${sql.raw(String(ERROR_VERSION_MAX))}`),
  ],
);
