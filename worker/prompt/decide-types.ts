// The words of the decision: what it hears, what it orders, what it remembers.
import type { AnswerFault, AnswerValue } from "#lib/domain/interaction.ts";
import type { ReadFact, Recognition, Snapshot, TerminalMode } from "./types.ts";

export type TypeResult =
  | "consumed"
  | "not_consumed"
  | "not_reading"
  | "already_typed"
  | "echo_on"
  | "invalid";

/** `at` is one clock for all events, in milliseconds; live, the time of arrival. */
export type Event =
  /** Every record of the journal, of whatever kind: `position` is its end, `bytes` its output (0 for other kinds). */
  | { kind: "output"; position: number; bytes: number; at: number }
  /** The record of an answer that went into the terminal: told instead of `output`, live and when read again. */
  | { kind: "input"; position: number; at: number }
  /** The end of a journal that was read again (see `isReplaying`). */
  | { kind: "caughtUp"; at: number }
  | { kind: "reading"; fact: ReadFact; at: number }
  /** This read is over, and all before it. */
  | { kind: "notReading"; readId: number; at: number }
  /** The announcement of a question, by scap or by whatever else has the key; `position` is the end of the record that completed it. */
  | { kind: "protocolMessage"; position: number; question: Recognition; at: number }
  /** The answer to the effect takeSnapshot, which is to be taken before anything else is fed to the screen. */
  | { kind: "snapshot"; snapshot: Snapshot; at: number }
  | { kind: "tick"; at: number }
  /** Nobody answered in time, and scap is told to stop: no answer is taken any more, and none will come. */
  | { kind: "expired"; promptKey: string; at: number }
  | { kind: "answerGiven"; promptKey: string; value: AnswerValue; at: number }
  | { kind: "typed"; promptKey: string; result: TypeResult; at: number }
  | { kind: "exited"; at: number };

export type Prompt = Recognition & {
  /** `r<readId>` or, for an announced question, `m<position>`; `.1`, `.2` … when asked again. Same after a restart. */
  promptKey: string;
  /** The read that takes the answer. */
  readId: number;
  source: "protocol" | "screen";
  /** True when the kernel could not say for certain that somebody reads. */
  unsure: boolean;
};

export type WithdrawReason = "moved_on" | "exited" | "mode_changed";

export type Effect =
  | { kind: "takeSnapshot" }
  | { kind: "open"; prompt: Prompt }
  | { kind: "withdraw"; promptKey: string; why: WithdrawReason }
  /** Send a tick at this time; replaces the time asked for before. */
  | { kind: "wakeAt"; at: number }
  | { kind: "type"; promptKey: string; readId: number; text: string; secret: boolean }
  /** This answer cannot be given to this prompt; nothing was typed. */
  | { kind: "refuse"; promptKey: string; reason: AnswerFault | "not_open" };

/** `outputEnd`: how much had been printed when the read was last seen. */
export type Lost = { at: number; outputEnd: number };

export type OpenPrompt = {
  prompt: Prompt;
  /**
   * `held`: there is an answer, but at the moment no read to take it. `expired`: nobody may answer any more; asked
   * again when scap waits on all the same.
   */
  phase:
    | { name: "open" }
    | { name: "held"; value: AnswerValue }
    | { name: "typing"; value: AnswerValue }
    | { name: "expired"; since: number };
  fact: ReadFact;
  /** The screen that asks it, as it was last seen; undefined for one that was announced. */
  face: Snapshot | undefined;
  /** Position of the announcement that it asks; undefined for one that was read from the screen. */
  announcedAt: number | undefined;
  /** Set when the read was left: a signal, the turn of a poll or a question that is drawn again may bring it back. */
  lost: Lost | undefined;
};

export type Read = {
  fact: ReadFact;
  since: number;
  /** Where the journal stood when the read began: what the reader itself wrote lies before. */
  firstPosition: number;
  /** End of the output that the screen had when it had seen everything before that; undefined until it has. */
  baseEnd: number | undefined;
};

export type Judgement = {
  mode: TerminalMode;
  how: ReadFact["how"];
  position: number;
  at: number;
  snapshot: Snapshot;
  recognition: Recognition;
  /** The bare screen, for when the recognition is not trusted. */
  raw: Recognition;
};

export type Announcement = {
  position: number;
  question: Recognition;
  /** Set when its prompt has been withdrawn: it stays good for another read only while nothing else is printed. */
  withdrawnAtEnd: number | undefined;
};

/** A prompt that an earlier worker opened and that is still pending in the database. */
type RestoredPrompt = Pick<Prompt, "promptKey" | "kind" | "message">;

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
  open: OpenPrompt | undefined;
  restored: RestoredPrompt | undefined;
  /** Until when `restored` may be found again; undefined before the first look. */
  restoredUntil: number | undefined;
  /** The last question whose answer found nobody reading; if scap asks the same in silence, people are told why. */
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
  /** Prompts of the job that are over, from the database, when a job is taken up again. */
  closedPromptKeys?: readonly string[];
  /**
   * The one that is pending. The same question found again keeps its id, though the read may have another by now; if
   * another question is found, or none within some seconds, it is withdrawn.
   */
  restored?: RestoredPrompt | undefined;
  /** True while a journal is read again from its beginning: what was asked in it is over; nothing opens before `caughtUp`. */
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
    open: undefined,
    restored,
    restoredUntil: undefined,
    untyped: undefined,
    handledReadId: undefined,
    closedPromptKeys,
    wakeAt: undefined,
    isReplaying,
    exited: false,
  };
}
