// The moment between "somebody reads" and "a person is asked": which question it is, and whether it is time.
import type {
  Announcement,
  Decision,
  Judgement,
  OpenPrompt,
  Prompt,
  Read,
  State,
  WithdrawReason,
} from "./decide-types.ts";
import { SILENT_POLL_AFTER_MS, isNotScaps, openingOf } from "./rules.ts";
import type { Opening } from "./rules.ts";
import type { ReadFact, Recognition } from "./types.ts";

/** scap announces a question before it reads; this long it may take until the read is seen. */
const ANNOUNCED_READ_WAIT_MS = 2000;
/**
 * A read that was left without a word may be taken up again: a signal was handled, or a poll takes its next turn. On a
 * machine with far too much to do that has taken most of a second; output ends the wait at once.
 */
const LOST_READ_GRACE_MS = 1500;
/** A screen that has been behind for so long without any output will not catch up: better unsure than never. */
const BEHIND_MS = 10_000;
/** So long scap may take to stop when its question has expired; if it still waits then, people are asked again. */
const EXPIRED_WAIT_MS = 10_000;
/** Longer than the slowest rule takes to open a prompt. */
const RESTORED_WAIT_MS = SILENT_POLL_AFTER_MS + 2000;

type Closing = {
  /** Withdraws the open prompt. */
  moveOn: () => void;
  /** Asks again what has expired. */
  insist: (open: OpenPrompt) => void;
};

/** Opens what is due and asks to be woken for what is not. */
export function settle(draft: Decision, at: number, { moveOn, insist }: Closing): void {
  const { state } = draft;
  const due: number[] = [];
  const { open } = state;
  if (open?.lost !== undefined) {
    if (at >= open.lost.at + LOST_READ_GRACE_MS || state.outputEnd !== open.lost.outputEnd) moveOn();
    else due.push(open.lost.at + LOST_READ_GRACE_MS);
  } else if (open?.phase.name === "expired") {
    if (at >= open.phase.since + EXPIRED_WAIT_MS) insist(open);
    else due.push(open.phase.since + EXPIRED_WAIT_MS);
  }
  if (state.open === undefined) {
    const next = openAnnounced(draft, at) ?? openRead(draft, at);
    if (next !== undefined) due.push(next);
  }
  if (state.restored !== undefined) {
    state.restoredUntil ??= at + RESTORED_WAIT_MS;
    if (at >= state.restoredUntil) giveUpRestored(draft, "moved_on");
    else due.push(state.restoredUntil);
  }
  const wakeAt = due.length === 0 ? undefined : Math.min(...due);
  if (wakeAt !== undefined && wakeAt !== state.wakeAt) draft.effects.push({ kind: "wakeAt", at: wakeAt });
  state.wakeAt = wakeAt;
}

/**
 * A question that scap itself announced. It wins over whatever the screen says: its key is known to scap alone, while
 * anything can print words. Only a read that is surely another program's is never given its answer: a yes must not end
 * up in a password.
 */
function openAnnounced(draft: Decision, at: number): number | undefined {
  const { state } = draft;
  const { announced, read } = state;
  if (announced === undefined) return undefined;
  if (announced.withdrawnAtEnd !== undefined && announced.withdrawnAtEnd !== state.outputEnd) {
    state.announced = undefined;
    return undefined;
  }
  if (read !== undefined && isNotScaps(read.fact)) return undefined;
  const isOwn = read !== undefined && isOwnRead(state, read, announced);
  const latest = announced.at + ANNOUNCED_READ_WAIT_MS;
  if (!isOwn && (announced.withdrawnAtEnd !== undefined || at < latest))
    return latest > at ? latest : undefined;
  openPrompt(draft, announced.question, { source: "protocol", fact: read?.fact, unsure: false });
  return undefined;
}

function isOwnRead(state: State, read: Read, announced: Announcement): boolean {
  return read.firstPosition >= announced.position && read.fact.readId !== state.handledReadId;
}

function openRead(draft: Decision, at: number): number | undefined {
  const { state } = draft;
  const read = state.read;
  if (read === undefined || read.fact.readId === state.handledReadId) return undefined;
  // What the reader wrote before is still on its way: the screen would show an older question.
  const isBehind = state.seen < read.firstPosition;
  const giveUpAt = Math.max(read.since, state.outputAt) + BEHIND_MS;
  if (isBehind && at < giveUpAt) return giveUpAt;
  const baseEnd = read.baseEnd ?? state.outputEnd;
  state.read = { ...read, baseEnd };

  const judged = state.judged?.mode === read.fact.mode ? state.judged : undefined;
  if (judged === undefined || judged.position < baseEnd) {
    const first = firstLook(read.fact, state.outputAt);
    if (at < first) return first;
    askSnapshot(draft);
    return undefined;
  }
  const { recognition, opening, isGuess } = candidate(state, read, judged, baseEnd);
  if (opening.when === "never") return undefined;
  const dueAt =
    opening.when === "now" ? at : (opening.when === "afterRead" ? read.since : state.outputAt) + opening.ms;
  if (at < dueAt) return dueAt;
  if (opening.when !== "now" && judged.position < state.outputEnd && judged.at < dueAt) {
    askSnapshot(draft);
    return undefined;
  }
  const unsure = isGuess || isBehind || (read.fact.how === "unknown" && read.fact.mode !== "secret");
  openPrompt(draft, recognition, { source: "screen", fact: read.fact, unsure });
  return undefined;
}

/** A busy program that polls between two lines of output is not worth a look; only its silence is. */
function firstLook(fact: ReadFact, outputAt: number): number {
  const opening = openingOf(fact, PROBABLE);
  return opening.when === "afterQuiet" ? outputAt + opening.ms : 0;
}

const PROBABLE: Recognition = {
  kind: "text",
  message: "",
  options: [],
  recognised: true,
  confidence: "high",
  submission: "line",
};

type Candidate = {
  recognition: Recognition;
  opening: Opening;
  /** The words do not stand where the reader must have left them. */
  isGuess: boolean;
};

/** What to ask, by how the words on the screen relate to the beginning of the read. */
function candidate({ buried }: State, { fact }: Read, judged: Judgement, baseEnd: number): Candidate {
  const { recognition, raw } = judged;
  // Nothing was printed since the read began: the words at the cursor are the reader's last.
  const isOwn = judged.position <= baseEnd;
  const asRead = { recognition, opening: openingOf(fact, recognition), isGuess: false };
  if (fact.mode === "secret" || (isOwn && recognition.confidence === "high")) return asRead;
  // A form of scap's own, printed moments ago: waiting would not make it surer while somebody else keeps printing.
  if (buried !== undefined) return { recognition: buried, opening: openingOf(fact, buried), isGuess: true };
  if (isOwn) return asRead;
  // Words that came later are somebody else's. A well-known form may still be about this read; after a while it is
  // better than the bare screen, but never called certain.
  if (recognition.confidence !== "high")
    return { recognition: raw, opening: openingOf(fact, raw), isGuess: false };
  const late: Recognition = { ...recognition, confidence: "likely" };
  return { recognition: late, opening: openingOf(fact, raw), isGuess: true };
}

function askSnapshot({ state, effects }: Decision): void {
  if (state.isSnapshotAsked) return;
  state.isSnapshotAsked = true;
  effects.push({ kind: "takeSnapshot" });
}

export function openPrompt(
  draft: Decision,
  question: Recognition,
  { source, fact, unsure }: { source: Prompt["source"]; fact: ReadFact | undefined; unsure: boolean },
): void {
  const { state, effects } = draft;
  const announcedAt = source === "protocol" ? state.announced?.position : undefined;
  const base = announcedAt === undefined ? `r${fact?.readId ?? 0}` : `m${announcedAt}`;
  const promptKey = takeRestored(draft, question, base) ?? nextKey(base, state.closedPromptKeys);
  const prompt: Prompt = {
    ...complaintOf(state, question),
    ...question,
    promptKey,
    readId: fact?.readId,
    source,
    unsure,
  };
  state.open = {
    prompt,
    phase: { name: "open" },
    fact,
    announcedAt,
    lost: undefined,
  };
  state.handledReadId = fact?.readId;
  effects.push({ kind: "open", prompt });
}

/** Why a question comes back that somebody has just answered. */
function complaintOf({ untyped, outputEnd }: State, { message }: Recognition): { complaint?: string } {
  if (untyped?.message !== message || untyped.outputEnd !== outputEnd) return {};
  return { complaint: "scap was not waiting for input when the last answer came; nothing was typed." };
}

/** The key under which an earlier worker asked this; when it asked something else, that is over. */
function takeRestored(draft: Decision, question: Recognition, base: string): string | undefined {
  const { restored } = draft.state;
  if (restored === undefined) return undefined;
  const isSame = restored.kind === question.kind && restored.message === question.message;
  if (!isSame && restored.promptKey !== base) {
    giveUpRestored(draft, "moved_on");
    return undefined;
  }
  draft.state.restored = undefined;
  return restored.promptKey;
}

export function giveUpRestored({ state, effects }: Decision, why: WithdrawReason): void {
  if (state.restored === undefined) return;
  effects.push({ kind: "withdraw", promptKey: state.restored.promptKey, why });
  state.closedPromptKeys = [...state.closedPromptKeys, state.restored.promptKey];
  state.restored = undefined;
}

function nextKey(base: string, closed: readonly string[]): string {
  if (!closed.includes(base)) return base;
  let round = 1;
  while (closed.includes(`${base}.${round}`)) round += 1;
  return `${base}.${round}`;
}
