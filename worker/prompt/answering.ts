// An answer in progress: accepted from its row, completed by its secret, typed while the process reads, and settled by what
// the holder or the journal reports. Which step follows which is in lib/domain/interaction-mode.ts.
import { type GivenAnswer, isKeyPress } from "#lib/domain/interaction.ts";
import type { TypeResult } from "../../holder/protocol/messages.ts";
import { toKeystrokes } from "./answer.ts";
import { keepAnnouncement, removeAnnouncement } from "./announcements.ts";
import { canContinue, withLostRead } from "./lost-read.ts";
import { openPrompt } from "./open-prompt.ts";
import { type Decision, type LiveQuestion, liveQuestion, type State, type WithdrawReason } from "./state.ts";
import { answerOf, endQuestion, forget, NOT_ASKED, settle, transition } from "./transition.ts";

type Outcome = {
  event: "consumed" | "not_consumed" | "undelivered";
  why: string | null;
  /** Says why the question is asked again; absent when it is not. */
  complaint?: string;
};

const OUTCOMES: Record<TypeResult, Outcome> = {
  consumed: { event: "consumed", why: null },
  not_consumed: {
    event: "not_consumed",
    why: "scap did not read it within two seconds, so it was removed from the terminal",
    complaint: "The last answer was typed, but the program did not read it, so it was removed.",
  },
  not_reading: { event: "undelivered", why: "scap no longer waited for input" },
  echo_on: {
    event: "undelivered",
    why: "the terminal would have shown the secret",
    complaint: "The terminal would have shown the secret; nothing was typed.",
  },
  invalid: {
    event: "undelivered",
    why: "the text cannot be typed",
    complaint: "The last answer could not be typed; nothing was typed.",
  },
};

/** An answer that is stored and not settled. It may be reported any number of times. */
export function acceptAnswer(draft: Decision, given: GivenAnswer, at: number): void {
  const { state } = draft;
  const { question, secret } = state;
  const { interactionId, promptKey, value, answeredBy: by } = given;
  if (question?.prompt.promptKey !== promptKey || question.progress.mode === "expired") {
    // In a replay its result may still follow; the rows are read again behind it.
    if (state.isReplaying || interactionId === state.settledId || interactionId === state.typedId) return;
    settle(draft, { interactionId, delivery: "undelivered", why: NOT_ASKED });
    return;
  }
  if (value !== null) {
    transition(draft, "answer", { at, answer: { interactionId, by, value } });
    return;
  }
  transition(draft, "answer_sealed", { at, answer: { interactionId, by, value: undefined } });
  if (secret?.interactionId === interactionId) acceptSecret(draft, secret, at);
}

/** A secret arrives separately, before or after its answer. */
export function acceptSecret(
  draft: Decision,
  { interactionId, text }: { interactionId: number; text: string },
  at: number,
): void {
  const { question } = draft.state;
  const answer = question === undefined ? undefined : answerOf(question);
  if (answer?.interactionId === interactionId) {
    transition(draft, "secret", { at, answer: { ...answer, value: text } });
  } else {
    draft.state.secret = { interactionId, text };
  }
}

/** An answer that is ready is typed as soon as the process reads. */
export function typeWhenReading(draft: Decision, at: number): void {
  const { state, effects } = draft;
  const question = liveQuestion(state);
  if (question?.progress.mode !== "ready" || question.lost !== undefined) return;
  const { prompt, progress, fact } = question;
  const { interactionId, by, value } = progress.answer;
  if (value === undefined) return;
  const keystrokes = toKeystrokes(prompt, value, { ...fact, lastEnter: ineffectiveEnter(state, question) });
  if (!keystrokes.ok) {
    transition(draft, "refuse", { at, why: `the answer was refused: ${keystrokes.reason}` });
    askAgain(draft, question, "The last answer could not be typed; nothing was typed.", at);
    return;
  }
  const { text } = keystrokes;
  const isSecret = prompt.kind === "secret";
  effects.push({ kind: "type", interactionId, readId: prompt.readId, text, secret: isSecret, by });
  transition(draft, "type", { at });
  if (prompt.kind !== "screen") return;
  const enter = isKeyPress(value) && value.key === "enter" ? text : undefined;
  state.keyed = { pid: fact.pid, at, enter, outputEnd: state.outputEnd };
}

/** What Enter was the last time, when the program has taken it and done nothing. */
function ineffectiveEnter({ keyed, outputEnd }: State, { fact }: LiveQuestion): string | undefined {
  return keyed?.pid === fact.pid && keyed?.outputEnd === outputEnd ? keyed.enter : undefined;
}

/** The holder's reply to the order of this run. */
export function acceptResult(
  draft: Decision,
  { interactionId, result }: { interactionId: number; result: TypeResult },
  at: number,
): void {
  const { state } = draft;
  const { question } = state;
  if (question?.progress.mode !== "typing" || answerOf(question)?.interactionId !== interactionId) return;
  const { event, why, complaint } = OUTCOMES[result];
  if (question.isRestored) {
    transition(draft, event, { at, why });
    return;
  }
  // Between two turns of a question that is drawn again: the next is the same question if the screen says so.
  if (result === "not_reading" && canContinue(question, question.fact) && !state.exited) {
    state.question = withLostRead(state, question, at);
    transition(draft, "retry", { at });
    return;
  }
  transition(draft, event, { at, why });
  if (state.exited) return;
  if (complaint !== undefined) return askAgain(draft, question, complaint, at);
  if (event === "consumed") {
    removeAnnouncement(state, question);
    if (state.keyed !== undefined && question.prompt.kind === "screen") state.keyed = { ...state.keyed, at };
  } else {
    rememberUntyped(state, question);
    keepAnnouncement(state, question);
  }
}

/** The journal's record that an answer was typed, perhaps by an earlier worker. */
export function acceptInputRecord(draft: Decision, interactionId: number, at: number): void {
  const { question } = draft.state;
  draft.state.typedId = interactionId;
  if (question?.isRestored !== true || question.prompt.interactionId !== interactionId) return;
  // An open one has lost its answer: the database was restored to an earlier state.
  if (question.progress.mode === "open") transition(draft, "withdraw", { at });
  else transition(draft, "type", { at });
}

/** The journal's record of a result. Of an answer that this run types, the holder's reply says the same. */
export function acceptResultRecord(
  draft: Decision,
  { interactionId, result }: { interactionId: number; result: TypeResult },
  at: number,
): void {
  const { state } = draft;
  acceptInputRecord(draft, interactionId, at);
  const { question } = state;
  const { event, why } = OUTCOMES[result];
  if (question !== undefined && answerOf(question)?.interactionId === interactionId) {
    // An order that typed nothing may be repeated, which its reply decides.
    if (question.isRestored || event !== "undelivered") acceptResult(draft, { interactionId, result }, at);
    return;
  }
  if (interactionId <= state.settledId) return;
  settle(draft, { interactionId, delivery: event, why, isFromJournal: true });
}

/** The question is no longer asked. What is being typed is settled by its result. */
export function withdraw(draft: Decision, reason: WithdrawReason, at: number): void {
  const { state } = draft;
  const { question } = state;
  if (question === undefined) return;
  endQuestion(draft, reason, at);
  if (question.isRestored) return;
  if (question.progress.mode === "ready") rememberUntyped(state, question);
  keepAnnouncement(state, question);
}

/** The time for an answer is over, and scap still waits: it is asked again, or scap would wait forever. */
export function timeOut(draft: Decision, question: LiveQuestion, at: number): void {
  if (question.progress.mode === "expired") {
    forget(draft.state, question);
    askAgain(
      draft,
      question,
      "No answer arrived in time. scap was asked to stop, but it is still waiting.",
      at,
    );
    return;
  }
  if (
    transition(draft, "secret_timeout", { at, why: "the secret did not reach the worker; it is asked again" })
  ) {
    askAgain(draft, question, "The secret did not reach the worker; nothing was typed.", at);
  }
}

/** The program read nothing, as the holder reports or because nothing was typed: so one read may ask twice. */
function askAgain(draft: Decision, question: LiveQuestion, complaint: string, at: number): void {
  const { read } = draft.state;
  const { prompt, announcedAt } = question;
  if (read === undefined || read.fact.readId !== prompt.readId) {
    return keepAnnouncement(draft.state, question);
  }
  const { source, unsure } = prompt;
  openPrompt(draft, { ...prompt, complaint }, { source, fact: read.fact, unsure, announcedAt, at });
}

/** There was an answer, and no read to take it: if the same is asked in silence, the page says why. */
function rememberUntyped(state: State, { prompt, lost }: LiveQuestion): void {
  state.untyped = { message: prompt.message, outputEnd: lost?.outputEnd ?? state.outputEnd };
}
