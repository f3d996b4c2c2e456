"use client";
// Types text into an interactive program. The whole text is one answer, without Enter.
import { useId, useState, type FormEvent } from "react";
import { answerIssue } from "#lib/domain/interaction.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { KeyPresses } from "./use-key-presses.ts";
import { TEXT_ISSUES } from "./text-answer.tsx";
import { Button } from "../../ui/button.tsx";
import styles from "./screen-text-input.module.css";

export function ScreenTextInput({ question, keys }: { question: Interaction; keys: KeyPresses }) {
  const id = useId();
  const [text, setText] = useState("");
  const issue = text === "" ? undefined : answerIssue(question, text);
  const canSend = keys.isReady && text !== "" && issue === undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!canSend) return;
    keys.press(text);
    setText("");
  };

  return (
    <form className={styles.form} onSubmit={submit} autoComplete="off">
      <label className={styles.label} htmlFor={id}>
        Type text
      </label>
      <input
        id={id}
        className={styles.input}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        enterKeyHint="send"
        value={text}
        aria-invalid={issue !== undefined}
        aria-describedby={`${id}-hint`}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" disabled={!canSend}>
        Send
      </Button>
      <p id={`${id}-hint`} className={styles.hint} data-invalid={issue !== undefined || undefined}>
        {issue === undefined ? "Sent without Enter." : TEXT_ISSUES[issue]}
      </p>
    </form>
  );
}
