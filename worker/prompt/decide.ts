// The reducer of prompts: decides when a question is asked, typed and withdrawn, from what the kernel, the screen, scap's
// protocol, the deployers and the holder report. Pure.
//
// Three rules always hold:
//  - no read, no question: text alone never opens a question, and the end of its read withdraws it;
//  - one read, one question: the same read is not asked about twice, unless the holder certifies that what was typed for it
//    was not taken, or the question expired and nothing was typed. Reads that a program makes while it draws the same
//    question again (continuation.ts) count as one;
//  - one question at a time: all deployers see the same one, and an answer can only mean that one.
import {
  acceptAnswer,
  acceptInputRecord,
  acceptResult,
  acceptResultRecord,
  acceptSecret,
  timeOut,
  typeWhenReading,
  withdraw,
} from "./answering.ts";
import { withAnnouncement, withoutClosed } from "./announcements.ts";
import { recogniseBuried } from "./buried.ts";
import { isSameQuestion } from "./continuation.ts";
import { canContinue, findContinuation, withLostRead } from "./lost-read.ts";
import { settleDue } from "./opening.ts";
import { recognise, unrecognised } from "./recognise.ts";
import { type Decision, type Event, type LiveQuestion, liveQuestion, type State } from "./state.ts";
import { transition } from "./transition.ts";
import type { Reading } from "../../holder/protocol/messages.ts";
import type { Snapshot } from "./types.ts";

export { initialState, liveQuestion, waitsAt } from "./state.ts";
export type { Effect, Event, LiveQuestion, Progress, Prompt, Restored, Settlement, State } from "./state.ts";

/** One event, one decision. Never throws and never changes `before`. */
export function step(before: State, event: Event): Decision {
  const draft: Decision = { state: { ...before }, effects: [] };
  const { at } = event;
  if (before.exited) {
    acceptAfterExit(draft, event);
    return draft;
  }
  accept(draft, event);
  if (draft.state.exited || draft.state.isReplaying) return draft;
  settleDue(draft, at, {
    onTimeout: (question) => timeOut(draft, question, at),
    followLostRead: (question) => followLostRead(draft, question, at),
  });
  typeWhenReading(draft, at);
  return draft;
}

function accept(draft: Decision, event: Event): void {
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
      acceptInputRecord(draft, event.interactionId, event.at);
      // The question has its answer. An answer that is in progress is settled by its result.
      if (liveQuestion(state) === undefined) state.announcements = [];
      return;
    case "resultRecord":
      return acceptResultRecord(draft, event, event.at);
    case "caughtUp":
      state.isReplaying = false;
      state.announcements = withoutClosed(state);
      return;
    case "reading":
      return acceptReading(draft, event.fact, event.at);
    case "notReading":
      return acceptNotReading(draft, event.readId, event.at);
    case "protocolMessage":
      // Not for a read that has begun: a thread that is blocked in a read cannot have printed it.
      state.announcements = withAnnouncement(state, {
        position: event.position,
        question: event.question,
        withdrawnAtEnd: undefined,
      });
      return;
    case "snapshot":
      return acceptSnapshot(state, event.snapshot, event.at);
    case "tick":
      state.wakeAt = undefined;
      return;
    case "expired":
      if (state.question?.prompt.promptKey === event.promptKey) transition(draft, "expire", event);
      return;
    case "answered":
      return acceptAnswer(draft, event.answer, event.at);
    case "secret":
      return acceptSecret(draft, event, event.at);
    case "typed":
      return acceptResult(draft, event, event.at);
    case "exited":
      state.exited = true;
      state.read = undefined;
      // What the holder has been sent is settled by its reply.
      if (liveQuestion(state)?.progress.mode !== "typing") withdraw(draft, "exited", event.at);
  }
}

/** Answers that are in progress, or come late, still get their final mode. */
function acceptAfterExit(draft: Decision, event: Event): void {
  if (event.kind === "answered" || event.kind === "typed" || event.kind === "resultRecord") {
    accept(draft, event);
  }
}

function acceptReading(draft: Decision, fact: Reading, at: number): void {
  const { state } = draft;
  const read = state.read;
  if (read !== undefined && read.fact.readId === fact.readId && read.fact.mode === fact.mode) {
    state.read = { ...read, fact };
  } else {
    state.read = { fact, since: at, firstPosition: fact.position, baseEnd: undefined };
    state.buried = undefined;
  }
  const { pid, mode } = fact;
  if (state.reader?.pid !== pid || state.reader?.mode !== mode) state.reader = { pid, mode, since: at };
  const question = liveQuestion(state);
  if (question === undefined) return;
  if (question.progress.mode === "typing") {
    // The holder types the answer into this read if it still can, or ends it.
    if (continues(fact, question)) resume(state, question, fact);
    return;
  }
  if (question.prompt.readId === fact.readId) {
    if (question.fact.mode === fact.mode) {
      state.question = { ...question, fact };
      return;
    }
    // The terminal began to echo, or stopped: another question, though the read is the same.
    withdraw(draft, "mode_changed", at);
    state.handledReadId = undefined;
    return;
  }
  if (continues(fact, question)) return resume(state, question, fact);
  // The previous read is over, even if that was not reported. Whether its question is too, the screen has to show.
  if (canContinue(question, fact)) state.question = withLostRead(state, question, at);
  else withdraw(draft, "moved_on", at);
}

/** @returns when to check again. */
function followLostRead(draft: Decision, question: LiveQuestion, at: number): number | undefined {
  const found = findContinuation(draft, question, at);
  if (found.is === "unknown") return found.checkAt;
  if (found.is === "over") withdraw(draft, "moved_on", at);
  else resume(draft.state, { ...question, ...found.seen }, found.fact);
  return undefined;
}

/** According to the holder, which alone knows what was typed and printed between two reads. */
function continues({ sinceReadId }: Reading, { prompt: { readId } }: LiveQuestion): boolean {
  return sinceReadId <= readId;
}

/** Gives a question the read that takes its answer. */
function resume(state: State, question: LiveQuestion, fact: Reading): void {
  const prompt = { ...question.prompt, readId: fact.readId };
  state.handledReadId = fact.readId;
  state.question = { ...question, prompt, fact, lost: undefined };
}

function acceptNotReading({ state }: Decision, readId: number, at: number): void {
  // And with it all before it, which may have ended while the holder was unreachable.
  if (state.read !== undefined && state.read.fact.readId <= readId) state.read = undefined;
  const question = liveQuestion(state);
  if (question === undefined || question.progress.mode === "typing") return;
  if (question.prompt.readId <= readId) state.question = withLostRead(state, question, at);
}

function acceptSnapshot(state: State, snapshot: Snapshot, at: number): void {
  state.isSnapshotAsked = false;
  state.seenScreen = { snapshot, at, outputEnd: state.outputEnd };
  const { read } = state;
  // One that was asked for an earlier read shows what that one asked.
  if (read?.baseEnd === undefined || snapshot.position < read.baseEnd) return;
  const { mode, how, pid } = read.fact;
  const { position } = snapshot;
  const recognition = recognise(snapshot, read.fact);
  const raw = unrecognised(snapshot, read.fact);
  state.judged = { mode, how, position, at, snapshot, recognition, raw };
  const { steady } = state;
  const isSteady = steady !== undefined && steady.pid === pid && isSameQuestion(steady.snapshot, snapshot);
  state.steady = { pid, snapshot, since: isSteady ? steady.since : state.outputAt };
  // The first one found is the nearest to the beginning of the read.
  if (mode !== "secret") state.buried ??= recogniseBuried(snapshot);
}
