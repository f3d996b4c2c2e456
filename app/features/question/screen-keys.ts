// Maps keyboard events to answers of a `screen` question, while the page captures the keyboard for an interactive program.
import type { AnswerValue, ScreenKey } from "#lib/domain/interaction.ts";

/** `browser`: the key keeps its usual effect. */
export type KeyAction =
  | { action: "answer"; value: AnswerValue }
  | { action: "interrupt" }
  | { action: "browser" };

type PressedKey = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "altKey" | "metaKey" | "shiftKey" | "repeat" | "isComposing"
>;

const KEYS: Readonly<Partial<Record<string, ScreenKey>>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
  Enter: "enter",
  Tab: "tab",
  Escape: "escape",
  " ": "space",
  Backspace: "backspace",
  Delete: "delete",
  Home: "home",
  End: "end",
  PageUp: "page_up",
  PageDown: "page_down",
};

const BROWSER: KeyAction = { action: "browser" };

/** @returns undefined for a key press that must have no effect. */
export function keyAction(event: PressedKey): KeyAction | undefined {
  const { key, ctrlKey, altKey, metaKey, shiftKey, repeat, isComposing } = event;
  if (isComposing) return BROWSER;
  const named = KEYS[key];
  // A key that is held down must not answer the next question of the program; moving the cursor is harmless.
  if (repeat && (named === undefined || !isMovement(named))) return undefined;
  if (ctrlKey && !altKey && !metaKey && !shiftKey) {
    if (key.toLowerCase() === "c") return { action: "interrupt" };
    if (key.toLowerCase() === "d") return { action: "answer", value: { key: "ctrl_d" } };
  }
  // Ctrl and Alt together are AltGr, which types a character on many keyboard layouts.
  if (metaKey || (ctrlKey && !altKey) || (altKey && !ctrlKey)) return BROWSER;
  if (named !== undefined) return shiftKey && named === "tab" ? undefined : answer({ key: named });
  return Array.from(key).length === 1 ? answer(key) : BROWSER;
}

function answer(value: AnswerValue): KeyAction {
  return { action: "answer", value };
}

const MOVEMENTS: ReadonlySet<ScreenKey> = new Set(["up", "down", "left", "right", "page_up", "page_down"]);

function isMovement(key: ScreenKey): boolean {
  return MOVEMENTS.has(key);
}
