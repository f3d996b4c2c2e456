// One attempt to deliver a message to a webhook, and its record. A process may die between the two, and pg-boss then repeats
// the message: the receiver gets it again, with the same id.
import { appendAuditEvent } from "../db/audit.ts";
import { type Database, transaction } from "../db/connection.ts";
import {
  findOutgoingDelivery,
  type OutgoingDelivery,
  recordAttempt,
  recordNotSent,
} from "../db/webhook-deliveries.ts";
import { disableWebhookRow } from "../db/webhooks.ts";
import { webhookRetryMs } from "../domain/webhook.ts";
import type { Log } from "../log.ts";
import { sendWebhookDelivery } from "../queue/send.ts";
import { decryptSecret } from "../stored-secret.ts";
import type { WebhookResult, WebhookSender } from "./webhook-sender.ts";

export type WebhookContext = { db: Database; log: Log; sessionSecret: string; sendWebhook: WebhookSender };

/** For a message of the queue: does nothing if another process was first. */
export async function deliverWebhook(context: WebhookContext, id: string): Promise<void> {
  const delivery = await findOutgoingDelivery(context.db, id);
  if (delivery?.state !== "pending") return;
  if (delivery.isDisabled) return recordNotSent(context.db, id, "Not sent: the webhook is disabled.");
  await attempt(context, delivery, { isOnRequest: false });
}

/** At the request of a person, in any state, and without retries: the person sees the result. */
export async function deliverWebhookOnce(context: WebhookContext, id: string): Promise<void> {
  const delivery = await findOutgoingDelivery(context.db, id);
  if (delivery !== undefined) await attempt(context, delivery, { isOnRequest: true });
}

async function attempt(
  context: WebhookContext,
  delivery: OutgoingDelivery,
  { isOnRequest }: { isOnRequest: boolean },
): Promise<void> {
  const { db, log } = context;
  const { id, webhookId, host } = delivery;
  const result = await send(context, delivery);
  const { kind, durationMs, status, body, error, retryAfterMs } = result;
  const retryMs =
    kind === "failed" && !isOnRequest ? webhookRetryMs(delivery.attempts + 1, retryAfterMs) : undefined;
  const nextAttemptAt = retryMs === undefined ? undefined : new Date(Date.now() + retryMs);
  await transaction(db, async (tx) => {
    await recordAttempt(tx, id, {
      state: kind === "delivered" ? "delivered" : nextAttemptAt === undefined ? "failed" : "pending",
      nextAttemptAt,
      durationMs,
      responseStatus: status,
      responseBody: body,
      error,
      isOnRequest,
    });
    if (nextAttemptAt !== undefined) await sendWebhookDelivery(tx, id, nextAttemptAt);
    if (kind === "gone") {
      const name = await disableWebhookRow(tx, webhookId, error ?? "The receiver wants no more messages.");
      if (name === undefined) return;
      await appendAuditEvent(
        tx,
        { channel: "system" },
        { kind: "webhook_disabled", target: name, details: { reason: error ?? null } },
      );
    }
  });
  const facts = { webhookId, deliveryId: id, host, status, durationMs: Math.round(durationMs) };
  const what =
    kind === "delivered" ? "delivered" : nextAttemptAt === undefined ? "failed" : "failed; retrying";
  log[kind === "delivered" ? "info" : "warn"](`webhook: ${what}`, { ...facts, why: error });
}

async function send(context: WebhookContext, delivery: OutgoingDelivery): Promise<WebhookResult> {
  const { encryptedUrl, encryptedSecret, template, id, payload } = delivery;
  const url = decryptSecret("webhook", encryptedUrl, context.sessionSecret);
  const secret = decryptSecret("webhook", encryptedSecret, context.sessionSecret);
  if (url === undefined || secret === undefined) {
    const error =
      "Not sent: SESSION_SECRET has changed since the webhook was added. Delete it and add it again.";
    return {
      kind: "failed",
      durationMs: 0,
      status: undefined,
      body: undefined,
      error,
      retryAfterMs: 0,
    };
  }
  return context.sendWebhook({ url, secret, template }, { id, payload });
}
