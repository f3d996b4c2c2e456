// Finds the decision of a person that ended a job: the answer that declined or rolled back, or the signal that stopped it, with the
// question that was open at that time.
import type { AnswerValue } from "./interaction.ts";
import type { DeliveryState } from "./interaction-mode.ts";
import type { Outcome } from "./job.ts";
import { isIgnoredCheck, isRefusal, isRollback } from "./option-meaning.ts";
import type { SignalKind } from "./signal.ts";

/** A question of the job, with its answer. */
export type PastQuestion = {
  id: number;
  /** Otherwise its answer is typed. */
  hasOptions: boolean;
  askedAt: Date;
  endedAt: Date | null;
  answer: {
    /** The label of the chosen option, or the text; null for a secret. */
    text: string | null;
    value: AnswerValue | null;
    answeredBy: string;
    delivery: DeliveryState;
  } | null;
};

/** A signal that reached a process. */
export type PastSignal = {
  id: number;
  kind: SignalKind;
  requestedBy: string;
  requestedAt: Date;
  /** The question whose expiry caused it; null for a signal of a person. */
  expiredInteractionId: number | null;
};

export type Decision = { user: string; interactionId: number | null; signalId: number | null };

type Answered = { id: number; isChosen: boolean; text: string; value: AnswerValue | null; user: string };

/** A text that a person typed may contain every word: the reason of a revert speaks of a rollback. */
const isRollbackAnswer = (answer: Answered): boolean => answer.isChosen && isRollback(answer);

/** To a question that was not recognised, "n" or "no" is typed. */
function isRefusalAnswer(answer: Answered): boolean {
  return (answer.isChosen || !/\s/.test(answer.text.trim())) && isRefusal(answer);
}

/** Answers that the program has read, in the order of the questions. */
function answersOf(questions: readonly PastQuestion[]): Answered[] {
  return questions.flatMap(({ id, hasOptions, answer }) =>
    answer === null || answer.delivery !== "consumed"
      ? []
      : [{ id, isChosen: hasOptions, text: answer.text ?? "", value: answer.value, user: answer.answeredBy }],
  );
}

/** Whether the program has read an answer of a person. */
export function hasAnswer(questions: readonly PastQuestion[]): boolean {
  return answersOf(questions).length > 0;
}

/** Whether a person chose to roll back, successfully or not. */
export function isRollbackChosen(questions: readonly PastQuestion[]): boolean {
  return answersOf(questions).some(isRollbackAnswer);
}

/** Whether the last answer declined to continue the deployment. */
export function isLastAnswerRefusal(questions: readonly PastQuestion[]): boolean {
  const last = answersOf(questions).at(-1);
  return last !== undefined && isRefusalAnswer(last);
}

/** Questions at which a person chose to ignore a failed check. */
export function ignoredChecksOf(questions: readonly PastQuestion[]): number[] {
  return answersOf(questions)
    .filter((answer) => answer.isChosen && isIgnoredCheck(answer))
    .map(({ id }) => id);
}

/** @returns null without a decision of a person: scap ended on its own, or it is unknown. */
export function decisionOf(
  outcome: Outcome,
  questions: readonly PastQuestion[],
  signals: readonly PastSignal[],
): Decision | null {
  switch (outcome) {
    case "interrupted":
      return bySignal(
        questions,
        signals.findLast(({ kind }) => kind.startsWith("interrupt")) ?? signals.at(-1),
      );
    case "killed":
      return bySignal(
        questions,
        signals.findLast(({ kind }) => !kind.startsWith("interrupt")) ?? signals.at(-1),
      );
    case "rolled_back":
    case "rollback_failed":
      return byAnswer(answersOf(questions).find(isRollbackAnswer));
    case "declined":
    case "unclear":
      return byAnswer(answersOf(questions).findLast(isRefusalAnswer));
    case "completed":
    case "nothing_to_deploy":
    case "prepared":
    case "refused":
    case "exit_nonzero":
    case "spawn_failed":
    case "cancelled_while_queued":
    case "holder_lost":
      return null;
  }
}

function byAnswer(answer: Answered | undefined): Decision | null {
  return answer === undefined ? null : { user: answer.user, interactionId: answer.id, signalId: null };
}

function bySignal(questions: readonly PastQuestion[], signal: PastSignal | undefined): Decision | null {
  if (signal === undefined) return null;
  const { requestedAt } = signal;
  const open = questions.find(
    ({ askedAt, endedAt, answer }) =>
      answer === null && askedAt <= requestedAt && (endedAt === null || endedAt >= requestedAt),
  );
  return {
    user: signal.requestedBy,
    interactionId: signal.expiredInteractionId ?? open?.id ?? null,
    signalId: signal.id,
  };
}
