"use client";
// The answer buttons of a question, labelled with scap's own text. A destructive option needs a confirmation.
import { useState } from "react";
import { optionTone, type AnswerValue, type InteractionOption } from "#lib/domain/interaction.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { useInteractive } from "../../ui/use-interactive.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmAnswer } from "./confirm-answer.tsx";
import styles from "./option-buttons.module.css";

type OptionButtonsProps = {
  question: Interaction;
  /** The changes of the job, for the confirmation. */
  subject: string;
  isEnabled: boolean;
  /** The value that is being sent, if any. */
  sending: AnswerValue | undefined;
  /** Where the buttons are. When this changes they ignore clicks for a moment (use-interactive.ts). */
  position: string;
  onAnswer: (value: AnswerValue) => void;
};

export function OptionButtons({
  question,
  subject,
  isEnabled,
  sending,
  position,
  onAnswer,
}: OptionButtonsProps) {
  // Kept while the dialog closes, so that its text does not vanish during the animation.
  const [toConfirm, setToConfirm] = useState<InteractionOption>();
  const [isConfirming, setIsConfirming] = useState(false);
  const isInteractive = useInteractive(`${question.id} ${position} ${isEnabled}`);
  const press = (option: InteractionOption) => {
    if (optionTone(question.kind, option) !== "destructive") return onAnswer(option.value);
    setToConfirm(option);
    setIsConfirming(true);
  };
  return (
    <div className={styles.options}>
      {question.options.map((option, index) => (
        <OptionButton
          key={String(option.value)}
          option={option}
          kind={question.kind}
          isFirst={index === 0}
          isDefault={option.value === question.default && question.options.length > 1}
          isEnabled={isEnabled}
          isInteractive={isInteractive}
          isSending={sending === option.value}
          onPress={() => press(option)}
        />
      ))}
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

type OptionButtonProps = {
  option: InteractionOption;
  kind: Interaction["kind"];
  isFirst: boolean;
  isDefault: boolean;
  isEnabled: boolean;
  isInteractive: boolean;
  isSending: boolean;
  onPress: () => void;
};

function OptionButton(props: OptionButtonProps) {
  const { option, kind, isFirst, isDefault, isEnabled, isInteractive, isSending, onPress } = props;
  const tone = optionTone(kind, option);
  const isPrimary = tone === "progressive" && isFirst;
  return (
    <div className={styles.option} data-destructive={tone === "destructive" || undefined}>
      <Button
        tone={tone}
        weight={isPrimary ? "primary" : "normal"}
        size="large"
        disabled={!isEnabled || !isInteractive}
        isActivating={isEnabled && !isInteractive}
        isBusy={isSending}
        onClick={onPress}
      >
        {isSending ? "Sending…" : optionLabel(option)}
      </Button>
      {isDefault && <span className={styles.default}>Default</span>}
    </div>
  );
}

/** scap's options may start with a lower-case letter ("yes"); labels of buttons do not. */
function optionLabel(option: InteractionOption): string {
  const text = visibleText(option.text);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
