// From a read to an open question: which question it is, and when it is due.
import { announcedBefore, announcedQuestion, doubtful } from "./announcements.ts";
import { openPrompt } from "./open-prompt.ts";
import {
  type Decision,
  type Judgement,
  type LiveQuestion,
  liveQuestion,
  type Read,
  type State,
} from "./state.ts";
import { endQuestion } from "./transition.ts";
import { isReadByOtherProgram, openingOf, SILENT_POLL_AFTER_MS } from "./rules.ts";
import type { Opening } from "./rules.ts";
import type { Reading } from "../../holder/protocol/messages.ts";
import type { Recognition } from "./types.ts";

/** After this time without output the screen will not catch up: the question opens, marked as unsure. */
const BEHIND_MS = 10_000;
/** How long scap may take to stop when its question has expired; if it still waits then, the question is asked again. */
const EXPIRED_WAIT_MS = 10_000;
/** A secret is sent separately and arrives with its answer, or a moment later. One that was sent to an earlier worker never does. */
const SECRET_WAIT_MS = 2000;
/** Longer than the slowest rule takes to open a prompt. */
const RESTORED_WAIT_MS = SILENT_POLL_AFTER_MS + 2000;
/** The screen of a poll that prints in turns is read after a short time without output, and at intervals if the output never stops. */
const SNAPSHOT_QUIET_MS = 200;
const SNAPSHOT_EVERY_MS = 500;
/** Between two snapshots of a screen that is behind. */
const BEHIND_SNAPSHOT_MS = 20;
/** How long after a key its program counts as the one that was answered. */
const KEYED_MS = 10_000;

type Callbacks = {
  /** The question has been in its mode for too long. */
  onTimeout: (question: LiveQuestion) => void;
  /** Finds out whether a question whose read ended is still asked. @returns when to check again. */
  followLostRead: (question: LiveQuestion) => number | undefined;
};

/** Performs what is due now, and requests a timer for what is not. */
export function settleDue(draft: Decision, at: number, { onTimeout, followLostRead }: Callbacks): void {
  const { state } = draft;
  const due: (number | undefined)[] = [];
  const before = liveQuestion(state);
  if (before?.lost !== undefined) due.push(followLostRead(before));
  else if (before !== undefined && at >= timeoutOf(before)) onTimeout(before);
  if (liveQuestion(state) === undefined) due.push(openRead(draft, at));
  due.push(waitForRestored(draft, at));
  const after = liveQuestion(state);
  if (after !== undefined && after.lost === undefined) due.push(timeoutOf(after));
  const earliest = Math.min(...due.map((each) => each ?? Number.POSITIVE_INFINITY));
  const wakeAt = Number.isFinite(earliest) ? earliest : undefined;
  if (wakeAt !== undefined && wakeAt !== state.wakeAt) draft.effects.push({ kind: "wakeAt", at: wakeAt });
  state.wakeAt = wakeAt;
}

function timeoutOf({ progress }: LiveQuestion): number {
  switch (progress.mode) {
    case "expired":
      return progress.since + EXPIRED_WAIT_MS;
    case "awaiting_secret":
      return progress.since + SECRET_WAIT_MS;
    case "open":
    case "ready":
    case "typing":
      return Number.POSITIVE_INFINITY;
  }
}

function waitForRestored(draft: Decision, at: number): number | undefined {
  const { question } = draft.state;
  if (question?.isRestored !== true) return undefined;
  const until = question.until ?? at + RESTORED_WAIT_MS;
  if (at >= until) {
    endQuestion(draft, "moved_on", at);
    return undefined;
  }
  draft.state.question = { ...question, until };
  return until;
}

/**
 * Records the end of the output at the start of the read, as soon as the screen has it.
 * @returns undefined while earlier output of the reading process is in transit: the screen would show an older question.
 */
export function withBase(state: State, read: Read): (Read & { baseEnd: number }) | undefined {
  if (state.seen < read.firstPosition) return undefined;
  const based = { ...read, baseEnd: read.baseEnd ?? state.outputEnd };
  state.read = based;
  return based;
}

/** What the screen shows for this read; undefined when a snapshot is needed first. */
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
    const first = announced.length > 0 ? 0 : firstSnapshotAt(state, read);
    if (at < first) return first;
    return requestSnapshot(draft, baseEnd, at);
  }
  const announcement = announcedQuestion(announced, judged);
  if (announcement !== undefined) {
    const announcedAt = announcement.isBelieved ? announcement.announcement.position : undefined;
    const source = announcement.isBelieved ? "protocol" : "screen";
    openPrompt(draft, announcement.question, { source, fact: read.fact, unsure: isBehind, announcedAt, at });
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
    if (isQuiet && at < judged.at + SNAPSHOT_QUIET_MS) return judged.at + SNAPSHOT_QUIET_MS;
    if (isQuiet || judged.at < dueAt) return requestSnapshot(draft, state.outputEnd, at);
  }
  const unsure = isGuess || isBehind || (read.fact.how === "unknown" && read.fact.mode !== "secret");
  openPrompt(draft, withLateAnnouncements(state, recognition), {
    source: "screen",
    fact: read.fact,
    unsure,
    announcedAt: undefined,
    at,
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
      // Redrawing the same text with other numbers does not count as output.
      const quietAt = (state.steady?.since ?? state.outputAt) + opening.ms;
      const latest = opening.latestMs === undefined ? undefined : (state.keyed?.at ?? at) + opening.latestMs;
      return latest === undefined ? quietAt : Math.max(read.since, Math.min(quietAt, latest));
    }
  }
}

/** A busy program that polls between two lines of output does not need a snapshot each time. */
function firstSnapshotAt(state: State, read: Read): number {
  const opening = openingOf(read.fact, PROBABLE, circumstancesOf(state, read.fact, false));
  if (opening.when !== "afterQuiet") return 0;
  const steadyAt = state.steady === undefined ? Number.POSITIVE_INFINITY : state.steady.since + opening.ms;
  const againAt = (state.seenScreen?.at ?? Number.NEGATIVE_INFINITY) + SNAPSHOT_EVERY_MS;
  return Math.min(state.outputAt + SNAPSHOT_QUIET_MS, steadyAt, Math.max(read.since, againAt));
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
  /** The text is not where the reading process must have left it. */
  isGuess: boolean;
};

/** What to ask, by how the text on the screen relates to the start of the read. */
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
  // Nothing was printed since the read began: the text at the cursor is the last that the reading process wrote.
  const isOwn = judged.position <= baseEnd;
  const asRead = { recognition, opening: openingFor(recognition), isGuess: false };
  if (fact.mode === "secret" || recognition.kind === "screen") return asRead;
  if (isOwn && recognition.confidence === "high") return asRead;
  // A known prompt of scap, printed a moment ago: waiting would not make it more certain while another process prints.
  const { buried } = state;
  if (buried !== undefined) return { recognition: buried, opening: openingFor(buried), isGuess: true };
  if (isOwn) return asRead;
  // Later text is from another process. A known form may still belong to this read; after a while it is better than the raw
  // screen, but it is never certain.
  if (recognition.confidence !== "high") {
    return { recognition: raw, opening: openingFor(raw), isGuess: false };
  }
  const late: Recognition = { ...recognition, confidence: "likely" };
  return { recognition: late, opening: openingFor(raw), isGuess: true };
}

function circumstancesOf({ keyed, seenScreen }: State, fact: Reading, isRecent: boolean) {
  return {
    isAfterKey: isRecent && keyed !== undefined && keyed.pid === fact.pid,
    ownsScreen:
      seenScreen?.snapshot.alternate === true || seenScreen?.snapshot.modes?.applicationCursorKeys === true,
  };
}

/**
 * For a read that nothing explains and an announcement that came after it began, perhaps because the terminal was too busy to
 * report their order: the question shows both.
 */
function withLateAnnouncements(state: State, recognition: Recognition): Recognition {
  const { read, announcements } = state;
  if (recognition.confidence !== "none" || recognition.kind === "screen") return recognition;
  if (read === undefined || isReadByOtherProgram(read.fact)) return recognition;
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
 * Asks for a snapshot that shows everything up to this place. What may still become a protocol message is held back from
 * the screen for a moment, and the screen is behind then. @returns when to ask again.
 */
export function requestSnapshot({ state, effects }: Decision, place: number, at: number): number | undefined {
  const { seenScreen } = state;
  const isBehind =
    seenScreen !== undefined && seenScreen.outputEnd >= place && seenScreen.snapshot.position < place;
  if (isBehind && at < seenScreen.at + BEHIND_SNAPSHOT_MS) return seenScreen.at + BEHIND_SNAPSHOT_MS;
  if (!state.isSnapshotAsked) effects.push({ kind: "takeSnapshot" });
  state.isSnapshotAsked = true;
  return undefined;
}
