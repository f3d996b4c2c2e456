// Turns a person's answer into what is typed. The last gate before the terminal: whatever the web let through, nothing
// leaves here that is not one of the options, or that could be more than one line.
import { answerFault } from "#lib/domain/interaction.ts";
import type { AnswerFault, AnswerValue } from "#lib/domain/interaction.ts";
import type { ReadFact, Recognition } from "./types.ts";

/** Programs that take single keys get a few at most; a longer text is meant for something else. */
const KEYS_MAX = 8;

export type Keystrokes = { ok: true; text: string } | { ok: false; reason: AnswerFault };

/**
 * The text without its newline, which the holder writes; where the terminal passes on keys and no lines, Enter is part
 * of the text.
 *
 * @param read who takes it, as far as that is known.
 */
export function toKeystrokes(
  recognition: Pick<Recognition, "kind" | "options" | "submission">,
  value: AnswerValue,
  read: Pick<ReadFact, "how" | "mode"> = { how: "read", mode: "line" },
): Keystrokes {
  const fault = answerFault(recognition, value);
  if (fault !== undefined) return { ok: false, reason: fault };
  const option = recognition.options.find((each) => each.value === value);
  const typed = option?.typed ?? value;
  if (typeof typed !== "string") return { ok: false, reason: "not_an_option" };
  // Half a surrogate pair has no UTF-8: the terminal would get a replacement character instead of what was meant.
  if (!typed.isWellFormed()) return { ok: false, reason: "control_character" };
  switch (recognition.submission) {
    case "line":
      // scap announces that it takes a line, whatever state another program has left the terminal in.
      return { ok: true, text: read.mode === "key" ? typed + enterFor(read) : typed };
    case "editor": {
      // A program that asks for one key and reads may take just that (`read -n1`): Enter would be left for its next
      // question, and answer it. If it takes lines all the same it reads on, and people can send Enter by itself.
      const isOneKey = option !== undefined && read.how === "read" && Buffer.byteLength(typed) === 1;
      return { ok: true, text: isOneKey ? typed : typed + enterFor(read) };
    }
    case "key":
      if (typed === "") return { ok: true, text: enterFor(read) };
      return Buffer.byteLength(typed) > KEYS_MAX
        ? { ok: false, reason: "too_long" }
        : { ok: true, text: typed };
  }
}

/**
 * Line editors poll, and get what the key sends. Who just reads a terminal that was left without lines waits for the end
 * of one, and nobody makes it of the key any more.
 */
function enterFor({ how }: Pick<ReadFact, "how">): string {
  return how === "read" ? "\n" : "\r";
}
