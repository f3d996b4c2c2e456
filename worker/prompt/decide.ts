// Decides when a person is asked, and when a question is gone: a pure reducer over what the kernel, the screen, scap's
// protocol and the people say.
//
// Three rules stand above all others:
//  - no read, no question: words alone never open a prompt, and a read that ends withdraws it;
//  - one read is one question: the same read never asks twice, unless the holder certifies that what was typed for it
//    was not taken, or the question expired and nothing was typed. Reads that a program makes while it draws one and the
//    same question again (continuation.ts) count as one;
//  - one question at a time: everybody sees the same one, and an answer can only mean that one.
//
// A question that has expired is no exception: scap was told to stop, and if it waits on, people are asked again.
//
// RUNNING → CANDIDATE (a read, not yet judged) → OPEN → ANSWERING → RUNNING. The state has no field of that name: it
// is `read` without `open`, `open` in phase "open" (or "expired"), and `open` in phase "held" or "typing".
import { isKeyPress } from "#lib/domain/interaction.ts";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import { toKeystrokes } from "./answer.ts";
import { withAnnouncement, withoutClosed } from "./announcements.ts";
import { recogniseBuried } from "./buried.ts";
import type { Decision, Event, OpenPrompt, WithdrawReason } from "./decide-types.ts";
import { isSameQuestion } from "./continuation.ts";
import { canContinue, findContinuation } from "./lost-read.ts";
import { giveUpRestored, openPrompt, settle } from "./opening.ts";
import { recognise, unrecognised } from "./recognise.ts";
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
      insist: (open) => insist(draft, open),
      followLost: (open) => followLost(draft, open, event.at),
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
      if (state.open === undefined) state.announcements = [];
      return;
    case "caughtUp":
      state.isReplaying = false;
      state.announcements = withoutClosed(state);
      return;
    case "reading":
      return takeReading(draft, event.fact, event.at);
    case "notReading":
      return takeNotReading(draft, event.readId, event.at);
    case "protocolMessage":
      // Not by whoever reads already: what sits in a read cannot have printed it.
      state.announcements = withAnnouncement(state, {
        position: event.position,
        question: event.question,
        withdrawnAtEnd: undefined,
      });
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
      return takeAnswer(draft, event.promptKey, event.value, event.at);
    case "typed":
      return takeTyped(draft, event);
    case "exited":
      if (state.open !== undefined) close(draft, "exited");
      if (state.restored !== undefined) giveUpRestored(draft, "exited");
      state.exited = true;
      state.read = undefined;
  }
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
  const { pid, mode } = fact;
  if (state.reader?.pid !== pid || state.reader?.mode !== mode) state.reader = { pid, mode, since: at };
  const { open } = state;
  if (open === undefined) return;
  if (open.phase.name === "typing") {
    // The holder types the answer into this read if it still can, or ends it.
    if (continues(fact, open)) hand(state, open, fact);
    return;
  }
  if (open.prompt.readId === fact.readId) {
    if (open.fact.mode === fact.mode) {
      state.open = { ...open, fact };
      return;
    }
    // The terminal began to echo, or ceased to: another question, though the read is the same.
    close(draft, "mode_changed");
    state.handledReadId = undefined;
    return;
  }
  if (continues(fact, open)) return takeUp(draft, open, fact, at);
  // The old read is over, even if nobody said so. Whether its question is too, the screen has to say.
  if (canContinue(open, fact)) state.open = lost(state, open, at);
  else close(draft, "moved_on");
}

/** Gives an open prompt its read back, and that its answer, if there is one. */
function takeUp(draft: Decision, open: OpenPrompt, fact: ReadFact, at: number): void {
  const handed = hand(draft.state, open, fact);
  if (open.phase.name === "held") give(draft, handed, open.phase.value, at);
}

/** @returns when to look again. */
function followLost(draft: Decision, open: OpenPrompt, at: number): number | undefined {
  const found = findContinuation(draft, open, at);
  if (found.is === "unknown") return found.lookAt;
  if (found.is === "over") close(draft, "moved_on");
  else takeUp(draft, { ...open, ...found.seen }, found.fact, at);
  return undefined;
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
  if (open === undefined || open.phase.name === "typing") return;
  if (open.prompt.readId <= readId) state.open = lost(state, open, at);
}

function lost(state: State, open: OpenPrompt, at: number): OpenPrompt {
  if (open.lost !== undefined) return open;
  // That the read is over is told a moment late, and what the program prints next may come before. Only what was
  // printed when the read was last seen is known to belong to it; or an answer to "Continue?" could be typed into
  // "Roll back?".
  return { ...open, lost: { at, outputEnd: Math.min(state.outputEnd, open.fact.position) } };
}

function takeSnapshotResult(state: State, snapshot: Snapshot, at: number): void {
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

function takeAnswer(draft: Decision, promptKey: string, value: AnswerValue, at: number): void {
  const { open } = draft.state;
  if (open?.prompt.promptKey === promptKey && open.phase.name === "open") give(draft, open, value, at);
  else draft.effects.push({ kind: "refuse", promptKey, reason: "not_open" });
}

/** Has the answer typed as the read takes it, or keeps it until there is one. */
function give({ state, effects }: Decision, open: OpenPrompt, value: AnswerValue, at: number): void {
  const { promptKey, readId, kind } = open.prompt;
  const reader = { ...open.fact, lastEnter: ineffectiveEnter(state, open) };
  const keystrokes = toKeystrokes(open.prompt, value, reader);
  if (!keystrokes.ok) {
    effects.push({ kind: "refuse", promptKey, reason: keystrokes.reason });
  } else if (open.lost !== undefined) {
    state.open = { ...open, phase: { name: "held", value } };
  } else {
    const { text } = keystrokes;
    effects.push({ kind: "type", promptKey, readId, text, secret: kind === "secret" });
    state.open = { ...open, phase: { name: "typing", value } };
    if (kind === "screen") {
      const enter = isKeyPress(value) && value.key === "enter" ? text : undefined;
      state.keyed = { pid: open.fact.pid, at, enter, outputEnd: state.outputEnd };
    }
  }
}

/** What Enter was the last time, when the program has taken it and done nothing. */
function ineffectiveEnter({ keyed, outputEnd }: State, { fact }: OpenPrompt): string | undefined {
  return keyed?.pid === fact.pid && keyed?.outputEnd === outputEnd ? keyed.enter : undefined;
}

function takeTyped(draft: Decision, event: Extract<Event, { kind: "typed" }>): void {
  const { state } = draft;
  const { open } = state;
  if (open?.prompt.promptKey !== event.promptKey) return;
  // Between two turns of a question that is drawn again: the answer is kept for the next, which is the same question if
  // the screen says so.
  if (event.result === "not_reading" && open.phase.name === "typing" && canContinue(open, open.fact)) {
    const { value } = open.phase;
    state.open = { ...lost(state, open, event.at), phase: { name: "held", value } };
    return;
  }
  forget(draft, open);
  switch (event.result) {
    case "consumed":
    case "already_typed":
      if (state.keyed !== undefined && open.prompt.kind === "screen")
        state.keyed = { ...state.keyed, at: event.at };
      if (isOfAnnouncement(state, open)) leaveAnnouncementsUpTo(state, open);
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
  const { read } = draft.state;
  const { prompt, announcedAt } = open;
  if (read === undefined || read.fact.readId !== prompt.readId) return leaveAnnouncement(draft.state, open);
  const { source, unsure } = prompt;
  openPrompt(draft, { ...prompt, complaint }, { source, fact: read.fact, unsure, announcedAt });
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
  state.steady = undefined;
  state.closedPromptKeys = [...state.closedPromptKeys, prompt.promptKey];
}

/** The prompt is gone without an answer that scap took: its announcement may still be meant for the next read. */
function leaveAnnouncement(state: State, open: OpenPrompt): void {
  const { announcements } = state;
  if (!isOfAnnouncement(state, open)) return;
  // Unless the same program has announced something else since.
  if (announcements.at(-1)?.position !== open.announcedAt) return leaveAnnouncementsUpTo(state, open);
  const withdrawnAtEnd = open.lost?.outputEnd ?? state.outputEnd;
  state.announcements = announcements.map((each) =>
    each.position === open.announcedAt ? { ...each, withdrawnAtEnd } : each,
  );
}

function leaveAnnouncementsUpTo(state: State, { announcedAt = 0 }: OpenPrompt): void {
  state.announcements = state.announcements.filter(({ position }) => position > announcedAt);
}

function isOfAnnouncement({ announcements }: State, { announcedAt }: OpenPrompt): boolean {
  return announcements.some(({ position }) => position === announcedAt);
}
