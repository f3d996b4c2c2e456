// Webhooks, as an admin adds and disables them.
import { WEBHOOK_EVENTS, type WebhookEvent, type WebhookTemplate } from "../domain/webhook.ts";
import type { Database, Transaction } from "./connection.ts";
import {
  arrayOf,
  firstRow,
  integer,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  text,
  textOf,
  timestamptz,
} from "./statement.ts";

const WEBHOOK = {
  id: integer,
  name: text,
  host: text,
  template: textOf<WebhookTemplate>(),
  events: arrayOf(textOf<WebhookEvent>()),
  createdAt: timestamptz,
  createdBy: text,
  disabledAt: nullable(timestamptz),
  disabledReason: nullable(text),
};
export type Webhook = RowOf<typeof WEBHOOK>;

/** Expects the webhook as `w`. Not the URL and the secret. */
const WEBHOOK_COLUMNS = `w.id, w.name, w.host, w.template, w.events, w.created_at as "createdAt",
       w.created_by as "createdBy", w.disabled_at as "disabledAt", w.disabled_reason as "disabledReason"`;

const WEBHOOKS = statement(
  WEBHOOK,
  `select ${WEBHOOK_COLUMNS} from notification.webhook w order by w.name, w.id`,
);

export async function listWebhooks(db: Database): Promise<Webhook[]> {
  return rows(db, WEBHOOKS);
}

const WEBHOOK_BY_ID = statement(
  WEBHOOK,
  `select ${WEBHOOK_COLUMNS} from notification.webhook w where w.id = $1`,
);

export async function findWebhook(on: Database | Transaction, id: number): Promise<Webhook | undefined> {
  return firstRow(on, WEBHOOK_BY_ID, [id]);
}

const INSERT_WEBHOOK = statement(
  WEBHOOK,
  `insert into notification.webhook as w
     (name, host, encrypted_url, encrypted_secret, template, events, created_by)
   values ($1, $2, $3, $4, $5, $6, $7)
   returning ${WEBHOOK_COLUMNS}`,
);

export async function insertWebhook(
  tx: Transaction,
  webhook: {
    name: string;
    host: string;
    encryptedUrl: string;
    encryptedSecret: string;
    template: WebhookTemplate;
    events: readonly WebhookEvent[];
    createdBy: string;
  },
): Promise<Webhook> {
  const { name, host, encryptedUrl, encryptedSecret, template, events, createdBy } = webhook;
  const ordered = WEBHOOK_EVENTS.filter((event) => events.includes(event));
  return onlyRow(tx, INSERT_WEBHOOK, [
    name,
    host,
    encryptedUrl,
    encryptedSecret,
    template,
    ordered,
    createdBy,
  ]);
}

const CHANGED = statement(
  { name: text },
  `update notification.webhook w
   set disabled_at = case when $2::text is null then null else now() end, disabled_reason = $2,
       enabled_at = case when $2::text is null then now() else w.enabled_at end
   where w.id = $1 and (w.disabled_at is null) = ($2::text is not null)
   returning w.name`,
);

/** @param reason undefined: enables it. @returns its name; undefined if it does not exist or is so already. */
export async function disableWebhookRow(
  tx: Transaction,
  id: number,
  reason: string | undefined,
): Promise<string | undefined> {
  return (await firstRow(tx, CHANGED, [id, reason ?? null]))?.name;
}

const DELETE_WEBHOOK = statement(
  { name: text },
  "delete from notification.webhook w where w.id = $1 returning w.name",
);

/** With its deliveries. @returns its name; undefined if it does not exist. */
export async function deleteWebhookRow(tx: Transaction, id: number): Promise<string | undefined> {
  return (await firstRow(tx, DELETE_WEBHOOK, [id]))?.name;
}
