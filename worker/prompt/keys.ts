// The bytes of the keys that people press, as an xterm sends them.
import type { ScreenKey } from "#lib/domain/interaction.ts";

/** End of input, where the terminal takes lines; a key like others where it does not. */
export const END_OF_INPUT = "\x04";
/** Empties the line of every line editor that is known, back from the cursor. */
export const KILL_LINE = "\x15";

const SEQUENCES: Record<Exclude<ScreenKey, "enter">, string> = {
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  home: "\x1b[H",
  end: "\x1b[F",
  tab: "\t",
  escape: "\x1b",
  space: " ",
  backspace: "\x7f",
  delete: "\x1b[3~",
  page_up: "\x1b[5~",
  page_down: "\x1b[6~",
  ctrl_d: END_OF_INPUT,
};
/** What changes when a program has asked for application cursor keys. */
const CURSOR_KEYS: ReadonlySet<ScreenKey> = new Set(["up", "down", "left", "right", "home", "end"]);

export function keySequence(key: Exclude<ScreenKey, "enter">, isCursorApplication: boolean): string {
  const sequence = SEQUENCES[key];
  return isCursorApplication && CURSOR_KEYS.has(key) ? sequence.replace("[", "O") : sequence;
}
