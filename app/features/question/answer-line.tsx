"use client";
// The answer to a question in one line: who gave it, when, and whether it was delivered.
import { isKeyPress } from "#lib/domain/interaction.ts";
import { answerLabel } from "#lib/domain/answer-label.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { useSession } from "../../client/use-session.tsx";
import { pressedLabel } from "#lib/domain/press-label.ts";
import { DELIVERY_LABELS, EXPIRY_LABELS } from "../../text/labels.ts";
import { Moment } from "../../ui/time.tsx";
import styles from "./answer-line.module.css";

export function AnswerLine({ interaction }: { interaction: Interaction }) {
  const me = useSession().user.name;
  const { answer } = interaction;
  if (interaction.state === "expired" && interaction.expiryAction !== null) {
    return <>Not answered in time. {EXPIRY_LABELS[interaction.expiryAction].was} by policy.</>;
  }
  if (answer === null) return <>{UNANSWERED_LABELS[interaction.state]}</>;
  const delivery = DELIVERY_LABELS[answer.delivery];
  return (
    <>
      <strong>{answer.answeredBy === me ? "You" : answer.answeredBy}</strong>{" "}
      <AnswerText interaction={interaction} /> <Moment at={answer.answeredAt} /> ·{" "}
      <span className={styles[delivery.tone]}>{delivery.label}</span>
    </>
  );
}

function AnswerText({ interaction }: { interaction: Interaction }) {
  const { kind, answer, options } = interaction;
  if (kind === "screen") return <>pressed {pressedLabel(interaction)}</>;
  if (answer === null || answer.text === null) return <>answered with a secret</>;
  if (isKeyPress(answer.value)) return <>sent end of input (Ctrl-D)</>;
  if (answer.text === "") return <>answered with Enter</>;
  return (
    <>
      answered <span className={styles.text}>“{answerLabel(options, answer.text)}”</span>
    </>
  );
}

const UNANSWERED_LABELS: Record<Interaction["state"], string> = {
  pending: "Not answered yet.",
  answered: "Answered.",
  withdrawn: "Not answered. scap continued or exited.",
  expired: "Not answered in time.",
};
