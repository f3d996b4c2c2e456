"use client";
// An answer in words: a text with scap's own default, where an empty line counts too; or a secret, which is
// hidden, never remembered and forgotten as soon as it was sent. A program that reads a text to its end also takes Ctrl-D.
import { useId, useState, type FormEvent } from "react";
import { answerIssue, type AnswerIssue, type AnswerValue, isKeyPress } from "#lib/domain/interaction.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { useInteractive } from "../../ui/use-interactive.ts";
import { Button } from "../../ui/button.tsx";
import styles from "./text-answer.module.css";

export const TEXT_ISSUES: Record<AnswerIssue, string> = {
  not_an_option: "This is not one of the answers.",
  not_text: "This must be a text.",
  too_long: "This is longer than a line of the terminal can be.",
  control_character: "This has characters that a terminal would act on instead of passing them to scap.",
};

type TextAnswerProps = {
  question: Interaction;
  isEnabled: boolean;
  /** What is on its way, if anything is. */
  sending: AnswerValue | undefined;
  place: string;
  onAnswer: (value: AnswerValue) => void;
};

export function TextAnswer({ question, isEnabled, sending, place, onAnswer }: TextAnswerProps) {
  const isSecret = question.kind === "secret";
  const id = useId();
  const [text, setText] = useState(typeof question.default === "string" && !isSecret ? question.default : "");
  const isInteractive = useInteractive(`${question.id} ${place} ${isEnabled}`);
  const fault = answerIssue(question, text);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isEnabled || fault !== undefined || !isInteractive) return;
    onAnswer(text);
    if (isSecret) setText("");
  };

  return (
    <form className={styles.form} onSubmit={submit} autoComplete="off">
      <label className={styles.label} htmlFor={id}>
        {isSecret ? "What scap asks for stays hidden and is not stored" : "Your answer"}
      </label>
      <div className={styles.row}>
        <input
          id={id}
          className={styles.input}
          type={isSecret ? "password" : "text"}
          autoComplete={isSecret ? "new-password" : "off"}
          autoCapitalize="off"
          spellCheck={false}
          data-1p-ignore
          data-lpignore="true"
          value={text}
          aria-invalid={fault !== undefined}
          aria-describedby={`${id}-hint`}
          onChange={(event) => setText(event.target.value)}
        />
        <Button
          type="submit"
          tone="progressive"
          weight="primary"
          size="large"
          disabled={!isEnabled || !isInteractive}
          isActivating={isEnabled && !isInteractive}
          isBusy={typeof sending === "string"}
        >
          {typeof sending === "string" ? "Sending…" : "Send to scap"}
        </Button>
        {!isSecret && (
          <Button
            weight="quiet"
            size="large"
            disabled={!isEnabled || !isInteractive}
            isActivating={isEnabled && !isInteractive}
            isBusy={isKeyPress(sending ?? null)}
            onClick={() => onAnswer({ key: "ctrl_d" })}
          >
            Send end of input (Ctrl-D)
          </Button>
        )}
      </div>
      <p id={`${id}-hint`} className={styles.hint} data-fault={fault !== undefined || undefined}>
        {fault === undefined ? hintFor(question) : TEXT_ISSUES[fault]}
      </p>
    </form>
  );
}

function hintFor(question: Interaction): string {
  if (question.kind === "secret") return "It is typed into scap once; an empty answer is just Enter.";
  if (typeof question.default === "string" && question.default !== "") {
    return `An empty answer is just Enter, which means “${question.default}”.`;
  }
  return "An empty answer is just Enter.";
}
