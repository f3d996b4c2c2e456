// Turns an answer into keystrokes. The last validation before the terminal: whatever the web accepted, nothing is typed that is
// not one of the options or could be more than one line.
import { answerIssue, hasControlCharacter, isKeyPress } from "#lib/domain/interaction.ts";
import type { AnswerIssue, AnswerValue, ScreenKey } from "#lib/domain/interaction.ts";
import { END_OF_INPUT, keySequence, KILL_LINE } from "./keys.ts";
import type { Reading } from "../../holder/protocol/messages.ts";
import type { Recognition } from "./types.ts";

export type Keystrokes = { ok: true; text: string } | { ok: false; reason: AnswerIssue };

type Asked = Pick<Recognition, "kind" | "options" | "default" | "submission" | "isPrefilled" | "keys">;
type Reader = Pick<Reading, "how" | "mode"> & {
  /** What Enter was typed as, if the process read it and did nothing. */
  lastEnter?: string | undefined;
};

/**
 * The text without its newline, which the holder adds; where the terminal passes single keys, Enter is part of the text.
 */
export function toKeystrokes(
  asked: Asked,
  value: AnswerValue,
  read: Reader = { how: "read", mode: "line" },
): Keystrokes {
  const issue = answerIssue(asked, value);
  if (issue !== undefined) return { ok: false, reason: issue };
  if (isKeyPress(value)) return { ok: true, text: pressed(asked, value.key, read) };
  const option = asked.options.find((each) => each.value === value);
  const typed = option?.typed ?? value;
  if (typeof typed !== "string") return { ok: false, reason: "not_an_option" };
  // An option may come from a program.
  if (hasControlCharacter(typed)) return { ok: false, reason: "control_character" };
  // Half a surrogate pair has no UTF-8: the terminal would get a replacement character instead.
  if (!typed.isWellFormed()) return { ok: false, reason: "control_character" };
  switch (asked.submission) {
    case "line":
      // scap announced that it reads a line, whatever mode another program left the terminal in.
      return { ok: true, text: read.mode === "key" ? typed + enterFor(read) : typed };
    case "editor": {
      // A program in `read` may read one key only (`read -n1`): Enter would stay for its next question, and answer it. If it
      // reads lines, it continues to read, and Enter can be sent separately.
      const isOneKey = option !== undefined && read.how === "read" && Buffer.byteLength(typed) === 1;
      if (isOneKey) return { ok: true, text: typed };
      return { ok: true, text: inPlaceOfPrefilled(asked, typed) + enterFor(read) };
    }
    case "key":
      return { ok: true, text: typed === "" ? enterFor(read) : typed };
  }
}

/** The default is in the editor already. */
function inPlaceOfPrefilled({ isPrefilled, default: prefilled }: Asked, typed: string): string {
  if (isPrefilled !== true) return typed;
  return typed === "" || typed === prefilled ? "" : KILL_LINE + typed;
}

function pressed(asked: Asked, key: ScreenKey, read: Reader): string {
  if (asked.kind === "text") {
    // An editor treats Ctrl-D as end of input only in an empty line.
    return asked.isPrefilled === true ? KILL_LINE + END_OF_INPUT : END_OF_INPUT;
  }
  return key === "enter"
    ? screenEnter(asked, read)
    : keySequence(key, asked.keys?.isCursorApplication === true);
}

/**
 * A carriage return, as the key sends it; but a program that reads lines from a terminal that was left raw waits for a newline,
 * which the terminal no longer makes of the key. If one of the two had no effect, the other is sent.
 */
function screenEnter({ keys }: Asked, { how, lastEnter }: Reader): string {
  const [likely, other] = how === "read" && keys?.mayReadLine === true ? ["\n", "\r"] : ["\r", "\n"];
  return lastEnter === likely ? other : likely;
}

/**
 * Line editors poll, and get a carriage return, as the key sends it. A program that reads lines from a terminal that was left raw
 * waits for a newline, which the terminal no longer makes of the key.
 */
function enterFor({ how }: Pick<Reading, "how">): string {
  return how === "read" ? "\n" : "\r";
}
