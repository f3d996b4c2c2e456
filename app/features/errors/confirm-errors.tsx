"use client";
// The second confirmation of an answer that the policy requires while the servers log many errors. The server decides that it is
// required; this dialog shows the errors and sends the same answer again.
import { useState } from "react";
import type { AnswerValue, InteractionOption } from "#lib/domain/interaction.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import type { ApiProblem } from "../../client/api.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { isNewSince, newFirst } from "../../text/error-rate-text.ts";
import { formatCount } from "../../text/format.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import styles from "./confirm-errors.module.css";

const MESSAGES_MAX = 5;

/** An answer that the server refused because of the error rate. */
export type UnconfirmedAnswer = { value: AnswerValue; problem: ApiProblem };

type ConfirmErrorsProps = {
  job: JobSummary;
  options: readonly InteractionOption[];
  /** Undefined while there is none. */
  refused: UnconfirmedAnswer | undefined;
  isEnabled: boolean;
  onConfirm: (value: AnswerValue) => void;
};

export function ConfirmErrors({ job, options, refused, isEnabled, onConfirm }: ConfirmErrorsProps) {
  const { errors } = useOverview().overview;
  // Kept while the dialog closes, so that its text does not vanish during the animation.
  const [shown, setShown] = useState<UnconfirmedAnswer>();
  const [isOpen, setIsOpen] = useState(false);
  if (refused !== undefined && refused.problem !== shown?.problem) {
    setShown(refused);
    setIsOpen(true);
  }
  if (shown === undefined) return null;
  const messages = newFirst(errors?.messages ?? [], job.startedAt).slice(0, MESSAGES_MAX);
  return (
    <ConfirmDialog
      isOpen={isOpen}
      title={shown.problem.title}
      action={`Confirm: ${options.find(({ value }) => value === shown.value)?.text ?? "answer"}`}
      isDestructive
      isEnabled={isEnabled}
      onClose={() => setIsOpen(false)}
      onConfirm={() => {
        setIsOpen(false);
        onConfirm(shown.value);
      }}
    >
      <p>{shown.problem.detail}</p>
      <ul className={styles.messages}>
        {messages.map((message) => (
          <li key={message.text}>
            {isNewSince(message, job.startedAt) && <strong>New. </strong>}
            {formatCount(message.errors)} × {message.text}
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}
