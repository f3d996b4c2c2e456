// Labels of webhooks and their deliveries. Pure.
import type { WebhookDeliveryState, WebhookEvent, WebhookTemplate } from "#lib/domain/webhook.ts";
import type { Tone } from "./labels.ts";

export const TEMPLATE_LABELS: Record<WebhookTemplate, string> = {
  standard: "Standard Webhooks (JSON)",
  slack: "Slack",
  mattermost: "Mattermost",
  matrix: "Matrix (hookshot)",
  irc: "IRC relay (one line of text)",
};

export const WEBHOOK_EVENT_LABELS: Record<WebhookEvent, string> = {
  "question.asked": "Question asked",
  "question.reminded": "Reminder of a question",
  "question.answered": "Question answered",
  "job.started": "Job started",
  "job.ended": "Job ended",
  "lane.frozen": "Lane frozen",
  "lane.unfrozen": "Lane unfrozen",
};

export const DELIVERY_LABELS: Record<WebhookDeliveryState, { label: string; tone: Tone }> = {
  pending: { label: "Pending", tone: "warning" },
  delivered: { label: "Delivered", tone: "success" },
  failed: { label: "Failed", tone: "error" },
};

/** @param type of a delivery: an event, or a test. */
export function deliveryLabel(type: string): string {
  return (WEBHOOK_EVENT_LABELS as Record<string, string>)[type] ?? "Test";
}
