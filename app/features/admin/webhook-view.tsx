"use client";
// One webhook: its newest deliveries with their results, and what an admin can do with it.
import Link from "next/link";
import { useState } from "react";
import { useRouter } from "next/navigation";
import type { Webhook, WebhookDelivery } from "#lib/contract/webhook.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { WEBHOOKS_HREF } from "../../text/page-links.ts";
import { TEMPLATE_LABELS, WEBHOOK_EVENT_LABELS } from "../../text/webhook-text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import card from "../../ui/card.module.css";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Moment } from "../../ui/time.tsx";
import { AdminPage } from "./admin-page.tsx";
import { DeliveryRow } from "./delivery-row.tsx";
import styles from "./admin.module.css";

type WebhookViewProps = { webhook: Webhook; deliveries: readonly WebhookDelivery[] };

export function WebhookView({ webhook, deliveries }: WebhookViewProps) {
  const { id, name, host, template, events, createdAt, createdBy, disabledAt, disabledReason } = webhook;
  return (
    <AdminPage name="webhooks">
      <Link href={WEBHOOKS_HREF}>All webhooks</Link>
      <div className={styles.bar}>
        <h2 className={styles.heading}>{visibleText(name)}</h2>
        <WebhookActions webhook={webhook} />
      </div>
      <p className={styles.note}>
        {disabledAt === null ? (
          <Badge tone="success" label="Enabled" />
        ) : (
          <Badge tone="error" label="Disabled" />
        )}{" "}
        {disabledReason !== null && `${visibleText(disabledReason)} `}
        {TEMPLATE_LABELS[template]} to {host}, added by {visibleText(createdBy)} <Moment at={createdAt} />.
        Events: {events.map((event) => WEBHOOK_EVENT_LABELS[event]).join(", ")}.
      </p>
      <h2 className={styles.heading}>Deliveries</h2>
      <ul className={card.card} aria-label="Deliveries">
        {deliveries.map((delivery) => (
          <DeliveryRow key={delivery.id} webhookId={id} delivery={delivery} isEnabled={disabledAt === null} />
        ))}
        {deliveries.length === 0 && <li className={styles.empty}>Nothing was sent in the last 30 days.</li>}
      </ul>
    </AdminPage>
  );
}

function WebhookActions({ webhook: { id, name, disabledAt } }: { webhook: Webhook }) {
  const router = useRouter();
  const isConnected = isCurrent(useOverview().connection);
  const [isDeleting, setIsDeleting] = useState(false);
  const isDisabled = disabledAt !== null;
  const params = { id };
  const test = useAction(async (_, onSlow) => {
    await call("POST /api/admin/webhooks/{id}/test", { params, onSlow });
    router.refresh();
  });
  const toggle = useAction(async (_, onSlow) => {
    const body = { isDisabled: !isDisabled };
    await call("PUT /api/admin/webhooks/{id}/disabled", { params, body, onSlow });
    router.refresh();
  });
  const remove = useAction(async (_, onSlow) => {
    await call("DELETE /api/admin/webhooks/{id}", { params, onSlow });
    router.push(WEBHOOKS_HREF);
  });
  const problem = test.problem ?? toggle.problem;
  return (
    <>
      <span className={styles.buttons}>
        <Button onClick={() => router.refresh()}>Reload</Button>
        <Button disabled={!isConnected || isDisabled} isBusy={test.isRunning} onClick={() => test.run()}>
          Send test
        </Button>
        <Button disabled={!isConnected} isBusy={toggle.isRunning} onClick={() => toggle.run()}>
          {isDisabled ? "Enable" : "Disable"}
        </Button>
        <Button tone="destructive" disabled={!isConnected} onClick={() => setIsDeleting(true)}>
          Delete…
        </Button>
      </span>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      <ConfirmDialog
        isOpen={isDeleting}
        title={`Delete the webhook “${visibleText(name)}”?`}
        action="Delete webhook"
        isDestructive
        isEnabled={isConnected && !remove.isRunning}
        onClose={() => setIsDeleting(false)}
        onConfirm={() => remove.run()}
      >
        <p>It receives nothing more. Its URL, its secret and its deliveries are deleted.</p>
        {remove.problem !== undefined && <ProblemNotice problem={remove.problem} />}
      </ConfirmDialog>
    </>
  );
}
