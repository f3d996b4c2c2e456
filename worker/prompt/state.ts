// What the reducer of prompts takes, returns and remembers: its events, its effects and its state.
import type { AnswerValue, GivenAnswer } from "#lib/domain/interaction.ts";
import type { Reading, TerminalMode, TypeResult } from "../../holder/protocol/messages.ts";
import type { Recognition, Snapshot } from "./types.ts";

/** `at` is one monotonic clock for all events, in milliseconds. */
export type Event =
  /** Every record of the journal, of whatever kind: `position` is its end, `bytes` its output (0 for other kinds). */
  | { kind: "output"; position: number; bytes: number; at: number }
  /** The record of an answer that went into the terminal: sent instead of `output`, live and in a replay. */
  | { kind: "input"; position: number; interactionId: number; at: number }
  /** The record of what became of an answer; sent before the `output` of the same record. */
  | { kind: "resultRecord"; interactionId: number; result: TypeResult; at: number }
  /** The end of a replay (see `isReplaying`). */
  | { kind: "caughtUp"; at: number }
  | { kind: "reading"; fact: Reading; at: number }
  /** This read is over, and all before it. */
  | { kind: "notReading"; readId: number; at: number }
  /** The announcement of a question, by scap or any process that has the key; `position` is the end of the record that completed it. */
  | { kind: "protocolMessage"; position: number; question: Recognition; at: number }
  /** The reply to the effect takeSnapshot, which is to be taken before anything else is fed to the screen. */
  | { kind: "snapshot"; snapshot: Snapshot; at: number }
  | { kind: "tick"; at: number }
  /** The row has expired, and scap is sent a signal: no answer is accepted any more. */
  | { kind: "expired"; promptKey: string; at: number }
  /** An answer that is stored and not settled. May be repeated; without a value for a secret. */
  | { kind: "answered"; answer: GivenAnswer; at: number }
  | { kind: "secret"; interactionId: number; text: string; at: number }
  /** The holder's reply to the effect `type`. */
  | { kind: "typed"; interactionId: number; result: TypeResult; at: number }
  | { kind: "exited"; at: number };

export type Prompt = Recognition & {
  /** `r<readId>` or, for an announced question, `m<position>`; `.1`, `.2` … when asked again. Same after a restart. */
  promptKey: string;
  /** The read that takes the answer. */
  readId: number;
  source: "protocol" | "screen";
  /** Whether it is uncertain that a process reads, or that this is its question. */
  unsure: boolean;
};

export type WithdrawReason = "moved_on" | "exited" | "mode_changed";

export type Effect =
  | { kind: "takeSnapshot" }
  | { kind: "open"; prompt: Prompt }
  /** An open question is no longer asked. */
  | { kind: "withdraw"; promptKey: string; why: WithdrawReason }
  /** Send a tick at this time; replaces the time asked for before. */
  | { kind: "wakeAt"; at: number }
  | { kind: "type"; interactionId: number; readId: number; text: string; secret: boolean; by: string }
  | ({ kind: "settle" } & Settlement);

/** The final mode of an answer. */
export type Settlement = {
  interactionId: number;
  delivery: "consumed" | "not_consumed" | "undelivered";
  why: string | null;
  /** It is known from the journal only: an earlier worker had the answer. */
  isFromJournal?: true;
};

/** `outputEnd`: how much had been printed when the read was last seen. */
export type Lost = { at: number; outputEnd: number };

/** An answer on its way. */
export type Answer = {
  interactionId: number;
  by: string;
  /** undefined while a secret has not arrived. */
  value: AnswerValue | undefined;
};

/** The mode of the current question, and its data. A final mode has none: the question has ended. */
export type Progress =
  | { mode: "open" }
  | { mode: "awaiting_secret"; answer: Answer; since: number }
  | { mode: "ready" | "typing"; answer: Answer }
  /** Kept while scap still waits: then the question is asked again. */
  | { mode: "expired"; since: number };

/** A question that this worker has found on the screen or in an announcement. */
export type LiveQuestion = {
  isRestored: false;
  progress: Progress;
  prompt: Prompt;
  fact: Reading;
  /** The screen that asks it, as it was last seen; undefined for one that was announced. */
  face: Snapshot | undefined;
  /** Position of the announcement that it asks; undefined for one that was read from the screen. */
  announcedAt: number | undefined;
  /** Set when the read was left: a signal, the turn of a poll or a question that is drawn again may bring it back. */
  lost: Lost | undefined;
};

/** A question that an earlier worker asked, and that this one has not found yet. */
export type RestoredQuestion = {
  isRestored: true;
  progress: Progress;
  prompt: RestoredPrompt;
  /** Until when it may be found; undefined until the journal was read. */
  until: number | undefined;
};

/** Where an earlier worker left a question. */
export type Restored = Pick<RestoredQuestion, "prompt" | "progress">;

type RestoredPrompt = Pick<Prompt, "promptKey" | "kind" | "message"> & { interactionId: number };

export type Question = LiveQuestion | RestoredQuestion;

export type Read = {
  fact: Reading;
  since: number;
  /** The position in the journal when the read began: what the reader itself wrote is before it. */
  firstPosition: number;
  /** End of the output that the screen had when it had seen everything before that; undefined until it has. */
  baseEnd: number | undefined;
};

export type Judgement = {
  mode: TerminalMode;
  how: Reading["how"];
  position: number;
  at: number;
  snapshot: Snapshot;
  recognition: Recognition;
  /** The raw screen, for when the recognition is uncertain. */
  raw: Recognition;
};

export type Announcement = {
  position: number;
  question: Recognition;
  /** Set when its prompt has been withdrawn: it stays good for another read only while nothing else is printed. */
  withdrawnAtEnd: number | undefined;
};

export type State = {
  /** End of the last record seen. */
  seen: number;
  /** End of the last record that had output, and when it came. */
  outputEnd: number;
  outputAt: number;
  read: Read | undefined;
  /** Announced questions that were not answered, oldest first. */
  announcements: readonly Announcement[];
  judged: Judgement | undefined;
  /** A question found under other output during this read. */
  buried: Recognition | undefined;
  isSnapshotAsked: boolean;
  /** The last snapshot, whether a process reads or not; when it came, and how much had been printed by then. */
  seenScreen: { snapshot: Snapshot; at: number; outputEnd: number } | undefined;
  /** Since when the screen shows the same, numbers apart, and to which process. */
  steady: { snapshot: Snapshot; pid: number | undefined; since: number } | undefined;
  /** Since when the same process reads in the same mode, in however many reads. */
  reader: { pid: number | undefined; mode: TerminalMode; since: number } | undefined;
  /** The last answer to a screen: its program is shown again without delay. */
  keyed: Keyed | undefined;
  /** The one question at a time. */
  question: Question | undefined;
  /** A secret that arrived before its answer. */
  secret: { interactionId: number; text: string } | undefined;
  /** The newest answer that this run has settled: a record or a list of rows may repeat it. */
  settledId: number;
  /** The newest answer that went into the terminal, by the journal: the record of its result follows. */
  typedId: number;
  /** The last question whose answer found no read; if scap asks the same without other output, the page says why. */
  untyped: { message: string; outputEnd: number } | undefined;
  /** The read that has had its prompt. */
  handledReadId: number | undefined;
  closedPromptKeys: readonly string[];
  wakeAt: number | undefined;
  isReplaying: boolean;
  exited: boolean;
};

/** `enter`: what Enter was, if it was pressed; `outputEnd`: how much had been printed by then. */
export type Keyed = { pid: number | undefined; at: number; enter: string | undefined; outputEnd: number };

export type Decision = { state: State; effects: Effect[] };

type Start = {
  /** Prompts of the job that are over, from the database. */
  closedPromptKeys?: readonly string[];
  /**
   * The question that an earlier worker asked. When it is found again it keeps its key, though the read may have another
   * by now; when another question is found, or none within some seconds, it is withdrawn.
   */
  restored?: Restored | undefined;
  /** True while a journal is read again: what was asked in it is over; nothing opens before `caughtUp`. */
  isReplaying?: boolean;
};

export function initialState({ closedPromptKeys = [], restored, isReplaying = false }: Start = {}): State {
  return {
    seen: 0,
    outputEnd: 0,
    outputAt: 0,
    read: undefined,
    announcements: [],
    judged: undefined,
    buried: undefined,
    isSnapshotAsked: false,
    seenScreen: undefined,
    steady: undefined,
    reader: undefined,
    keyed: undefined,
    question: restored === undefined ? undefined : { isRestored: true, ...restored, until: undefined },
    secret: undefined,
    settledId: 0,
    typedId: 0,
    untyped: undefined,
    handledReadId: undefined,
    closedPromptKeys,
    wakeAt: undefined,
    isReplaying,
    exited: false,
  };
}

export function liveQuestion({ question }: State): LiveQuestion | undefined {
  return question?.isRestored === false ? question : undefined;
}

/** Whether scap waits at the prompt of a question in this mode; undefined while that is not known. */
export function waitsAt(state: State, promptKey: string, mode: "open" | "expired"): boolean | undefined {
  const { question, isReplaying } = state;
  if (question?.prompt.promptKey !== promptKey) return isReplaying ? undefined : false;
  if (question.isRestored || question.lost !== undefined) return undefined;
  if (question.progress.mode === mode) return true;
  // The row may have expired before the reducer was notified.
  return question.progress.mode === "open" ? undefined : false;
}
