// A question whose read ended. Either the process reads again in a moment (a signal was handled, a program polls
// again), or it draws the same question again and continues to read, or it has continued. An answer that is given meanwhile
// waits in mode `ready`.
import { isBeingRedrawn, isSameQuestion } from "./continuation.ts";
import type { Decision, LiveQuestion, Read, State } from "./state.ts";
import { judgementFor, requestSnapshot, withBase } from "./opening.ts";
import type { Reading } from "../../holder/protocol/messages.ts";
import type { Snapshot } from "./types.ts";

/** On an overloaded machine, a process has taken most of a second to return to its read. */
const LOST_READ_GRACE_MS = 1500;

type Continuation =
  | { is: "over" }
  | { is: "unknown"; checkAt: number | undefined }
  | { is: "found"; fact: Reading; seen: Pick<LiveQuestion, "prompt" | "face"> };

/** Whether this read may be for the same question, by who reads and how. */
export function canContinue({ fact, face }: LiveQuestion, read: Reading): boolean {
  return face !== undefined && fact.pid === read.pid && fact.mode === read.mode;
}

/** That the question has no read at the moment, and since when. */
export function withLostRead(state: State, question: LiveQuestion, at: number): LiveQuestion {
  if (question.lost !== undefined) return question;
  // The end of a read is reported a moment late, and what the program prints next may come before. Only what was printed
  // when the read was last seen is known to belong to it; otherwise an answer to "Continue?" could be typed into
  // "Roll back?".
  const outputEnd = Math.min(state.outputEnd, question.fact.position);
  return { ...question, lost: { at, outputEnd } };
}

export function findContinuation(draft: Decision, question: LiveQuestion, at: number): Continuation {
  const { state } = draft;
  const { lost } = question;
  if (lost === undefined) return { is: "unknown", checkAt: undefined };
  const graceEnd = lost.at + LOST_READ_GRACE_MS;
  const { read } = state;
  const isNew = read !== undefined && read.fact.readId > question.prompt.readId;
  if (isNew && canContinue(question, read.fact)) return inRead(draft, question, read, { at, graceEnd });
  if (at >= graceEnd) return { is: "over" };
  if (state.outputEnd === lost.outputEnd) return { is: "unknown", checkAt: graceEnd };
  // Something was printed. It may be the same question, of which the next read is still to come.
  if (question.face === undefined) return { is: "over" };
  const now = screenAt(state, state.outputEnd);
  if (now === undefined) {
    const checkAt = requestSnapshot(draft, state.outputEnd, at) ?? graceEnd;
    return { is: "unknown", checkAt: Math.min(checkAt, graceEnd) };
  }
  return isStillShown(question, question.face, now) ? { is: "unknown", checkAt: graceEnd } : { is: "over" };
}

function inRead(
  draft: Decision,
  question: LiveQuestion,
  read: Read,
  { at, graceEnd }: { at: number; graceEnd: number },
): Continuation {
  const based = withBase(draft.state, read);
  if (based === undefined) return at >= graceEnd ? { is: "over" } : { is: "unknown", checkAt: graceEnd };
  const judged = judgementFor(draft.state, based, based.baseEnd);
  if (judged === undefined) return { is: "unknown", checkAt: requestSnapshot(draft, based.baseEnd, at) };
  const { recognition, snapshot } = judged;
  const { prompt, face } = question;
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

function isStillShown({ prompt }: LiveQuestion, face: Snapshot, now: Snapshot): boolean {
  return prompt.kind === "screen" ? face.alternate === now.alternate : isBeingRedrawn(face, now);
}
