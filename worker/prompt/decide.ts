// Decides when a person is asked, and when a question is gone: a pure reducer over what the kernel, the screen, scap's
// protocol and the people say.
//
// Three rules stand above all others:
//  - no read, no question: words alone never open a prompt, and a read that ends withdraws it;
//  - one read is one question: the same read never asks twice, unless the holder certifies that what was typed for it
//    was not taken, or the question expired and nothing was typed;
//  - one question at a time: everybody sees the same one, and an answer can only mean that one.
//
// A question that has expired is no exception: scap was told to stop, and if it waits on, people are asked again.
//
// RUNNING → CANDIDATE (a read, not yet judged) → OPEN → ANSWERING → RUNNING. The state has no field of that name: it
// is `read` without `open`, `open` in phase "open" (or "expired"), and `open` in phase "held" or "typing".
import type { AnswerValue } from "#lib/domain/interaction.ts";
import { toKeystrokes } from "./answer.ts";
import { recogniseBuried } from "./buried.ts";
import type { Decision, Event, OpenPrompt, TypeResult, WithdrawReason } from "./decide-types.ts";
import { giveUpRestored, openPrompt, settle } from "./opening.ts";
import { recognise, unrecognised } from "./recognise.ts";
import { isNotScaps } from "./rules.ts";
import type { State } from "./decide-types.ts";
import type { ReadFact, Snapshot } from "./types.ts";

export { initialState } from "./decide-types.ts";
export type { Effect, Event, Prompt, State, TypeResult } from "./decide-types.ts";

/** One event, one decision. Never throws and never changes `before`. */
export function step(before: State, event: Event): Decision {
  const draft: Decision = { state: { ...before }, effects: [] };
  if (before.exited) return draft;
  take(draft, event);
  const isIdle = draft.state.exited || draft.state.isReplaying;
  if (!isIdle)
    settle(draft, event.at, {
      moveOn: () => close(draft, "moved_on"),
      insist: (open) => insist(draft, open),
    });
  return draft;
}

function take(draft: Decision, event: Event): void {
  const { state } = draft;
  switch (event.kind) {
    case "output":
      state.seen = event.position;
      if (event.bytes === 0) return;
      state.outputEnd = event.position;
      state.outputAt = event.at;
      return;
    case "input":
      state.seen = event.position;
      // The question has its answer. One that is on its way is settled by what became of it.
      if (state.open === undefined) state.announced = undefined;
      return;
    case "caughtUp":
      state.isReplaying = false;
      return;
    case "reading":
      return takeReading(draft, event.fact, event.at);
    case "notReading":
      return takeNotReading(draft, event.readId, event.at);
    case "protocolMessage":
      if (state.open !== undefined && isReplaceable(state.open)) close(draft, "superseded");
      state.announced = {
        position: event.position,
        question: event.question,
        at: event.at,
        withdrawnAtEnd: undefined,
      };
      return;
    case "snapshot":
      return takeSnapshotResult(state, event.snapshot, event.at);
    case "tick":
      state.wakeAt = undefined;
      return;
    case "expired":
      if (state.open?.prompt.promptKey === event.promptKey && state.open.phase.name === "open")
        state.open = { ...state.open, phase: { name: "expired", since: event.at } };
      return;
    case "answerGiven":
      return takeAnswer(draft, event.promptKey, event.value);
    case "typed":
      return takeTyped(draft, event.promptKey, event.result);
    case "exited":
      if (state.open !== undefined) close(draft, "exited");
      if (state.restored !== undefined) giveUpRestored(draft, "exited");
      state.exited = true;
      state.read = undefined;
  }
}

/**
 * An answer on its way has most likely been taken already: what became of it is told in a moment. And another program
 * goes on waiting whatever scap announces.
 */
function isReplaceable(open: OpenPrompt): boolean {
  return open.phase.name !== "typing" && (open.fact === undefined || !isNotScaps(open.fact));
}

function takeReading(draft: Decision, fact: ReadFact, at: number): void {
  const { state } = draft;
  const read = state.read;
  if (read !== undefined && read.fact.readId === fact.readId && read.fact.mode === fact.mode) {
    state.read = { ...read, fact };
  } else {
    state.read = { fact, since: at, firstPosition: fact.position, baseEnd: undefined };
    state.buried = undefined;
  }
  const { open } = state;
  if (open === undefined) return;
  if (open.phase.name === "typing") {
    // The holder types the answer into this read if it still can, or ends it.
    if (continues(fact, open)) hand(state, open, fact);
    return;
  }
  if (open.prompt.readId === fact.readId) {
    if (open.fact?.mode === fact.mode) {
      state.open = { ...open, fact };
      return;
    }
    // The terminal began to echo, or ceased to: another question, though the read is the same.
    close(draft, "mode_changed");
    state.handledReadId = undefined;
    return;
  }
  const isAwaited = open.prompt.readId === undefined && !isNotScaps(fact);
  if (isAwaited || continues(fact, open)) {
    const handed = hand(state, open, fact);
    if (open.phase.name === "held") give(draft, handed, open.phase.value);
    return;
  }
  // A new read means that the old one is over, even if nobody said so.
  close(draft, "moved_on");
}

/** By the word of the holder, which alone knows what was typed and printed between two reads. */
function continues({ sinceReadId }: ReadFact, { prompt: { readId } }: OpenPrompt): boolean {
  return sinceReadId !== undefined && readId !== undefined && sinceReadId <= readId;
}

/** Gives an open prompt the read that takes its answer. */
function hand(state: State, open: OpenPrompt, fact: ReadFact): OpenPrompt {
  const handed = { ...open, prompt: { ...open.prompt, readId: fact.readId }, fact, lost: undefined };
  state.handledReadId = fact.readId;
  state.open = handed;
  return handed;
}

function takeNotReading(draft: Decision, readId: number, at: number): void {
  const { state } = draft;
  // And with it all before it, which may have ended while the holder was out of reach.
  if (state.read !== undefined && state.read.fact.readId <= readId) state.read = undefined;
  const { open } = state;
  if (open === undefined || open.phase.name === "typing" || open.lost !== undefined) return;
  if (open.prompt.readId === undefined || open.prompt.readId > readId) return;
  // That the read is over is told a moment late, and what the program prints next may come before. Only what was
  // printed when the read was last seen is known to belong to it; or an answer to "Continue?" could be typed into
  // "Roll back?".
  const seenEnd = open.fact?.position ?? state.outputEnd;
  state.open = { ...open, lost: { at, outputEnd: Math.min(state.outputEnd, seenEnd) } };
}

function takeSnapshotResult(state: State, snapshot: Snapshot, at: number): void {
  state.isSnapshotAsked = false;
  const { read } = state;
  // One that was asked for an earlier read shows what that one asked.
  if (read?.baseEnd === undefined || snapshot.position < read.baseEnd) return;
  const { mode } = read.fact;
  const recognition = recognise(snapshot, mode);
  state.judged = { mode, position: snapshot.position, at, recognition, raw: unrecognised(snapshot, mode) };
  // The first one found is the nearest to the beginning of the read.
  if (mode !== "secret") state.buried ??= recogniseBuried(snapshot);
}

function takeAnswer(draft: Decision, promptKey: string, value: AnswerValue): void {
  const { open } = draft.state;
  if (open?.prompt.promptKey === promptKey && open.phase.name === "open") give(draft, open, value);
  else draft.effects.push({ kind: "refuse", promptKey, reason: "not_open" });
}

/** Has the answer typed as the read takes it, or keeps it until there is one. */
function give({ state, effects }: Decision, open: OpenPrompt, value: AnswerValue): void {
  const { promptKey, readId, kind } = open.prompt;
  const keystrokes = toKeystrokes(open.prompt, value, open.fact);
  if (!keystrokes.ok) {
    effects.push({ kind: "refuse", promptKey, reason: keystrokes.reason });
  } else if (readId === undefined || open.lost !== undefined) {
    state.open = { ...open, phase: { name: "held", value } };
  } else {
    effects.push({ kind: "type", promptKey, readId, text: keystrokes.text, secret: kind === "secret" });
    state.open = { ...open, phase: { name: "typing" } };
  }
}

function takeTyped(draft: Decision, promptKey: string, result: TypeResult): void {
  const { state } = draft;
  const { open } = state;
  if (open?.prompt.promptKey !== promptKey) return;
  forget(draft, open);
  switch (result) {
    case "consumed":
    case "already_typed":
      if (isOfAnnouncement(state, open)) state.announced = undefined;
      return;
    case "not_reading":
      rememberUntyped(state, open);
      return leaveAnnouncement(state, open);
    case "not_consumed":
      return askAgain(
        draft,
        open,
        "The last answer was typed, but the program did not read it; it was taken back.",
      );
    case "echo_on":
      return askAgain(draft, open, "The terminal would have shown the secret; nothing was typed.");
    case "invalid":
      return askAgain(draft, open, "The last answer could not be typed; nothing was typed.");
  }
}

/** Its question has expired and scap waits on: without a new one it would wait for ever. */
function insist(draft: Decision, open: OpenPrompt): void {
  forget(draft, open);
  askAgain(draft, open, "Nobody answered in time. scap was told to stop, and waits all the same.");
}

/** Nothing was taken, by the word of the holder or because nothing was typed: so a read may ask twice. */
function askAgain(draft: Decision, open: OpenPrompt, complaint: string): void {
  const { read, announced } = draft.state;
  const { prompt } = open;
  const isSuperseded = announced !== undefined && !isOfAnnouncement(draft.state, open);
  const isGone = read === undefined || read.fact.readId !== prompt.readId;
  if (isSuperseded || isGone) return leaveAnnouncement(draft.state, open);
  const { source, unsure } = prompt;
  openPrompt(draft, { ...prompt, complaint }, { source, fact: read.fact, unsure });
}

function close(draft: Decision, why: WithdrawReason): void {
  const { open } = draft.state;
  if (open === undefined) return;
  draft.effects.push({ kind: "withdraw", promptKey: open.prompt.promptKey, why });
  if (open.phase.name === "held") rememberUntyped(draft.state, open);
  forget(draft, open);
  leaveAnnouncement(draft.state, open);
}

/** There was an answer, and nobody to take it. */
function rememberUntyped(state: State, { prompt }: OpenPrompt): void {
  state.untyped = { message: prompt.message, outputEnd: state.outputEnd };
}

function forget({ state }: Decision, { prompt }: OpenPrompt): void {
  state.open = undefined;
  state.judged = undefined;
  state.buried = undefined;
  state.closedPromptKeys = [...state.closedPromptKeys, prompt.promptKey];
}

/** The prompt is gone without an answer that scap took: its announcement may still be meant for the next read. */
function leaveAnnouncement(state: State, open: OpenPrompt): void {
  if (state.announced === undefined || !isOfAnnouncement(state, open)) return;
  state.announced = { ...state.announced, withdrawnAtEnd: open.lost?.outputEnd ?? state.outputEnd };
}

function isOfAnnouncement(state: State, open: OpenPrompt): boolean {
  return state.announced !== undefined && state.announced.position === open.announcedAt;
}
