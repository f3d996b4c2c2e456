"use client";
import { useContext } from "react";
import { optionLabel } from "#lib/domain/answer-label.ts";
import type { InteractionOption } from "#lib/domain/interaction.ts";
import { isIgnoredCheck } from "#lib/domain/option-meaning.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { consequenceOf } from "../../text/consequence.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { failureLines, LogContext } from "../log/failure-lines.ts";
import { QuestionContext, QuestionLine } from "./question-context.tsx";
import { questionParts } from "./question-parts.ts";
import styles from "./confirm-answer.module.css";

type ConfirmAnswerProps = {
  isOpen: boolean;
  option: InteractionOption | undefined;
  question: Interaction;
  subject: string;
  isEnabled: boolean;
  onConfirm: (option: InteractionOption) => void;
  onClose: () => void;
};

/** The confirmation of a destructive answer: the job, the question with its details, and the effect. */
export function ConfirmAnswer(props: ConfirmAnswerProps) {
  const { isOpen, option, question, subject, isEnabled, onConfirm, onClose } = props;
  const parts = questionParts(question, []);
  const log = useContext(LogContext);
  const failures =
    isOpen && log !== undefined && option !== undefined && isIgnoredCheck(option) ? failureLines(log) : [];
  const label = option === undefined ? "" : optionLabel(option);
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
      <div className={styles.context}>
        <QuestionContext question={question} context={parts.context} />
      </div>
      <QuestionLine parts={parts} />
      {failures.length > 0 && <pre className={styles.failures}>{visibleText(failures.join("\n"))}</pre>}
      <p>
        <strong>{consequenceOf(option?.text ?? "")}</strong>
      </p>
    </ConfirmDialog>
  );
}
