// The audit: who did what to accounts, tokens, lanes, policies and secrets. Append-only.
import { index, integer, jsonb, text } from "drizzle-orm/pg-core";
import { spiderpig, timestamptz } from "./base.ts";

export const auditEvent = spiderpig.table(
  "audit_event",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    at: timestamptz("at").notNull().defaultNow(),
    kind: text("kind").notNull(),
    /** Names and not ids, because accounts can be deleted. */
    actor: text("actor"),
    target: text("target"),
    channel: text("channel").notNull(),
    address: text("address"),
    userAgent: text("user_agent"),
    requestId: text("request_id"),
    details: jsonb("details").$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [
    index("audit_event_by_time").on(t.at),
    index("audit_event_by_kind").on(t.kind, t.id),
    index("audit_event_by_actor").on(t.actor, t.id),
    index("audit_event_by_target").on(t.target, t.id),
  ],
);
