"use client";
// A delivery of a webhook: the event, the result of its last attempt, and a button that sends it again.
import Link from "next/link";
import { useRouter } from "next/navigation";
import type { WebhookDelivery } from "#lib/contract/webhook.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { plural } from "../../text/format.ts";
import { DELIVERY_LABELS, deliveryLabel } from "../../text/webhook-text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Clock, ExactClock } from "../../ui/time.tsx";
import styles from "./admin.module.css";

type DeliveryRowProps = {
  webhookId: number;
  delivery: WebhookDelivery;
  /** Whether its webhook is. */
  isEnabled: boolean;
};

export function DeliveryRow({ webhookId, delivery, isEnabled }: DeliveryRowProps) {
  const { id, type, jobId, createdAt, state, responseBody } = delivery;
  const router = useRouter();
  const isConnected = isCurrent(useOverview().connection);
  const replay = useAction(async (_, onSlow) => {
    const params = { id: webhookId, deliveryId: id };
    await call("POST /api/admin/webhooks/{id}/deliveries/{deliveryId}/replay", { params, onSlow });
    router.refresh();
  });
  return (
    <li className={styles.row}>
      <span className={styles.time}>
        <ExactClock at={createdAt} />
      </span>
      <Badge {...DELIVERY_LABELS[state]} />
      <span>
        {deliveryLabel(type)}
        {jobId !== null && (
          <>
            {" "}
            · <Link href={`/jobs/${jobId}`}>job {jobId}</Link>
          </>
        )}
      </span>
      <span className={styles.result}>
        <Result delivery={delivery} />
        {responseBody !== null && responseBody !== "" && (
          <details>
            <summary>Response</summary>
            <pre>{visibleText(responseBody)}</pre>
          </details>
        )}
      </span>
      <Button
        disabled={!isConnected || !isEnabled || state === "pending"}
        isBusy={replay.isRunning}
        onClick={() => replay.run()}
      >
        Replay
      </Button>
      {replay.problem !== undefined && <ProblemNotice problem={replay.problem} />}
    </li>
  );
}

function Result({ delivery }: { delivery: WebhookDelivery }) {
  const { attempts, durationMs, responseStatus, error, nextAttemptAt, state } = delivery;
  const facts = [
    ...(error === null ? [] : [visibleText(error)]),
    ...(responseStatus === null || error !== null ? [] : [`Status ${responseStatus}`]),
    ...(durationMs === null ? [] : [`${durationMs} ms`]),
    ...(attempts > 1 ? [plural(attempts, "attempt", "attempts")] : []),
  ];
  return (
    <>
      {facts.join(" · ")}
      {state === "pending" && nextAttemptAt !== null && attempts > 0 && (
        <>
          {" "}
          · next attempt at <Clock at={nextAttemptAt} />
        </>
      )}
    </>
  );
}
