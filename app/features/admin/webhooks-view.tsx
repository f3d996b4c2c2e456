"use client";
// The webhooks: which receivers get which events.
import Link from "next/link";
import { useState } from "react";
import { useRouter } from "next/navigation";
import type { Webhook } from "#lib/contract/webhook.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { plural } from "../../text/format.ts";
import { webhookHref } from "../../text/page-links.ts";
import { TEMPLATE_LABELS, WEBHOOK_EVENT_LABELS } from "../../text/webhook-text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import card from "../../ui/card.module.css";
import { ShownOnce } from "../../ui/shown-once.tsx";
import { AdminPage } from "./admin-page.tsx";
import { NewWebhookDialog } from "./new-webhook-dialog.tsx";
import styles from "./admin.module.css";

export function WebhooksView({ webhooks }: { webhooks: readonly Webhook[] }) {
  const router = useRouter();
  const isConnected = isCurrent(useOverview().connection);
  const [isAdding, setIsAdding] = useState(false);
  const [created, setCreated] = useState<{ name: string; secret: string }>();
  return (
    <AdminPage name="webhooks">
      <div className={styles.bar}>
        <span>{plural(webhooks.length, "webhook", "webhooks")}. Events are sent to other programs.</span>
        <Button disabled={!isConnected} onClick={() => setIsAdding(true)}>
          Add webhook…
        </Button>
      </div>
      {created !== undefined && (
        <div className={card.card}>
          <ShownOnce
            title={`Secret of “${created.name}”`}
            text={created.secret}
            onClose={() => setCreated(undefined)}
          />
        </div>
      )}
      <ul className={card.card} aria-label="Webhooks">
        {webhooks.map((webhook) => (
          <WebhookRow key={webhook.id} webhook={webhook} />
        ))}
        {webhooks.length === 0 && <li className={styles.empty}>No webhooks</li>}
      </ul>
      {isAdding && (
        <NewWebhookDialog
          onClose={() => setIsAdding(false)}
          onCreated={(given) => {
            setCreated(given);
            setIsAdding(false);
            router.refresh();
          }}
        />
      )}
    </AdminPage>
  );
}

function WebhookRow({ webhook: { id, name, disabledAt, template, host, events } }: { webhook: Webhook }) {
  return (
    <li className={styles.row}>
      <strong>
        <Link href={webhookHref(id)}>{visibleText(name)}</Link>
      </strong>
      {disabledAt === null ? (
        <Badge tone="success" label="Enabled" />
      ) : (
        <Badge tone="error" label="Disabled" />
      )}
      <span className={styles.grow} title={events.map((event) => WEBHOOK_EVENT_LABELS[event]).join(", ")}>
        {TEMPLATE_LABELS[template]} · {host} · {plural(events.length, "event", "events")}
      </span>
    </li>
  );
}
