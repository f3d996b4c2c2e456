// The bytes of keys, as xterm sends them.
import type { ScreenKey } from "#lib/domain/interaction.ts";

/** End of input where the terminal reads lines; otherwise a key like any other. */
export const END_OF_INPUT = "\x04";
/** Clears the line before the cursor in all common line editors. */
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
/** The bytes in application cursor mode. */
const CURSOR_KEYS: ReadonlySet<ScreenKey> = new Set(["up", "down", "left", "right", "home", "end"]);

export function keySequence(key: Exclude<ScreenKey, "enter">, isCursorApplication: boolean): string {
  const sequence = SEQUENCES[key];
  return isCursorApplication && CURSOR_KEYS.has(key) ? sequence.replace("[", "O") : sequence;
}
