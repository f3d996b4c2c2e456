// What the parts of prompt detection hand to one another. Plain data: it can be written down in a fixture,
// compared, and replayed.
import type { InteractionKind, OptionValue } from "#lib/domain/interaction.ts";
import type { Snapshot as TerminalSnapshot, TerminalModes } from "../terminal/types.ts";

export type { ScreenLine } from "../terminal/types.ts";

export type Snapshot = Omit<TerminalSnapshot, "buried"> & {
  /** What the program has asked of the terminal; left out where it is not known. */
  modes?: TerminalModes;
  /** The screen as it was right after a question that a flood of other output has since pushed away. */
  buried?: Snapshot;
};

export type PromptOption = {
  text: string;
  value: OptionValue;
  /** What goes into the terminal for it, in the form that this very wording accepts. */
  typed: string;
};

/**
 * - `high`: a wording that means a question wherever it stands at the cursor;
 * - `likely`: looks like a question, but a log line may look so too;
 * - `none`: nothing is known but the fact that somebody reads.
 */
type Confidence = "high" | "likely" | "none";

/**
 * How an answer is ended: `line` gets a newline from the holder, `editor` (readline and its like, which take single
 * keys and end a line at a carriage return) gets it in the text, `key` gets nothing. See answer.ts.
 */
type Submission = "line" | "editor" | "key";

export type Recognition = {
  kind: InteractionKind;
  /** The question as a person must read it, without the answers. */
  message: string;
  options: readonly PromptOption[];
  /** What a bare Enter gives; absent when Enter gives nothing. */
  default?: OptionValue;
  recognised: boolean;
  confidence: Confidence;
  submission: Submission;
  /** The default is a text that stands in the line editor already, and that an answer has to replace. */
  isPrefilled?: true;
  /** Of a `screen`: how its keys are encoded. */
  keys?: { isCursorApplication: boolean; hasTextAtCursor: boolean };
  /** Why the same question is asked again, in the program's own words. */
  complaint?: string;
};
