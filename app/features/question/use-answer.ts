"use client";
// Giving one answer to one question. What came of it afterwards (typed, read, taken back) is told by the
// stream; this knows only what the request itself came to.
import { useState } from "react";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import { type Interaction, interactionEndpoints } from "#lib/contract/interaction.ts";
import { call, problemOf, type ApiProblem } from "../../client/api.ts";

export type AnswerAttempt =
  | { phase: "idle" }
  /** `isSlow`: it was sent, but there is no reply yet. */
  | { phase: "sending"; value: AnswerValue; isSlow: boolean }
  | { phase: "sent" }
  | { phase: "refused"; problem: ApiProblem };

export type Answering = { attempt: AnswerAttempt; answer: (value: AnswerValue) => void };

type Listeners = {
  /** What the question looks like now, whenever an answer of the server says so. */
  onKnown: (interaction: Interaction) => void;
  /** Called before `onKnown`, which may take the question and its buttons off the page. */
  onRefused: (problem: ApiProblem) => void;
};

/** @param question may become another one: each has an attempt of its own, and the newest one counts. */
export function useAnswer(question: Interaction, { onKnown, onRefused }: Listeners): Answering {
  const [given, setGiven] = useState<{ questionId: number; attempt: AnswerAttempt }>();
  const questionId = question.id;
  const attempt: AnswerAttempt = given?.questionId === questionId ? given.attempt : { phase: "idle" };
  const setAttempt = (next: AnswerAttempt) =>
    setGiven((known) =>
      known !== undefined && known.questionId > questionId ? known : { questionId, attempt: next },
    );

  const send = async (value: AnswerValue) => {
    setAttempt({ phase: "sending", value, isSlow: false });
    try {
      const answered = await call(interactionEndpoints.answerInteraction, {
        params: { id: question.jobId, iid: question.id },
        body: { value },
        onSlow: () => setAttempt({ phase: "sending", value, isSlow: true }),
      });
      setAttempt({ phase: "sent" });
      onKnown(answered);
    } catch (error) {
      const problem = problemOf(error);
      setAttempt({ phase: "refused", problem });
      onRefused(problem);
      if (problem.interaction !== undefined) onKnown(problem.interaction);
    }
  };

  return {
    attempt,
    answer: (value) => {
      if (attempt.phase !== "sending" && attempt.phase !== "sent") void send(value);
    },
  };
}
