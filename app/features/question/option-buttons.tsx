"use client";
// The buttons of a question, with scap's full words. One press answers, except for a destructive option, which
// asks once more in a dialog.
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
  /** What the job is about, for the second question. */
  subject: string;
  isEnabled: boolean;
  /** The value that is on its way, if any. */
  sending: AnswerValue | undefined;
  /** Where the buttons stand: after they moved they take no press that was meant for what was there before. */
  place: string;
  onAnswer: (value: AnswerValue) => void;
};

export function OptionButtons({
  question,
  subject,
  isEnabled,
  sending,
  place,
  onAnswer,
}: OptionButtonsProps) {
  // The option stays while the dialog closes, so that its words do not vanish before it does.
  const [toConfirm, setToConfirm] = useState<InteractionOption>();
  const [isConfirming, setIsConfirming] = useState(false);
  const isInteractive = useInteractive(`${question.id} ${place} ${isEnabled}`);
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
      {isDefault && <span className={styles.default}>scap’s default</span>}
    </div>
  );
}

/** Yes and no come as scap's bare letters' words; a button starts with a capital. */
function optionLabel(option: InteractionOption): string {
  const text = visibleText(option.text);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
