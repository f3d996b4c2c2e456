"use client";
// The key presses in one interactive program: a summary by person, and each key press with its time on demand.
import type { Interaction } from "#lib/contract/interaction.ts";
import { useSession } from "../../client/use-session.tsx";
import { plural } from "../../text/format.ts";
import { pressedLabel } from "#lib/domain/press-label.ts";
import { pressRuns, type PressRun } from "../../text/key-press-history.ts";
import { DELIVERY_LABELS } from "../../text/labels.ts";
import { Clock, ExactClock, Moment } from "../../ui/time.tsx";
import styles from "./question-history.module.css";

export function KeyPressHistory({ interactions }: { interactions: readonly Interaction[] }) {
  const me = useSession().user.name;
  const pressed = interactions.filter(({ answer }) => answer !== null);
  const failed = pressed.filter(
    ({ answer }) => answer?.delivery === "undelivered" || answer?.delivery === "not_consumed",
  );
  return (
    <>
      <p className={styles.question}>Interactive program</p>
      {pressed.length === 0 && <p className={styles.answer}>No keys were pressed.</p>}
      {pressRuns(interactions).map((run) => (
        <p key={run.from} className={styles.answer}>
          <strong>{run.by === me ? "You" : run.by}</strong> pressed {run.keys} · <RunTime run={run} />
        </p>
      ))}
      {failed.length > 0 && (
        <p className={styles.failed}>
          {plural(failed.length, "key press was", "key presses were")} not delivered.
        </p>
      )}
      {pressed.length > 1 && (
        <details className={styles.details}>
          <summary>Show all key presses</summary>
          <ol className={styles.keys}>
            {pressed.map((interaction) => (
              <KeyPress key={interaction.id} interaction={interaction} />
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

function RunTime({ run: { from, to } }: { run: PressRun }) {
  const isMoment = Date.parse(to) - Date.parse(from) < 60_000;
  return isMoment ? (
    <Moment at={to} />
  ) : (
    <>
      <Clock at={from} />–<Clock at={to} />
    </>
  );
}

function KeyPress({ interaction }: { interaction: Interaction }) {
  const { answer } = interaction;
  if (answer === null) return null;
  const delivery = DELIVERY_LABELS[answer.delivery];
  return (
    <li>
      <ExactClock at={answer.answeredAt} /> {answer.answeredBy}: {pressedLabel(interaction)}
      {delivery.tone === "warning" && <span className={styles.failed}> · {delivery.label}</span>}
    </li>
  );
}
