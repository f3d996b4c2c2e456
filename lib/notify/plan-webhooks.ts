// Turns what has happened into deliveries to webhooks, each with its message in the queue, in one transaction. Of a job the
// history decides: it is read again for every message about the job, and an event that has deliveries gets no others.
import { type Database, transaction, type Transaction } from "../db/connection.ts";
import { insertDeliveries, listNewJobEvents, type WebhookJobEvent } from "../db/webhook-deliveries.ts";
import { readTime } from "../db/time.ts";
import { questionSummary } from "../domain/question-text.ts";
import {
  hasSentAnswer,
  WEBHOOK_EVENT_OF,
  type WebhookEventKind,
  type WebhookJob,
  type WebhookPayload,
  type WebhookQuestion,
} from "../domain/webhook.ts";
import { sendWebhookDelivery } from "../queue/send.ts";

const KINDS = Object.keys(WEBHOOK_EVENT_OF) as WebhookEventKind[];

export async function planJobWebhooks(db: Database, jobId: number): Promise<void> {
  await transaction(db, async (tx) => {
    for (const event of await listNewJobEvents(tx, jobId, KINDS)) {
      const payload = payloadOf(jobId, event);
      if (payload !== undefined) await plan(tx, payload, { at: event.at, jobId, seq: event.seq });
    }
  });
}

type LanePayload = Extract<WebhookPayload, { type: "lane.frozen" | "lane.unfrozen" }>;

/** In the transaction of the freeze. */
export async function planLaneWebhooks(
  tx: Transaction,
  event: Pick<LanePayload, "type" | "data">,
): Promise<void> {
  const at = await readTime(tx);
  await plan(tx, { ...event, timestamp: at.toISOString() } as LanePayload, { at });
}

async function plan(
  tx: Transaction,
  payload: Exclude<WebhookPayload, { type: "test" }>,
  source: { at: Date; jobId?: number; seq?: number },
): Promise<void> {
  for (const id of await insertDeliveries(tx, payload.type, payload, source)) {
    await sendWebhookDelivery(tx, id);
  }
}

/** @returns undefined for an event that is not sent: what follows a key press in a program that draws the screen. */
function payloadOf(
  jobId: number,
  event: WebhookJobEvent,
): Exclude<WebhookPayload, { type: "test" }> | undefined {
  const type = WEBHOOK_EVENT_OF[event.kind];
  const timestamp = event.at.toISOString();
  const job = jobOf(jobId, event);
  if (type === "job.started") return { type, timestamp, data: { job } };
  if (type === "job.ended") {
    const { outcome, reached } = event;
    return outcome === null ? undefined : { type, timestamp, data: { job, outcome, reached } };
  }
  const question = questionOf(event);
  if (question === undefined) return undefined;
  const isKeyPress =
    question.kind === "screen" && (type === "question.answered" || event.followsKeyPress === true);
  if (isKeyPress && type !== "question.reminded") return undefined;
  if (type === "question.asked") return { type, timestamp, data: { job, question } };
  if (type === "question.reminded") {
    return { type, timestamp, data: { job, question, reminder: event.reminder ?? 1 } };
  }
  const option = hasSentAnswer(question.kind) ? event.answerText : null;
  return { type, timestamp, data: { job, question, answer: { by: event.actor ?? "", option } } };
}

function jobOf(id: number, event: WebhookJobEvent): WebhookJob {
  const { operation, lane, requestedBy, changes, changeCount } = event;
  return { id, operation, lane, requestedBy, changes: changes ?? [], changeCount };
}

function questionOf({ questionId, questionKind, message }: WebhookJobEvent): WebhookQuestion | undefined {
  if (questionId === null || questionKind === null || message === null) return undefined;
  return { id: questionId, kind: questionKind, title: questionSummary({ kind: questionKind, message }) };
}
