// Webhooks: an admin adds, disables, enables, deletes and tests them, and repeats deliveries. Each action is audited.
import type { BlockList } from "node:net";
import { appendAuditEvent } from "../db/audit.ts";
import { transaction, type Transaction } from "../db/connection.ts";
import { findDelivery, insertDelivery, listDeliveries } from "../db/webhook-deliveries.ts";
import {
  deleteWebhookRow,
  disableWebhookRow,
  findWebhook,
  insertWebhook,
  listWebhooks,
} from "../db/webhooks.ts";
import type { AuditKind, Origin } from "../domain/audit.ts";
import type { WebhookEvent, WebhookTemplate } from "../domain/webhook.ts";
import type { Webhook, WebhookCreated, WebhookDelivery } from "../contract/webhook.ts";
import { AppError, fieldRefusal } from "../errors.ts";
import { deliverWebhookOnce, type WebhookContext } from "../notify/deliver-webhook.ts";
import { webhookNameIssue, webhookUrlIssue } from "../notify/endpoint.ts";
import { createWebhookSecret } from "../notify/webhook-sender.ts";
import { encryptSecret } from "../stored-secret.ts";

/** Each event is sent to all of them. */
const WEBHOOKS_MAX = 50;
const DELIVERIES_MAX = 100;

type Context = WebhookContext & { networks: BlockList; origin: Origin; actor: string };

export async function readWebhooks({ db }: Pick<Context, "db">): Promise<Webhook[]> {
  return (await listWebhooks(db)).map(documentOf);
}

/** The newest deliveries, first. @throws AppError webhook_not_found. */
export async function readDeliveries(
  { db }: Pick<Context, "db">,
  id: number,
): Promise<{ webhook: Webhook; deliveries: WebhookDelivery[] }> {
  const webhook = await findWebhook(db, id);
  if (webhook === undefined) throw new AppError("webhook_not_found");
  const deliveries = await listDeliveries(db, id, DELIVERIES_MAX);
  return { webhook: documentOf(webhook), deliveries: deliveries.map(deliveryOf) };
}

/** @throws AppError unacceptable_value for a URL that requests must not be sent to, too_many_webhooks. */
export async function addWebhook(
  context: Context,
  given: { name: string; url: string; template: WebhookTemplate; events: readonly WebhookEvent[] },
): Promise<WebhookCreated> {
  const { db, networks, sessionSecret, actor } = context;
  const { url, ...others } = given;
  const issue = webhookUrlIssue(url, networks) ?? (await webhookNameIssue(url, networks));
  if (issue !== undefined) throw fieldRefusal("unacceptable_value", { field: "url", detail: issue });
  if ((await listWebhooks(db)).length >= WEBHOOKS_MAX) throw new AppError("too_many_webhooks");
  const secret = createWebhookSecret();
  const { host } = new URL(url);
  const webhook = await transaction(db, async (tx) => {
    const inserted = await insertWebhook(tx, {
      ...others,
      host,
      encryptedUrl: encryptSecret("webhook", url, sessionSecret),
      encryptedSecret: encryptSecret("webhook", secret, sessionSecret),
      createdBy: actor,
    });
    await audit(tx, context, "webhook_added", given.name, { host, template: given.template });
    return inserted;
  });
  return { webhook: documentOf(webhook), secret };
}

/** Does nothing if it is so already. @throws AppError webhook_not_found. */
export async function setWebhookDisabled(context: Context, id: number, isDisabled: boolean): Promise<void> {
  await transaction(context.db, async (tx) => {
    if ((await findWebhook(tx, id)) === undefined) throw new AppError("webhook_not_found");
    const reason = isDisabled ? `Disabled by ${context.actor}.` : undefined;
    const name = await disableWebhookRow(tx, id, reason);
    if (name === undefined) return;
    await audit(tx, context, isDisabled ? "webhook_disabled" : "webhook_enabled", name);
  });
}

/** With its deliveries. @throws AppError webhook_not_found. */
export async function deleteWebhook(context: Context, id: number): Promise<void> {
  await transaction(context.db, async (tx) => {
    const name = await deleteWebhookRow(tx, id);
    if (name === undefined) throw new AppError("webhook_not_found");
    await audit(tx, context, "webhook_deleted", name);
  });
}

/** Sends a message to it at once. @returns the delivery with its result. @throws AppError webhook_not_found, webhook_disabled. */
export async function testWebhook(context: Context, id: number): Promise<WebhookDelivery> {
  const webhook = await enabledWebhook(context, id);
  const timestamp = new Date().toISOString();
  const deliveryId = await transaction(context.db, async (tx) => {
    await audit(tx, context, "webhook_tested", webhook.name);
    return insertDelivery(tx, id, { type: "test", timestamp, data: { webhook: webhook.name } });
  });
  await deliverWebhookOnce(context, deliveryId);
  return readDelivery(context, id, deliveryId);
}

/**
 * Sends the same message again at once, with the same id. @returns the delivery with its result.
 * @throws AppError webhook_not_found, webhook_disabled, webhook_delivery_not_found, webhook_delivery_pending.
 */
export async function replayDelivery(
  context: Context,
  id: number,
  deliveryId: string,
): Promise<WebhookDelivery> {
  const webhook = await enabledWebhook(context, id);
  const { state } = await readDelivery(context, id, deliveryId);
  if (state === "pending") throw new AppError("webhook_delivery_pending");
  await transaction(context.db, (tx) =>
    audit(tx, context, "webhook_replayed", webhook.name, { delivery: deliveryId }),
  );
  await deliverWebhookOnce(context, deliveryId);
  return readDelivery(context, id, deliveryId);
}

async function enabledWebhook({ db }: Context, id: number) {
  const webhook = await findWebhook(db, id);
  if (webhook === undefined) throw new AppError("webhook_not_found");
  if (webhook.disabledAt !== null) throw new AppError("webhook_disabled", { detail: "Enable it first." });
  return webhook;
}

async function readDelivery({ db }: Context, id: number, deliveryId: string): Promise<WebhookDelivery> {
  const delivery = await findDelivery(db, deliveryId);
  if (delivery?.webhookId !== id) throw new AppError("webhook_delivery_not_found");
  return deliveryOf(delivery);
}

function audit(
  tx: Transaction,
  { origin, actor }: Context,
  kind: AuditKind,
  target: string,
  details: Record<string, string> = {},
): Promise<void> {
  return appendAuditEvent(tx, origin, { kind, actor, target, details });
}

function documentOf({
  createdAt,
  disabledAt,
  ...webhook
}: Awaited<ReturnType<typeof listWebhooks>>[number]): Webhook {
  return {
    ...webhook,
    createdAt: createdAt.toISOString(),
    disabledAt: disabledAt?.toISOString() ?? null,
  };
}

function deliveryOf(row: NonNullable<Awaited<ReturnType<typeof findDelivery>>>): WebhookDelivery {
  const { webhookId: _, createdAt, attemptedAt, nextAttemptAt, ...delivery } = row;
  return {
    ...delivery,
    createdAt: createdAt.toISOString(),
    attemptedAt: attemptedAt?.toISOString() ?? null,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
  };
}
