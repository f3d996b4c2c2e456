// Applies the table of transitions (lib/domain/interaction-mode.ts) to the current question. The only place where its mode
// changes and where a final mode becomes an effect, so that no answer is left without one.
import { type InteractionEvent, nextMode } from "#lib/domain/interaction-mode.ts";
import type { Answer, Decision, Question, Settlement, State, WithdrawReason } from "./state.ts";

export const NOT_ASKED = "scap no longer asked this when it was to be typed";

type Data = {
  at: number;
  /** The answer from now on. */
  answer?: Answer;
  /** Why an answer was not delivered, for people. */
  why?: string | null;
  /** Why an open question is withdrawn. */
  reason?: WithdrawReason;
};

/** @returns false when the event means nothing in the current mode: then nothing was changed. */
export function transition(draft: Decision, event: InteractionEvent, data: Data): boolean {
  const { state, effects } = draft;
  const { question } = state;
  if (question === undefined) return false;
  const mode = nextMode(question.progress.mode, event);
  if (mode === undefined) return false;
  const answer = data.answer ?? answerOf(question);
  switch (mode) {
    case "open":
      state.question = { ...question, progress: { mode } };
      return true;
    case "expired":
      state.question = { ...question, progress: { mode, since: data.at } };
      return true;
    case "withdrawn":
      effects.push({
        kind: "withdraw",
        promptKey: question.prompt.promptKey,
        why: data.reason ?? "moved_on",
      });
      forget(state, question);
      return true;
    case "awaiting_secret":
      if (answer !== undefined) state.question = { ...question, progress: { mode, answer, since: data.at } };
      return true;
    case "ready":
    case "typing":
      if (answer !== undefined) state.question = { ...question, progress: { mode, answer } };
      return true;
    case "consumed":
    case "not_consumed":
    case "undelivered":
      forget(state, question);
      if (answer !== undefined) {
        settle(draft, { interactionId: answer.interactionId, delivery: mode, why: data.why ?? null });
      }
      return true;
  }
}

/** Records the final mode of an answer, of the current question or of an earlier one. */
export function settle({ state, effects }: Decision, settlement: Settlement): void {
  state.settledId = Math.max(state.settledId, settlement.interactionId);
  effects.push({ kind: "settle", ...settlement });
}

export function answerOf({ progress }: Question): Answer | undefined {
  return "answer" in progress ? progress.answer : undefined;
}

/** Its key is used up: the same prompt found again is another question. */
export function forget(state: State, { prompt }: Question): void {
  state.question = undefined;
  state.secret = undefined;
  state.judged = undefined;
  state.buried = undefined;
  state.steady = undefined;
  state.closedPromptKeys = [...state.closedPromptKeys, prompt.promptKey];
}

/** The question is no longer asked. What is being typed is settled by its result; an expired row is final already. */
export function endQuestion(draft: Decision, reason: WithdrawReason, at: number): void {
  const { question } = draft.state;
  if (question === undefined) return;
  const { mode } = question.progress;
  if (mode === "typing" || mode === "expired") forget(draft.state, question);
  else transition(draft, "withdraw", { at, reason, why: NOT_ASKED });
}
