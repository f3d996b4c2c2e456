"use client";
// How long a question has been waiting, the reminders, and when it expires. The number of lines does not change while the
// question waits, because the answers below must not move.
import type { Interaction } from "#lib/contract/interaction.ts";
import { useNow } from "../../client/use-now.tsx";
import { formatDuration, plural } from "../../text/format.ts";
import { EXPIRY_LABELS } from "../../text/labels.ts";
import { Clock, Elapsed } from "../../ui/time.tsx";
import styles from "./question-age.module.css";

/** From this remaining time on, a countdown is shown. */
const SOON_MS = 10 * 60_000;
/** A question that expired longer ago is overdue: something prevents its worker from acting. */
const OVERDUE_MS = 60_000;

export function QuestionAge({ question }: { question: Interaction }) {
  return (
    <>
      <p className={styles.age}>
        <span className={styles.waiting}>
          Waiting <Elapsed since={question.askedAt} />
        </span>
        {question.reminders > 0 && <> · {plural(question.reminders, "reminder", "reminders")}</>}
      </p>
      {question.state === "pending" && <Expiry question={question} />}
    </>
  );
}

function Expiry({ question: { expiresAt, expiryAction } }: { question: Interaction }) {
  const now = useNow();
  if (expiresAt === null || expiryAction === null) return null;
  const { will } = EXPIRY_LABELS[expiryAction];
  const leftMs = Date.parse(expiresAt) - now;
  if (leftMs < -OVERDUE_MS) {
    return (
      <p className={styles.expiry}>
        Expired at <Clock at={expiresAt} />: {will} when the worker responds
      </p>
    );
  }
  return (
    <p data-soon={leftMs < SOON_MS || undefined} className={styles.expiry}>
      Expires{" "}
      {leftMs < SOON_MS ? (
        <>in {formatDuration(leftMs)}</>
      ) : (
        <>
          at <Clock at={expiresAt} />
        </>
      )}
      : {will}
    </p>
  );
}
