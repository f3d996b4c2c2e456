// The moment between "somebody reads" and "a person is asked": which question it is, and whether it is time.
import { announcedBefore, announcedQuestion, doubtful } from "./announcements.ts";
import { withoutNumbers } from "./continuation.ts";
import type { Decision, Judgement, OpenPrompt, Prompt, Read, State, WithdrawReason } from "./decide-types.ts";
import { isNotScaps, openingOf, SILENT_POLL_AFTER_MS } from "./rules.ts";
import type { Opening } from "./rules.ts";
import type { ReadFact, Recognition } from "./types.ts";

/** A screen that has been behind for so long without any output will not catch up: better unsure than never. */
const BEHIND_MS = 10_000;
/** So long scap may take to stop when its question has expired; if it still waits then, people are asked again. */
const EXPIRED_WAIT_MS = 10_000;
/** Longer than the slowest rule takes to open a prompt. */
const RESTORED_WAIT_MS = SILENT_POLL_AFTER_MS + 2000;
/** A poll that prints in turns is looked at when it is quiet for a moment, and now and then when it never is. */
const LOOK_QUIET_MS = 200;
const LOOK_AGAIN_MS = 500;
/** Between two looks at a screen that is behind. */
const BEHIND_LOOK_MS = 20;
/** How long after a key its program counts as the one that was answered. */
const KEYED_MS = 10_000;

type Closing = {
  /** Asks again what has expired. */
  insist: (open: OpenPrompt) => void;
  /** Finds out whether a prompt whose read was left is still asked. @returns when to look again. */
  followLost: (open: OpenPrompt) => number | undefined;
};

/** Opens what is due and asks to be woken for what is not. */
export function settle(draft: Decision, at: number, { insist, followLost }: Closing): void {
  const { state } = draft;
  const due: number[] = [];
  const { open } = state;
  if (open?.lost !== undefined) {
    const next = followLost(open);
    if (next !== undefined) due.push(next);
  } else if (open?.phase.name === "expired") {
    if (at >= open.phase.since + EXPIRED_WAIT_MS) insist(open);
    else due.push(open.phase.since + EXPIRED_WAIT_MS);
  }
  if (state.open === undefined) {
    const next = openRead(draft, at);
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
 * Notes where the output stood when the read began, as soon as the screen has it.
 * @returns undefined while what the reader wrote before is still on its way: the screen would show an older question.
 */
export function withBase(state: State, read: Read): (Read & { baseEnd: number }) | undefined {
  if (state.seen < read.firstPosition) return undefined;
  const based = { ...read, baseEnd: read.baseEnd ?? state.outputEnd };
  state.read = based;
  return based;
}

/** What the screen says to this read; undefined when it has to be looked at first. */
export function judgementFor({ judged }: State, { fact }: Read, baseEnd: number): Judgement | undefined {
  const isFor = judged !== undefined && judged.mode === fact.mode && judged.how === fact.how;
  return isFor && judged.position >= baseEnd ? judged : undefined;
}

function openRead(draft: Decision, at: number): number | undefined {
  const { state } = draft;
  const { read } = state;
  if (read === undefined || read.fact.readId === state.handledReadId) return undefined;
  const isBehind = state.seen < read.firstPosition;
  const giveUpAt = Math.max(read.since, state.outputAt) + BEHIND_MS;
  if (isBehind && at < giveUpAt) return giveUpAt;
  const baseEnd = read.baseEnd ?? state.outputEnd;
  state.read = { ...read, baseEnd };

  const announced = announcedBefore(state, read);
  const judged = judgementFor(state, read, baseEnd);
  if (judged === undefined) {
    const first = announced.length > 0 ? 0 : firstLook(state, read);
    if (at < first) return first;
    return lookFor(draft, baseEnd, at);
  }
  const announcement = announcedQuestion(announced, judged);
  if (announcement !== undefined) {
    const announcedAt = announcement.isBelieved ? announcement.announcement.position : undefined;
    const source = announcement.isBelieved ? "protocol" : "screen";
    openPrompt(draft, announcement.question, { source, fact: read.fact, unsure: isBehind, announcedAt });
    return undefined;
  }
  return openJudged(draft, { ...read, baseEnd }, judged, { at, isBehind });
}

/** What the screen asks, when the rules say so. */
function openJudged(
  draft: Decision,
  read: Read & { baseEnd: number },
  judged: Judgement,
  { at, isBehind }: { at: number; isBehind: boolean },
): number | undefined {
  const { state } = draft;
  const { recognition, opening, isGuess } = candidate(state, read, judged, at);
  if (opening.when === "never") return undefined;
  const dueAt = dueTime(state, read, opening, at);
  if (at < dueAt) return dueAt;
  if (opening.when !== "now" && judged.position < state.outputEnd) {
    const isQuiet = opening.when === "afterQuiet";
    if (isQuiet && at < judged.at + LOOK_QUIET_MS) return judged.at + LOOK_QUIET_MS;
    if (isQuiet || judged.at < dueAt) return lookFor(draft, state.outputEnd, at);
  }
  const unsure = isGuess || isBehind || (read.fact.how === "unknown" && read.fact.mode !== "secret");
  openPrompt(draft, withLateAnnouncements(state, recognition), {
    source: "screen",
    fact: read.fact,
    unsure,
    announcedAt: undefined,
  });
  return undefined;
}

function dueTime(state: State, read: Read, opening: Exclude<Opening, { when: "never" }>, at: number): number {
  switch (opening.when) {
    case "now":
      return at;
    case "afterRead":
      return read.since + opening.ms;
    case "afterReader":
      return (state.reader?.since ?? read.since) + opening.ms;
    case "afterQuiet": {
      // What only draws the same again, with other numbers, is as good as quiet.
      const quietAt = (state.steady?.since ?? state.outputAt) + opening.ms;
      const latest = opening.latestMs === undefined ? undefined : (state.keyed?.at ?? at) + opening.latestMs;
      return latest === undefined ? quietAt : Math.max(read.since, Math.min(quietAt, latest));
    }
  }
}

/** A busy program that polls between two lines of output is not worth a look each time. */
function firstLook(state: State, read: Read): number {
  const opening = openingOf(read.fact, PROBABLE, circumstancesOf(state, read.fact, false));
  if (opening.when !== "afterQuiet") return 0;
  const steadyAt = state.steady === undefined ? Number.POSITIVE_INFINITY : state.steady.since + opening.ms;
  const againAt = (state.seenScreen?.at ?? Number.NEGATIVE_INFINITY) + LOOK_AGAIN_MS;
  return Math.min(state.outputAt + LOOK_QUIET_MS, steadyAt, Math.max(read.since, againAt));
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
function candidate(
  state: State,
  { fact, baseEnd }: Read & { baseEnd: number },
  judged: Judgement,
  at: number,
): Candidate {
  const { recognition, raw } = judged;
  const isAfterKey = state.keyed !== undefined && at < state.keyed.at + KEYED_MS;
  const circumstances = circumstancesOf(state, fact, isAfterKey);
  const openingFor = (asked: Recognition): Opening => openingOf(fact, asked, circumstances);
  // Nothing was printed since the read began: the words at the cursor are the reader's last.
  const isOwn = judged.position <= baseEnd;
  const asRead = { recognition, opening: openingFor(recognition), isGuess: false };
  if (fact.mode === "secret" || recognition.kind === "screen") return asRead;
  if (isOwn && recognition.confidence === "high") return asRead;
  // A form of scap's own, printed moments ago: waiting would not make it surer while somebody else keeps printing.
  const { buried } = state;
  if (buried !== undefined) return { recognition: buried, opening: openingFor(buried), isGuess: true };
  if (isOwn) return asRead;
  // Words that came later are somebody else's. A well-known form may still be about this read; after a while it is
  // better than the bare screen, but never called certain.
  if (recognition.confidence !== "high")
    return { recognition: raw, opening: openingFor(raw), isGuess: false };
  const late: Recognition = { ...recognition, confidence: "likely" };
  return { recognition: late, opening: openingFor(raw), isGuess: true };
}

function circumstancesOf({ keyed, seenScreen }: State, fact: ReadFact, isRecent: boolean) {
  return {
    isAfterKey: isRecent && keyed !== undefined && keyed.pid === fact.pid,
    isAlternate: seenScreen?.snapshot.alternate === true,
  };
}

/**
 * A read that nothing explains, and an announcement that came only after it had begun, perhaps because the terminal was
 * too busy to say in which order: people see both.
 */
function withLateAnnouncements(state: State, recognition: Recognition): Recognition {
  const { read, announcements } = state;
  if (recognition.confidence !== "none" || recognition.kind === "screen") return recognition;
  if (read === undefined || isNotScaps(read.fact)) return recognition;
  const late = announcements.filter(({ withdrawnAtEnd }) => withdrawnAtEnd === undefined);
  if (late.length === 0) return recognition;
  return {
    ...doubtful(
      late.map(({ question }) => question),
      recognition,
    ),
    confidence: "none",
  };
}

/**
 * Looks at the screen, which is to show everything up to this place. What may still become a message is kept from it for a
 * moment, and then it is behind. @returns when to look again.
 */
export function lookFor({ state, effects }: Decision, place: number, at: number): number | undefined {
  const { seenScreen } = state;
  const isBehind =
    seenScreen !== undefined && seenScreen.outputEnd >= place && seenScreen.snapshot.position < place;
  if (isBehind && at < seenScreen.at + BEHIND_LOOK_MS) return seenScreen.at + BEHIND_LOOK_MS;
  if (!state.isSnapshotAsked) effects.push({ kind: "takeSnapshot" });
  state.isSnapshotAsked = true;
  return undefined;
}

export function openPrompt(
  draft: Decision,
  question: Recognition,
  {
    source,
    fact,
    unsure,
    announcedAt,
  }: { source: Prompt["source"]; fact: ReadFact; unsure: boolean; announcedAt: number | undefined },
): void {
  const { state, effects } = draft;
  const base = announcedAt === undefined ? `r${fact.readId}` : `m${announcedAt}`;
  const promptKey = takeRestored(draft, question, base, fact) ?? nextKey(base, state.closedPromptKeys);
  const prompt: Prompt = {
    ...complaintOf(state, question),
    ...question,
    promptKey,
    readId: fact.readId,
    source,
    unsure,
  };
  state.open = {
    prompt,
    phase: { name: "open" },
    fact,
    face: source === "screen" ? state.judged?.snapshot : undefined,
    announcedAt,
    lost: undefined,
  };
  state.handledReadId = fact.readId;
  effects.push({ kind: "open", prompt });
}

/** Why a question comes back that somebody has just answered. */
function complaintOf({ untyped, outputEnd }: State, { message }: Recognition): { complaint?: string } {
  if (untyped?.message !== message || untyped.outputEnd !== outputEnd) return {};
  return { complaint: "scap was not waiting for input when the last answer came; nothing was typed." };
}

/** The key under which an earlier worker asked this; when it asked something else, that is over. */
function takeRestored(
  draft: Decision,
  question: Recognition,
  base: string,
  fact: ReadFact,
): string | undefined {
  const { restored } = draft.state;
  if (restored === undefined) return undefined;
  const isSame =
    restored.kind === question.kind &&
    (restored.message === question.message || isDrawnAgain(restored, question, fact));
  if (!isSame && restored.promptKey !== base) {
    giveUpRestored(draft, "moved_on");
    return undefined;
  }
  draft.state.restored = undefined;
  return restored.promptKey;
}

/** What a program shows live changes by itself, and one that polls may have counted down meanwhile. */
function isDrawnAgain(
  restored: { message: string },
  { kind, message }: Recognition,
  { how }: ReadFact,
): boolean {
  if (kind === "screen") return true;
  return how === "poll" && withoutNumbers(restored.message) === withoutNumbers(message);
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
