// Turns a person's answer into what is typed. The last gate before the terminal: whatever the web let through, nothing
// leaves here that is not one of the options, or that could be more than one line.
import { answerFault, isKeyPress } from "#lib/domain/interaction.ts";
import type { AnswerFault, AnswerValue, ScreenKey } from "#lib/domain/interaction.ts";
import { END_OF_INPUT, keySequence, KILL_LINE } from "./keys.ts";
import type { Reading } from "../../holder/protocol/messages.ts";
import type { Recognition } from "./types.ts";

export type Keystrokes = { ok: true; text: string } | { ok: false; reason: AnswerFault };

type Asked = Pick<Recognition, "kind" | "options" | "default" | "submission" | "isPrefilled" | "keys">;
type Reader = Pick<Reading, "how" | "mode"> & {
  /** What Enter was, when the reader has taken it and nothing came of it. */
  lastEnter?: string | undefined;
};

/**
 * The text without its newline, which the holder writes; where the terminal passes on keys and no lines, Enter is part
 * of the text.
 *
 * @param read who takes it, as far as that is known.
 */
export function toKeystrokes(
  asked: Asked,
  value: AnswerValue,
  read: Reader = { how: "read", mode: "line" },
): Keystrokes {
  const fault = answerFault(asked, value);
  if (fault !== undefined) return { ok: false, reason: fault };
  if (isKeyPress(value)) return { ok: true, text: pressed(asked, value.key, read) };
  const option = asked.options.find((each) => each.value === value);
  const typed = option?.typed ?? value;
  if (typeof typed !== "string") return { ok: false, reason: "not_an_option" };
  // Half a surrogate pair has no UTF-8: the terminal would get a replacement character instead of what was meant.
  if (!typed.isWellFormed()) return { ok: false, reason: "control_character" };
  switch (asked.submission) {
    case "line":
      // scap announces that it takes a line, whatever state another program has left the terminal in.
      return { ok: true, text: read.mode === "key" ? typed + enterFor(read) : typed };
    case "editor": {
      // A program that asks for one key and reads may take just that (`read -n1`): Enter would be left for its next
      // question, and answer it. If it takes lines all the same it reads on, and people can send Enter by itself.
      const isOneKey = option !== undefined && read.how === "read" && Buffer.byteLength(typed) === 1;
      if (isOneKey) return { ok: true, text: typed };
      return { ok: true, text: inPlaceOfPrefilled(asked, typed) + enterFor(read) };
    }
    case "key":
      return { ok: true, text: typed === "" ? enterFor(read) : typed };
  }
}

/** What a bare Enter gives stands in the editor already. */
function inPlaceOfPrefilled({ isPrefilled, default: prefilled }: Asked, typed: string): string {
  if (isPrefilled !== true) return typed;
  return typed === "" || typed === prefilled ? "" : KILL_LINE + typed;
}

function pressed(asked: Asked, key: ScreenKey, read: Reader): string {
  if (asked.kind === "text") {
    // An editor takes Ctrl-D for the end only where its line is empty.
    return asked.isPrefilled === true ? KILL_LINE + END_OF_INPUT : END_OF_INPUT;
  }
  return key === "enter"
    ? screenEnter(asked, read)
    : keySequence(key, asked.keys?.isCursorApplication === true);
}

/**
 * As the key of a terminal sends it; but whoever reads lines of a terminal that was left raw waits for the end of a line,
 * and nobody makes one of the key any more. Where one of the two has done nothing, it is the other.
 */
function screenEnter({ keys }: Asked, { how, lastEnter }: Reader): string {
  const [likely, other] = how === "read" && keys?.hasTextAtCursor === true ? ["\n", "\r"] : ["\r", "\n"];
  return lastEnter === likely ? other : likely;
}

/**
 * Line editors poll, and get what the key sends. Who just reads a terminal that was left without lines waits for the end
 * of one, and nobody makes it of the key any more.
 */
function enterFor({ how }: Pick<Reading, "how">): string {
  return how === "read" ? "\n" : "\r";
}
