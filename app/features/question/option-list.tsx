"use client";
// The answers of a question as buttons. The destructive ones are in a group of their own and need a confirmation. On phones a
// long list has a filter.
import { type ReactNode, useId, useRef, useState } from "react";
import { cdxIconAlert } from "@wikimedia/codex-icons";
import type { AnswerValue, InteractionOption } from "#lib/domain/interaction.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { useInteractive } from "../../ui/use-interactive.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { type AnswerOption, answerOptions, matchingOptions } from "./answer-options.ts";
import { ConfirmAnswer } from "./confirm-answer.tsx";
import { useNumberKeys } from "./use-number-keys.ts";
import styles from "./option-list.module.css";

/** From this number on, a list has a filter where it is long for the screen. */
const FILTER_OPTIONS_MIN = 7;

type OptionListProps = {
  question: Interaction;
  /** The changes of the job in one line, for the confirmation. */
  subject: string;
  isEnabled: boolean;
  /** The value that is being sent, if any. */
  sending: AnswerValue | undefined;
  /** Where the buttons are. When this changes they ignore clicks for a moment (use-interactive.ts). */
  position: string;
  /** Where number keys work. */
  keyScope: "page" | "card";
  onAnswer: (value: AnswerValue) => void;
};

export function OptionList(props: OptionListProps) {
  const { question, subject, isEnabled, sending, position, keyScope, onAnswer } = props;
  // Kept while the dialog closes, so that its text does not vanish during the animation.
  const [toConfirm, setToConfirm] = useState<InteractionOption>();
  const [isConfirming, setIsConfirming] = useState(false);
  const [filter, setFilter] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const isInteractive = useInteractive(`${question.id} ${position} ${isEnabled} ${filter}`);
  const options = answerOptions(question);
  const shown = matchingOptions(options, filter);
  useNumberKeys(list, options.length, keyScope);
  const press = ({ option, tone }: AnswerOption) => {
    if (tone !== "destructive") return onAnswer(option.value);
    setToConfirm(option);
    setIsConfirming(true);
  };
  const group = (isDestructive: boolean) =>
    shown
      .filter(({ tone }) => (tone === "destructive") === isDestructive)
      .map((answer) => (
        <OptionButton
          key={String(answer.option.value)}
          answer={answer}
          isEnabled={isEnabled}
          isInteractive={isInteractive}
          isSending={sending === answer.option.value}
          onPress={() => press(answer)}
        />
      ));
  const hasFilter = options.length >= FILTER_OPTIONS_MIN;
  return (
    <div className={styles.answers} data-filtered={filter !== "" || undefined}>
      {hasFilter && <Filter count={options.length} value={filter} onChange={setFilter} />}
      <div
        ref={list}
        className={styles.list}
        data-count={options.length > 2 ? "many" : "few"}
        data-kind={question.kind}
        data-long={hasFilter || undefined}
      >
        <Group>{group(false)}</Group>
        <Group isDestructive>{group(true)}</Group>
        {shown.length === 0 && <p className={styles.none}>No matching answers.</p>}
      </div>
      <ConfirmAnswer
        isOpen={isConfirming}
        option={toConfirm}
        question={question}
        subject={subject}
        isEnabled={isEnabled}
        onClose={() => setIsConfirming(false)}
        onConfirm={(option) => {
          setIsConfirming(false);
          onAnswer(option.value);
        }}
      />
    </div>
  );
}

function Group({ isDestructive = false, children }: { isDestructive?: boolean; children: ReactNode[] }) {
  if (children.length === 0) return null;
  return (
    <div className={styles.group} data-destructive={isDestructive || undefined}>
      {children}
    </div>
  );
}

type FilterProps = { count: number; value: string; onChange: (value: string) => void };

function Filter({ count, value, onChange }: FilterProps) {
  return (
    <input
      type="search"
      className={styles.filter}
      aria-label="Filter answers"
      placeholder={`Filter ${count} answers`}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

type OptionButtonProps = {
  answer: AnswerOption;
  isEnabled: boolean;
  isInteractive: boolean;
  isSending: boolean;
  onPress: () => void;
};

function OptionButton({ answer, isEnabled, isInteractive, isSending, onPress }: OptionButtonProps) {
  const { label, tone, number, isPrimary, isDefault } = answer;
  const defaultId = useId();
  return (
    <div className={styles.option} data-number={number}>
      <Button
        tone={tone}
        weight={isPrimary ? "primary" : "normal"}
        size="large"
        disabled={!isEnabled || !isInteractive}
        isActivating={isEnabled && !isInteractive}
        isBusy={isSending}
        aria-keyshortcuts={String(number)}
        aria-describedby={isDefault ? defaultId : undefined}
        onClick={onPress}
      >
        <span className={styles.key} aria-hidden="true">
          {number}
        </span>
        {tone === "destructive" && <Icon icon={cdxIconAlert} size="small" />}
        <span className={styles.label}>{isSending ? "Sending…" : label}</span>
      </Button>
      {isDefault && (
        <span id={defaultId} className={styles.default} data-on-fill={isPrimary || undefined}>
          Default
        </span>
      )}
    </div>
  );
}
