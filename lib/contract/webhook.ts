// For administrators: webhooks, and what was sent to each.
import { z } from "zod";
import { textProblem } from "../domain/person-text.ts";
import { WEBHOOK_DELIVERY_STATES, WEBHOOK_EVENTS, WEBHOOK_TEMPLATES } from "../domain/webhook.ts";
import { empty, type Endpoint, json } from "./endpoint.ts";
import { id, idText, time } from "./fields.ts";

export const webhook = z.object({
  id,
  name: z.string(),
  /** Of its URL, which is not shown: for a chat, it is a secret. */
  host: z.string(),
  template: z.enum(WEBHOOK_TEMPLATES),
  events: z.array(z.enum(WEBHOOK_EVENTS)),
  createdAt: time,
  createdBy: z.string(),
  /** Null while it is enabled. */
  disabledAt: time.nullable(),
  disabledReason: z.string().nullable(),
});
export type Webhook = z.infer<typeof webhook>;

export const webhookList = z.object({ webhooks: z.array(webhook) });

export const webhookRequest = z.strictObject({
  /** For example the channel. */
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .superRefine((text, context) => {
      const problem = textProblem(text);
      if (problem !== undefined) context.addIssue(problem);
    }),
  url: z.string().trim().max(2000),
  template: z.enum(WEBHOOK_TEMPLATES),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length),
});

export const webhookCreated = z.object({
  webhook,
  /** With which the receiver verifies messages. Not shown again. */
  secret: z.string(),
});
export type WebhookCreated = z.infer<typeof webhookCreated>;

export const webhookDelivery = z.object({
  /** `webhook-id` of its messages. */
  id: z.uuid(),
  /** An event, or `test`. */
  type: z.string(),
  jobId: id.nullable(),
  createdAt: time,
  state: z.enum(WEBHOOK_DELIVERY_STATES),
  attempts: z.int(),
  /** The last attempt; null before the first. */
  attemptedAt: time.nullable(),
  /** Null when none follows. */
  nextAttemptAt: time.nullable(),
  durationMs: z.int().nullable(),
  responseStatus: z.int().nullable(),
  /** The first kilobyte of the response. */
  responseBody: z.string().nullable(),
  /** Why it was not accepted. */
  error: z.string().nullable(),
});
export type WebhookDelivery = z.infer<typeof webhookDelivery>;

export const webhookDeliveries = z.object({ webhook, deliveries: z.array(webhookDelivery) });

export const webhookDisabledRequest = z.strictObject({ isDisabled: z.boolean() });

const webhookParams = z.object({ id: idText });

export const webhookEndpoints = {
  listWebhooks: {
    method: "GET",
    path: "/api/admin/webhooks",
    summary: "List the webhooks.",
    permission: "manage_webhooks",
    response: json(webhookList, 200),
  },
  addWebhook: {
    method: "POST",
    path: "/api/admin/webhooks",
    summary: "Add a webhook. The response has its secret, which is not shown again.",
    permission: "manage_webhooks",
    body: webhookRequest,
    response: json(webhookCreated, 201),
    problems: ["too_many_webhooks"],
  },
  setWebhookDisabled: {
    method: "PUT",
    path: "/api/admin/webhooks/{id}/disabled",
    summary: "Disable or enable a webhook. Events that occur while it is disabled are not sent to it.",
    permission: "manage_webhooks",
    params: webhookParams,
    body: webhookDisabledRequest,
    response: empty,
    problems: ["webhook_not_found"],
  },
  deleteWebhook: {
    method: "DELETE",
    path: "/api/admin/webhooks/{id}",
    summary: "Delete a webhook with its deliveries.",
    permission: "manage_webhooks",
    params: webhookParams,
    response: empty,
    problems: ["webhook_not_found"],
  },
  testWebhook: {
    method: "POST",
    path: "/api/admin/webhooks/{id}/test",
    summary: "Send a test message to a webhook at once. The response has the result.",
    permission: "manage_webhooks",
    params: webhookParams,
    response: json(webhookDelivery, 200),
    problems: ["webhook_not_found", "webhook_disabled"],
  },
  listWebhookDeliveries: {
    method: "GET",
    path: "/api/admin/webhooks/{id}/deliveries",
    summary:
      "List the newest 100 deliveries of a webhook, the newest first. Deliveries are kept for 30 days.",
    permission: "manage_webhooks",
    params: webhookParams,
    response: json(webhookDeliveries, 200),
    problems: ["webhook_not_found"],
  },
  replayWebhookDelivery: {
    method: "POST",
    path: "/api/admin/webhooks/{id}/deliveries/{deliveryId}/replay",
    summary: "Send the message of a delivery again at once, with the same id. The response has the result.",
    permission: "manage_webhooks",
    params: webhookParams.extend({ deliveryId: z.uuid() }),
    response: json(webhookDelivery, 200),
    problems: [
      "webhook_not_found",
      "webhook_disabled",
      "webhook_delivery_not_found",
      "webhook_delivery_pending",
    ],
  },
} as const satisfies Record<string, Endpoint>;
