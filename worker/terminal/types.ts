// The interface of the terminal emulator. See README.md.
import type { TerminalState } from "./state.ts";

/**
 * A line of the log. `text` is canonical: printable characters, SGR sequences (ESC [ … m) and OSC 8 links only. It
 * begins and ends in the default style, so each line is self-contained, and equal content has equal text.
 */
export type Line = {
  text: string;
  /** The time of its last change in ms, as passed to `write`. */
  at: number;
};

/** A logical line at the moment at which the cursor left it downwards. */
export type CompletedLine = {
  /** Its number in the log; the first line of the output is 1. */
  n: number;
  /** Plain, cut after `COMPLETED_LENGTH_MAX` UTF-16 units. */
  text: string;
};

/** The visible rows of the active buffer, each in the canonical form of a line. */
export type TerminalScreen = {
  rows: string[];
  cursorRow: number;
  cursorColumn: number;
  isAlternate: boolean;
};

/** Modes of the terminal that decide how keys are encoded. */
export type TerminalModes = {
  alternate: boolean;
  applicationCursorKeys: boolean;
  bracketedPaste: boolean;
  /** A program that draws its own cursor, such as a menu. */
  cursorHidden: boolean;
};

export type TerminalSize = { columns: number; rows: number };

/**
 * Plain JSON, exact: `write(a)`, `restore(state())` into a new emulator, `write(b)` does what `write(a + b)` does. What
 * was not read yet (completed, settled, replies) is part of it; rows that scrolled out above the screen are not.
 */
export type EmulatorState = TerminalState;

export type Emulator = {
  /** Takes output of the program. Bytes may be split anywhere. @param at ms, for `Line.at` */
  write(bytes: Uint8Array, at: number): void;
  /**
   * The logical lines that the cursor left downwards (line feed) since the last call, for phases and evidence. A line that
   * did not change since it was left before is not returned again; one that settles without having been left by a line feed is
   * returned then.
   */
  takeCompleted(): CompletedLine[];
  /** Logical lines (wrapped rows joined) that settled since the last call; they never change again. */
  takeSettled(): Line[];
  /**
   * Logical lines of the normal buffer that may still be redrawn, down to the last one with content or the cursor. The
   * number of the first is `settledCount + 1`.
   */
  live(): Line[];
  /** How many lines have settled so far, read or not. */
  readonly settledCount: number;
  /** Number of the logical line of the normal buffer that the cursor is in; the first line of the output is 1. */
  cursorLineNumber(): number;
  /** Plain text of the logical line of the active buffer that the cursor is in. */
  cursorLine(): string;
  /** Replies to the queries (CSI 6n, CSI 5n, CSI c, CSI > c …) since the last call. */
  takeReplies(): string[];
  /**
   * The program has ended: every live line is settled, but for an empty last line with the cursor, and what was not
   * completed is. Nothing may be written afterwards.
   */
  end(): void;
  /** The visible rows of the active buffer, for an interaction of kind `screen`. */
  screen(): TerminalScreen;
  /**
   * For the recognition of prompts: the rows of the active buffer, with up to 300 rows that scrolled out above.
   * @param position end of the output in the journal; passed through
   */
  snapshot(position: number): Snapshot;
  /** An answer was typed at the cursor: its row and those above are answered. */
  markAnswered(): void;
  /** Revokes the last `markAnswered`: that answer was not typed. */
  markUnanswered(): void;
  readonly modes: TerminalModes;
  /** See `EmulatorState`. A copy: later writes do not change it. */
  state(): EmulatorState;
  /**
   * Continues from the state of another emulator. Rows that this emulator has above its screen (from earlier
   * output that was written to it first) stay for `snapshot`; everything else is replaced by the state.
   */
  restore(state: EmulatorState): void;
};

/** One row of the screen. */
export type ScreenLine = {
  /** Without cells that were never written at its end; written spaces stay. */
  text: string;
  /** Ranges of bold text as [from, to) offsets into `text`. */
  bold: readonly (readonly [number, number])[];
  /** True when any visible character has a colour of its own: scap colours its log, never its questions. */
  coloured: boolean;
  /** True when the terminal wrapped the line here and the text continues the row above. */
  isWrapped: boolean;
};

export type Snapshot = {
  /** End of the last record of the journal that was written to this screen. */
  position: number;
  lines: readonly ScreenLine[];
  cursorRow: number;
  /** Column of the cursor in cells. */
  cursorColumn: number;
  /** The same place as an offset into the text of that row; cells and characters differ for wide ones. */
  cursorOffset: number;
  alternate: boolean;
  /** Row in which the last answer was typed: it and everything above belongs to earlier conversation. */
  answeredRow?: number;
  /** Text of that row after this offset came after the answer, which was hidden; absent when the row was redrawn. */
  answeredOffset?: number;
  /** The screen right after a question that other output has scrolled away since. */
  buried?: Snapshot;
};
