// Turns a person's answer into what is typed. The last gate before the terminal: whatever the web let through, nothing
// leaves here that is not one of the options, or that could be more than one line.
import { answerFault } from "#lib/domain/interaction.ts";
import type { AnswerFault, AnswerValue } from "#lib/domain/interaction.ts";
import type { Recognition } from "./types.ts";

/** Programs that take single keys get a few at most; a longer text is meant for something else. */
const KEYS_MAX = 8;

export type Keystrokes = { ok: true; text: string } | { ok: false; reason: AnswerFault };

/** The text without its newline, which the holder writes; a line editor's carriage return is part of the text. */
export function toKeystrokes(
  recognition: Pick<Recognition, "kind" | "options" | "submission">,
  value: AnswerValue,
): Keystrokes {
  const fault = answerFault(recognition, value);
  if (fault !== undefined) return { ok: false, reason: fault };
  const typed = recognition.options.find((option) => option.value === value)?.typed ?? value;
  if (typeof typed !== "string") return { ok: false, reason: "not_an_option" };
  // Half a surrogate pair has no UTF-8: the terminal would get a replacement character instead of what was meant.
  if (!typed.isWellFormed()) return { ok: false, reason: "control_character" };
  switch (recognition.submission) {
    case "line":
      return { ok: true, text: typed };
    case "editor":
      return { ok: true, text: `${typed}\r` };
    case "key":
      return Buffer.byteLength(typed) > KEYS_MAX
        ? { ok: false, reason: "too_long" }
        : { ok: true, text: typed };
  }
}
