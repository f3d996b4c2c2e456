"use client";
import type { InteractionOption } from "#lib/domain/interaction.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { consequenceOf } from "../../text/consequence.ts";
import { questionLine } from "../../text/question-text.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";

type ConfirmAnswerProps = {
  isOpen: boolean;
  option: InteractionOption | undefined;
  question: Interaction;
  subject: string;
  isEnabled: boolean;
  onConfirm: (option: InteractionOption) => void;
  onClose: () => void;
};

/** The second question before a destructive answer: which job, which changes, and what follows. */
export function ConfirmAnswer(props: ConfirmAnswerProps) {
  const { isOpen, option, question, subject, isEnabled, onConfirm, onClose } = props;
  const label = visibleText(option?.text ?? "");
  return (
    <ConfirmDialog
      isOpen={isOpen}
      title={label}
      action={label}
      isDestructive
      isEnabled={isEnabled && question.state === "pending"}
      onClose={onClose}
      onConfirm={() => {
        if (option !== undefined) onConfirm(option);
      }}
    >
      <p>
        Job {question.jobId}: {subject}
      </p>
      <p>scap asks: {questionLine(question.message)}</p>
      <p>
        <strong>{consequenceOf(option?.text ?? "")}</strong>
      </p>
    </ConfirmDialog>
  );
}
