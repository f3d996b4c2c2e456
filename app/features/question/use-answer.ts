"use client";
// Sends one answer to one question, and knows the result of that request. The delivery to scap (sent, read, withdrawn) arrives
// with the stream.
import { useState } from "react";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { call, problemOf, type ApiProblem } from "../../client/api.ts";

export type AnswerAttempt =
  | { phase: "idle" }
  /** `isSlow`: the request was sent, but there is no response yet. */
  | { phase: "sending"; value: AnswerValue; isSlow: boolean }
  | { phase: "sent" }
  | { phase: "refused"; value: AnswerValue; problem: ApiProblem };

export type Answering = {
  attempt: AnswerAttempt;
  /** @param confirmation the person has seen that the error rate is above the threshold of the policy. */
  answer: (value: AnswerValue, confirmation?: { confirmsErrors: boolean }) => void;
};

type Listeners = {
  /** Called with the current state of the question when a response contains it. */
  onUpdate: (interaction: Interaction) => void;
  /** Called before `onUpdate`, which may remove the question from the page. */
  onRefused: (problem: ApiProblem) => void;
};

/** @param question may change: each question has its own attempt, and the newest one is used. */
export function useAnswer(question: Interaction, { onUpdate, onRefused }: Listeners): Answering {
  const [last, setLast] = useState<{ questionId: number; attempt: AnswerAttempt }>();
  const questionId = question.id;
  const attempt: AnswerAttempt = last?.questionId === questionId ? last.attempt : { phase: "idle" };
  const setAttempt = (next: AnswerAttempt) =>
    setLast((known) =>
      known !== undefined && known.questionId > questionId ? known : { questionId, attempt: next },
    );

  const send = async (value: AnswerValue, confirmsErrors: boolean) => {
    setAttempt({ phase: "sending", value, isSlow: false });
    try {
      const answered = await call("PUT /api/jobs/{id}/interactions/{iid}/answer", {
        params: { id: question.jobId, iid: question.id },
        body: { value, confirmsErrors },
        onSlow: () => setAttempt({ phase: "sending", value, isSlow: true }),
      });
      setAttempt({ phase: "sent" });
      onUpdate(answered);
    } catch (error) {
      const problem = problemOf(error);
      setAttempt({ phase: "refused", value, problem });
      onRefused(problem);
      if (problem.interaction !== undefined) onUpdate(problem.interaction);
    }
  };

  return {
    attempt,
    answer: (value, { confirmsErrors } = { confirmsErrors: false }) => {
      if (attempt.phase !== "sending" && attempt.phase !== "sent") void send(value, confirmsErrors);
    },
  };
}
