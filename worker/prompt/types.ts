// The data that the parts of prompt detection exchange. Plain data: it can be stored in a fixture, compared and replayed.
import type { InteractionKind, OptionValue } from "#lib/domain/interaction.ts";
import type { Snapshot as TerminalSnapshot, TerminalModes } from "../terminal/types.ts";

export type { ScreenLine } from "../terminal/types.ts";

export type Snapshot = Omit<TerminalSnapshot, "buried"> & {
  /** The terminal modes that the program has set; absent if unknown. */
  modes?: TerminalModes;
  /** The screen right after a question that other output has since pushed off the screen. */
  buried?: Snapshot;
};

export type PromptOption = {
  text: string;
  value: OptionValue;
  /** What is typed for it, in the form that this prompt accepts. */
  typed: string;
};

/**
 * - `high`: a form that is a question whenever it is at the cursor;
 * - `likely`: may be a question or a log line;
 * - `none`: nothing is known except that a process reads.
 */
type Confidence = "high" | "likely" | "none";

/**
 * How an answer ends: `line` with a newline that the holder adds, `editor` (line editors, which read single keys and end a
 * line at a carriage return) with a key in the text, `key` with nothing. See answer.ts.
 */
type Submission = "line" | "editor" | "key";

export type Recognition = {
  kind: InteractionKind;
  /** The question as it is shown, without the answers. */
  message: string;
  options: readonly PromptOption[];
  /** What Enter alone gives; absent when it gives nothing. */
  default?: OptionValue;
  recognised: boolean;
  confidence: Confidence;
  submission: Submission;
  /** The default is a text that is in the line editor already, and that an answer must replace. */
  isPrefilled?: true;
  /** Of a `screen`: how its keys are encoded. `mayReadLine`: nothing is drawn but a text at the cursor. */
  keys?: { isCursorApplication: boolean; mayReadLine: boolean };
  /** Why the same question is asked again, as the program printed it. */
  complaint?: string;
};
