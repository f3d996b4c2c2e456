"use client";
// How long a question has been waiting, the last reminder, and when it expires.
import type { Interaction } from "#lib/contract/interaction.ts";
import { useNow } from "../../client/use-now.tsx";
import { formatDuration } from "../../text/format.ts";
import { EXPIRY_LABELS } from "../../text/labels.ts";
import { Clock, Elapsed } from "../../ui/time.tsx";
import styles from "./question-age.module.css";

/** From this remaining time on, a countdown is shown. */
const SOON_MS = 10 * 60_000;
/** A question that expired longer ago is overdue: something prevents its worker from acting. */
const OVERDUE_MS = 60_000;

export function QuestionAge({ question }: { question: Interaction }) {
  return (
    <div className={styles.age}>
      <p className={styles.waiting}>
        Waiting <Elapsed since={question.askedAt} />
      </p>
      {question.remindedAt !== null && (
        <p>
          Reminder sent at <Clock at={question.remindedAt} />
          {question.reminders > 1 && <> ({question.reminders}×)</>}
        </p>
      )}
      {question.state === "pending" && <Expiry question={question} />}
    </div>
  );
}

function Expiry({ question: { expiresAt, expiryAction } }: { question: Interaction }) {
  const now = useNow();
  if (expiresAt === null || expiryAction === null) return null;
  const { will } = EXPIRY_LABELS[expiryAction];
  const leftMs = Date.parse(expiresAt) - now;
  if (leftMs < -OVERDUE_MS) {
    return (
      <p>
        Expired at <Clock at={expiresAt} />: {will} when the worker responds
      </p>
    );
  }
  return (
    <p data-soon={leftMs < SOON_MS || undefined} className={styles.expiry}>
      Expires at <Clock at={expiresAt} />
      {leftMs < SOON_MS && <> (in {formatDuration(leftMs)})</>}: {will}
    </p>
  );
}
