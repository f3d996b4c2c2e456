// Webhooks, and what was sent to each. Like notifications no history: rows are deleted.
import { sql } from "drizzle-orm";
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import {
  WEBHOOK_DELIVERY_STATES,
  type WebhookEvent,
  type WebhookPayload,
  type WebhookTemplate,
} from "../../domain/webhook.ts";
import { timestamptz } from "./base.ts";
import { job } from "./job.ts";
import { notification } from "./notification.ts";

export const webhookDeliveryState = notification.enum("webhook_delivery_state", WEBHOOK_DELIVERY_STATES);

export const webhook = notification.table(
  "webhook",
  {
    id: integer("id").generatedAlwaysAsIdentity().notNull(),
    name: text("name").notNull(),
    /** Of the URL, for people: the path of the URL of a chat is a secret. */
    host: text("host").notNull(),
    encryptedUrl: text("encrypted_url").notNull(),
    encryptedSecret: text("encrypted_secret").notNull(),
    template: text("template").$type<WebhookTemplate>().notNull(),
    events: text("events").array().$type<WebhookEvent[]>().notNull(),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
    /** Events before this time are not sent to it. */
    enabledAt: timestamptz("enabled_at").notNull().defaultNow(),
    disabledAt: timestamptz("disabled_at"),
    disabledReason: text("disabled_reason"),
  },
  (t) => [
    primaryKey({ name: "webhook_pkey", columns: [t.id] }),
    check("webhook_has_a_name", sql`length(${t.name}) between 1 and 100`),
    check("disabled_for_a_reason", sql`(${t.disabledAt} is null) = (${t.disabledReason} is null)`),
  ],
);

export const webhookDelivery = notification.table(
  "webhook_delivery",
  {
    /** Sent as `webhook-id`. Random, so that a restored database does not use one again. */
    id: uuid("id").notNull().defaultRandom(),
    webhookId: integer("webhook_id").notNull(),
    /** The event of the history of a job; null for others. */
    jobId: integer("job_id"),
    eventSeq: integer("event_seq"),
    payload: jsonb("payload").$type<WebhookPayload>().notNull(),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
    state: webhookDeliveryState("state").notNull().default("pending"),
    attempts: integer("attempts").notNull().default(0),
    attemptedAt: timestamptz("attempted_at"),
    nextAttemptAt: timestamptz("next_attempt_at"),
    durationMs: integer("duration_ms"),
    responseStatus: integer("response_status"),
    responseBody: text("response_body"),
    error: text("error"),
  },
  (t) => [
    primaryKey({ name: "webhook_delivery_pkey", columns: [t.id] }),
    foreignKey({
      name: "delivery_to_a_webhook",
      columns: [t.webhookId],
      foreignColumns: [webhook.id],
    }).onDelete("cascade"),
    foreignKey({ name: "webhook_delivery_of_a_job", columns: [t.jobId], foreignColumns: [job.id] }),
    unique("event_once_per_webhook").on(t.jobId, t.eventSeq, t.webhookId),
    index("webhook_delivery_by_webhook").on(t.webhookId, t.createdAt),
    index("webhook_delivery_by_time").on(t.createdAt),
    check("event_iff_of_a_job", sql`(${t.jobId} is null) = (${t.eventSeq} is null)`),
    check("response_is_bounded", sql`length(${t.responseBody}) <= 1024`),
  ],
);
