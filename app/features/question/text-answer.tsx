"use client";
// A text answer, which may be empty, or a secret, which is masked and cleared as soon as it is sent. For programs that read
// until end of input there is also Ctrl-D.
import { useState, type FormEvent } from "react";
import { answerIssue, type AnswerIssue, type AnswerValue, isKeyPress } from "#lib/domain/interaction.ts";
import { cdxIconEye, cdxIconEyeClosed } from "@wikimedia/codex-icons";
import type { Interaction } from "#lib/contract/interaction.ts";
import { useInteractive } from "../../ui/use-interactive.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import styles from "./text-answer.module.css";

export const TEXT_ISSUES: Record<AnswerIssue, string> = {
  not_an_option: "Select one of the options.",
  not_text: "Enter a text.",
  too_long: "This text is too long for a terminal line.",
  control_character: "Control characters are not allowed.",
  invisible_character: "This contains an invisible character.",
};

type TextAnswerProps = {
  question: Interaction;
  /** Filled in, for the person to send or change. */
  suggestion: string | undefined;
  isEnabled: boolean;
  /** The value that is being sent, if any. */
  sending: AnswerValue | undefined;
  /** Where the form is. When this changes it ignores clicks for a moment (use-interactive.ts). */
  position: string;
  onAnswer: (value: AnswerValue) => void;
};

export function TextAnswer(props: TextAnswerProps) {
  const { question, suggestion, isEnabled, sending, position, onAnswer } = props;
  const isSecret = question.kind === "secret";
  const [text, setText] = useState(suggestion ?? defaultText(question));
  const [isShown, setIsShown] = useState(false);
  const isInteractive = useInteractive(`${question.id} ${position} ${isEnabled}`);
  const issue = answerIssue(question, text);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isEnabled || issue !== undefined || !isInteractive) return;
    onAnswer(text);
    if (!isSecret) return;
    setText("");
    setIsShown(false);
  };

  return (
    <form className={styles.form} onSubmit={submit} autoComplete="off">
      <Field
        label={isSecret ? "Secret (hidden and never stored)" : "Your answer"}
        hint={hintFor(question)}
        error={issue === undefined ? undefined : TEXT_ISSUES[issue]}
      >
        {(attributes) => (
          <div className={styles.row}>
            <input
              {...attributes}
              type={isSecret && !isShown ? "password" : "text"}
              autoComplete={isSecret ? "new-password" : "off"}
              autoCapitalize="off"
              spellCheck={false}
              data-1p-ignore
              data-lpignore="true"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            {isSecret && <ShowSecret isShown={isShown} onChange={setIsShown} />}
            <SendButtons
              isSecret={isSecret}
              isDisabled={!isEnabled || !isInteractive}
              isActivating={isEnabled && !isInteractive}
              sending={sending}
              onEndOfInput={() => onAnswer({ key: "ctrl_d" })}
            />
          </div>
        )}
      </Field>
    </form>
  );
}

function ShowSecret({ isShown, onChange }: { isShown: boolean; onChange: (isShown: boolean) => void }) {
  return (
    <IconButton
      label={isShown ? "Hide secret" : "Show secret"}
      icon={isShown ? cdxIconEyeClosed : cdxIconEye}
      onClick={() => onChange(!isShown)}
    />
  );
}

type SendButtonsProps = {
  isSecret: boolean;
  isDisabled: boolean;
  isActivating: boolean;
  sending: AnswerValue | undefined;
  onEndOfInput: () => void;
};

function SendButtons({ isSecret, isDisabled, isActivating, sending, onEndOfInput }: SendButtonsProps) {
  const button = { size: "large", disabled: isDisabled, isActivating } as const;
  const isSending = typeof sending === "string";
  return (
    <>
      <Button {...button} type="submit" tone="progressive" weight="primary" isBusy={isSending}>
        {isSending ? "Sending…" : "Send to scap"}
      </Button>
      {!isSecret && (
        <Button {...button} weight="quiet" isBusy={isKeyPress(sending ?? null)} onClick={onEndOfInput}>
          Send end of input (Ctrl-D)
        </Button>
      )}
    </>
  );
}

function defaultText({ kind, default: value }: Interaction): string {
  return typeof value === "string" && kind !== "secret" ? value : "";
}

function hintFor(question: Interaction): string {
  if (question.kind === "secret") return "Sent to scap once. Leave empty to send only Enter.";
  return typeof question.default === "string" && question.default !== ""
    ? `Leave empty to send only Enter, which means “${question.default}”.`
    : "Leave empty to send only Enter.";
}
