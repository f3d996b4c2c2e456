"use client";
// Pressing keys in a program, one at a time: a key is sent only while the program reads, and the next one only when it
// reads again. A key that is pressed in between is not kept: it would be meant for a screen that has changed meanwhile.
import { useState } from "react";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { ApiProblem } from "../../client/api.ts";
import { useAnswer } from "./use-answer.ts";
import { useInteractive } from "../../ui/use-interactive.ts";

export type KeyPresses = {
  /** The program reads and takes a key now. */
  isReady: boolean;
  /** It has just appeared or changed, and takes a key in a moment. */
  isActivating: boolean;
  /** What was pressed on this page and was not refused, until the program reads again. */
  pressed: AnswerValue | undefined;
  /** It was sent, but there is no reply yet. */
  isSlow: boolean;
  /** The last key was refused. */
  problem: ApiProblem | undefined;
  /** A key was pressed while the program did not read. */
  isIgnored: boolean;
  press: (value: AnswerValue) => void;
};

type Options = {
  /** The question before this one; undefined when it was not asked by the same program. */
  previous: Interaction | undefined;
  me: string;
  isEnabled: boolean;
  onInteraction: (interaction: Interaction) => void;
};

/** @param question the open one; between two keys, the one that was answered last. */
export function useKeyPresses(question: Interaction, options: Options): KeyPresses {
  const { previous, me, isEnabled, onInteraction } = options;
  const [last, setLast] = useState<{ id: number; value: AnswerValue }>();
  const [ignoredId, setIgnoredId] = useState<number>();
  const { attempt, answer } = useAnswer(question, { onKnown: onInteraction, onRefused: () => undefined });
  const previousBy = previous?.answer?.answeredBy ?? me;
  // The key of another person changes the screen under one's own: that must have been seen before the next key.
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
