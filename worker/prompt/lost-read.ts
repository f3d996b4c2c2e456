// A prompt whose read was left. Either it comes back in a moment (a signal was handled, a poll takes its next turn), or the
// program draws the same question again and reads on, or it has moved on. An answer that is given meanwhile is held.
import { isBeingRedrawn, isSameQuestion } from "./continuation.ts";
import type { Decision, OpenPrompt, Read, State } from "./decide-types.ts";
import { judgementFor, lookFor, withBase } from "./opening.ts";
import type { ReadFact, Snapshot } from "./types.ts";

/** On a machine with far too much to do, taking a read up again has taken most of a second. */
const LOST_READ_GRACE_MS = 1500;

type Continuation =
  | { is: "over" }
  | { is: "unknown"; lookAt: number | undefined }
  | { is: "found"; fact: ReadFact; seen: Pick<OpenPrompt, "prompt" | "face"> };

/** Whether this read may be for the same question, by who reads and how. */
export function canContinue({ fact, face }: OpenPrompt, read: ReadFact): boolean {
  return face !== undefined && fact.pid !== undefined && fact.pid === read.pid && fact.mode === read.mode;
}

export function findContinuation(draft: Decision, open: OpenPrompt, at: number): Continuation {
  const { state } = draft;
  const { lost } = open;
  if (lost === undefined) return { is: "unknown", lookAt: undefined };
  const graceEnd = lost.at + LOST_READ_GRACE_MS;
  const { read } = state;
  const isNew = read !== undefined && read.fact.readId > open.prompt.readId;
  if (isNew && canContinue(open, read.fact)) return inRead(draft, open, read, { at, graceEnd });
  if (at >= graceEnd) return { is: "over" };
  if (state.outputEnd === lost.outputEnd) return { is: "unknown", lookAt: graceEnd };
  // Something was printed. It may be the same question, of which the next read is still to come.
  if (open.face === undefined || open.fact.pid === undefined) return { is: "over" };
  const now = screenAt(state, state.outputEnd);
  if (now === undefined) {
    const lookAt = lookFor(draft, state.outputEnd, at) ?? graceEnd;
    return { is: "unknown", lookAt: Math.min(lookAt, graceEnd) };
  }
  return isStillShown(open, open.face, now) ? { is: "unknown", lookAt: graceEnd } : { is: "over" };
}

function inRead(
  draft: Decision,
  open: OpenPrompt,
  read: Read,
  { at, graceEnd }: { at: number; graceEnd: number },
): Continuation {
  const based = withBase(draft.state, read);
  if (based === undefined) return at >= graceEnd ? { is: "over" } : { is: "unknown", lookAt: graceEnd };
  const judged = judgementFor(draft.state, based, based.baseEnd);
  if (judged === undefined) return { is: "unknown", lookAt: lookFor(draft, based.baseEnd, at) };
  const { recognition, snapshot } = judged;
  const { prompt, face } = open;
  if (prompt.kind === "screen") {
    if (recognition.kind !== "screen") return { is: "over" };
    // What people see is live; how its keys are encoded may have changed with it.
    const { keys } = recognition;
    const changed = keys === undefined ? prompt : { ...prompt, keys };
    return { is: "found", fact: based.fact, seen: { prompt: changed, face: snapshot } };
  }
  const isSame = face !== undefined && isSameQuestion(face, snapshot);
  return isSame ? { is: "found", fact: based.fact, seen: { prompt, face: snapshot } } : { is: "over" };
}

function screenAt({ seenScreen }: State, outputEnd: number): Snapshot | undefined {
  const snapshot = seenScreen?.snapshot;
  return snapshot !== undefined && snapshot.position >= outputEnd ? snapshot : undefined;
}

function isStillShown({ prompt }: OpenPrompt, face: Snapshot, now: Snapshot): boolean {
  return prompt.kind === "screen" ? face.alternate === now.alternate : isBeingRedrawn(face, now);
}
