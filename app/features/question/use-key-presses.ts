"use client";
// Sends key presses to an interactive program, one at a time and only while the program is reading. Keys pressed in between
// are not buffered, because they were meant for a screen that has changed since.
import { useState } from "react";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { ApiProblem } from "../../client/api.ts";
import { useAnswer } from "./use-answer.ts";
import { useInteractive } from "../../ui/use-interactive.ts";

export type KeyPresses = {
  /** The program is reading, and a key press is sent. */
  isReady: boolean;
  /** The screen has just appeared or changed, and accepts keys in a moment. */
  isActivating: boolean;
  /** The last key press on this page that was not refused, until the program reads again. */
  pressed: AnswerValue | undefined;
  /** The request was sent, but there is no response yet. */
  isSlow: boolean;
  /** Why the last key press was refused. */
  problem: ApiProblem | undefined;
  /** A key was pressed while the program was not reading. */
  isIgnored: boolean;
  press: (value: AnswerValue) => void;
};

type Options = {
  /** The previous question; undefined when it was not asked by the same program. */
  previous: Interaction | undefined;
  me: string;
  isEnabled: boolean;
  onInteraction: (interaction: Interaction) => void;
};

/** @param question the open question; between two key presses, the one that was answered last. */
export function useKeyPresses(question: Interaction, options: Options): KeyPresses {
  const { previous, me, isEnabled, onInteraction } = options;
  const [last, setLast] = useState<{ id: number; value: AnswerValue }>();
  const [ignoredId, setIgnoredId] = useState<number>();
  const { attempt, answer } = useAnswer(question, { onUpdate: onInteraction, onRefused: () => undefined });
  const previousBy = previous?.answer?.answeredBy ?? me;
  // A key press by another person changes the screen. The user must see that before pressing the next key.
  const isInteractive = useInteractive(`${isEnabled} ${previousBy === me ? "own" : question.id}`);
  const isOpen =
    isEnabled && question.state === "pending" && attempt.phase !== "sending" && attempt.phase !== "sent";
  return {
    isReady: isOpen && isInteractive,
    isActivating: isOpen && !isInteractive,
    pressed: last?.id === question.id && attempt.phase !== "refused" ? last.value : undefined,
    isSlow: attempt.phase === "sending" && attempt.isSlow,
    problem: attempt.phase === "refused" ? attempt.problem : undefined,
    isIgnored: ignoredId === question.id,
    press: (value) => {
      if (!isOpen || !isInteractive) return setIgnoredId(question.id);
      setLast({ id: question.id, value });
      setIgnoredId(undefined);
      answer(value);
    },
  };
}
