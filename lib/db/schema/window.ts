// Windows: the times in which the changes of several people are deployed. `window` is a reserved word of SQL.
import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, primaryKey, text, unique, uniqueIndex } from "drizzle-orm/pg-core";
import type { WindowFacts } from "../../contract/window.ts";
import { WINDOW_REPORTS } from "../../domain/window.ts";
import { literals, spiderpig, timestamptz } from "./base.ts";

export const windowSeries = spiderpig.table(
  "window_series",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    title: text("title").notNull(),
    lane: text("lane").notNull(),
    /** Of the first window. */
    startsAt: timestamptz("starts_at").notNull(),
    endsAt: timestamptz("ends_at").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
    /** From then on it gets no more windows. */
    endedAt: timestamptz("ended_at"),
    endedBy: text("ended_by"),
  },
  (t) => [
    check("series_ends_after_it_starts", sql`${t.endsAt} > ${t.startsAt}`),
    check("series_end_is_recorded", sql`(${t.endedAt} is null) = (${t.endedBy} is null)`),
  ],
);

export const deploymentWindow = spiderpig.table(
  "deployment_window",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    seriesId: integer("series_id").references(() => windowSeries.id),
    title: text("title").notNull(),
    lane: text("lane").notNull(),
    startsAt: timestamptz("starts_at").notNull(),
    endsAt: timestamptz("ends_at").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
    cancelledAt: timestamptz("cancelled_at"),
    cancelledBy: text("cancelled_by"),
    /** When the facts of its changes were last read from Gerrit; null before the first time, and after a change was added. */
    checkedAt: timestamptz("checked_at"),
    /** A web process reads them, and no other one until then. */
    checkLeaseUntil: timestamptz("check_lease_until"),
    eventSeq: integer("event_seq").notNull().default(0),
  },
  (t) => [
    unique("window_once_per_week").on(t.seriesId, t.startsAt),
    check("window_ends_after_it_starts", sql`${t.endsAt} > ${t.startsAt}`),
    check("window_cancellation_is_recorded", sql`(${t.cancelledAt} is null) = (${t.cancelledBy} is null)`),
    index("window_by_end").on(t.endsAt, t.id),
  ],
);

export const windowItem = spiderpig.table(
  "window_item",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    windowId: integer("window_id")
      .notNull()
      .references(() => deploymentWindow.id),
    /** The order of deployment; with gaps where items were removed. */
    position: integer("position").notNull(),
    number: integer("number").notNull(),
    patchSet: integer("patch_set"),
    project: text("project").notNull(),
    branch: text("branch").notNull(),
    subject: text("subject").notNull(),
    owner: text("owner").notNull(),
    url: text("url").notNull(),
    /** Who tests it: a user name, or the owner as Gerrit names them. */
    author: text("author").notNull(),
    addedBy: text("added_by").notNull(),
    addedAt: timestamptz("added_at").notNull().defaultNow(),
    removedAt: timestamptz("removed_at"),
    removedBy: text("removed_by"),
    report: text("report"),
    reportedBy: text("reported_by"),
    reportedAt: timestamptz("reported_at"),
    /** The job that was tested. */
    reportedJobId: integer("reported_job_id"),
    /** What Gerrit knew about the change when the window was last checked. */
    facts: jsonb("facts").$type<WindowFacts>(),
  },
  (t) => [
    check("author_is_named", sql`length(${t.author}) between 1 and 100`),
    check("removal_is_recorded", sql`(${t.removedAt} is null) = (${t.removedBy} is null)`),
    check("report_is_known", sql`${t.report} in (${literals(WINDOW_REPORTS)})`),
    check(
      "report_is_recorded",
      sql`(${t.report} is null) = (${t.reportedAt} is null) and (${t.report} is null) = (${t.reportedBy} is null)`,
    ),
    uniqueIndex("change_once_per_window")
      .on(t.windowId, t.number)
      .where(sql`${t.removedAt} is null`),
    index("window_item_by_window").on(t.windowId, t.position),
  ],
);

export const windowEvent = spiderpig.table(
  "window_event",
  {
    windowId: integer("window_id")
      .notNull()
      .references(() => deploymentWindow.id),
    /** 1 for the creation of the window; without gaps, in the order of the commits. */
    seq: integer("seq").notNull(),
    at: timestamptz("at").notNull().defaultNow(),
    kind: text("kind").notNull(),
    actor: text("actor").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [
    primaryKey({ name: "window_event_pkey", columns: [t.windowId, t.seq] }),
    index("window_event_by_time").on(t.at),
  ],
);
