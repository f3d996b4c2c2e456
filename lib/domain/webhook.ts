// Webhooks: which events are sent to the HTTP servers of other programs, what a message contains, and when a failed delivery
// is tried again. Pure.
import type { InteractionKind } from "./interaction.ts";
import type { Outcome } from "./job.ts";

export const WEBHOOK_EVENTS = [
  "question.asked",
  "question.reminded",
  "question.answered",
  "job.started",
  "job.ended",
  "lane.frozen",
  "lane.unfrozen",
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** How the body is written: for a program, or as a message for a chat. */
export const WEBHOOK_TEMPLATES = ["standard", "slack", "mattermost", "matrix", "irc"] as const;
export type WebhookTemplate = (typeof WEBHOOK_TEMPLATES)[number];

/** `pending`: not accepted yet, another attempt follows. `failed`: no more attempts. */
export const WEBHOOK_DELIVERY_STATES = ["pending", "delivered", "failed"] as const;
export type WebhookDeliveryState = (typeof WEBHOOK_DELIVERY_STATES)[number];

export type WebhookJob = {
  id: number;
  operation: string;
  lane: string;
  requestedBy: string;
  /** The first ones; `changeCount` is the number of all. */
  changes: { number: number; subject: string }[];
  changeCount: number;
};

export type WebhookQuestion = { id: number; kind: InteractionKind; title: string };

/**
 * What happened, as it is stored with the delivery: a retry sends the same. It has no output of a job, and of an answer only
 * the option that was chosen.
 */
export type WebhookPayload = { timestamp: string } & (
  | { type: "question.asked"; data: { job: WebhookJob; question: WebhookQuestion } }
  | { type: "question.reminded"; data: { job: WebhookJob; question: WebhookQuestion; reminder: number } }
  | {
      type: "question.answered";
      data: { job: WebhookJob; question: WebhookQuestion; answer: { by: string; option: string | null } };
    }
  | { type: "job.started"; data: { job: WebhookJob } }
  | { type: "job.ended"; data: { job: WebhookJob; outcome: Outcome; reached: string } }
  | { type: "lane.frozen"; data: { lane: string; by: string; reason: string; until: string | null } }
  | { type: "lane.unfrozen"; data: { lane: string; by: string } }
  | { type: "test"; data: { webhook: string } }
);

/** Events of the history of a job that are sent. */
export const WEBHOOK_EVENT_OF = {
  job_started: "job.started",
  job_finished: "job.ended",
  job_cancelled: "job.ended",
  job_declared_lost: "job.ended",
  interaction_asked: "question.asked",
  interaction_reminded: "question.reminded",
  answer_given: "question.answered",
} as const satisfies Record<string, WebhookEvent>;
export type WebhookEventKind = keyof typeof WEBHOOK_EVENT_OF;

/** Kinds of questions whose answer is one of their options. Other answers are not sent: a person wrote them. */
export function hasSentAnswer(kind: InteractionKind): boolean {
  return kind === "yes_no" || kind === "choices" || kind === "acknowledge";
}

const RETRY_MS_FIRST = 5000;
const RETRY_FACTOR = 4;
/** The last one follows the first after 7.6 hours. */
const ATTEMPTS_MAX = 8;

/**
 * Exponential backoff.
 * @param attempts that have failed. @param retryAfterMs what the receiver asked for.
 * @returns undefined after the last attempt.
 */
export function webhookRetryMs(attempts: number, retryAfterMs = 0): number | undefined {
  if (attempts >= ATTEMPTS_MAX) return undefined;
  return Math.max(RETRY_MS_FIRST * RETRY_FACTOR ** (attempts - 1), retryAfterMs);
}
