// Which key of a keyboard is which answer to a question of kind `screen`, while the page hands its keys to the program.
import type { AnswerValue, ScreenKey } from "#lib/domain/interaction.ts";

/** What a key press asks for. Keys that are not listed, such as those of the browser, keep their usual effect. */
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

/** @returns undefined for a press that must do nothing at all. */
export function keyAction(event: PressedKey): KeyAction | undefined {
  const { key, ctrlKey, altKey, metaKey, shiftKey, repeat, isComposing } = event;
  if (isComposing) return BROWSER;
  const named = KEYS[key];
  // A key that is held down must not answer what the program asks next; moving is harmless.
  if (repeat && (named === undefined || !isMovement(named))) return undefined;
  if (ctrlKey && !altKey && !metaKey && !shiftKey) {
    if (key.toLowerCase() === "c") return { action: "interrupt" };
    if (key.toLowerCase() === "d") return { action: "answer", value: { key: "ctrl_d" } };
  }
  // Combinations with Alt may also type a character, and come without these modifiers or with AltGraph then.
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
