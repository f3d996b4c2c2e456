// One question scap asks and the answers it takes. Pure: how the question was recognised and what is typed
// into the terminal is the worker's business; here is what everybody agrees on.

/** `screen`: a program that draws a menu, an editor or a pager; it is shown live and answered key by key. */
export const INTERACTION_KINDS = ["yes_no", "choices", "acknowledge", "text", "secret", "screen"] as const;
export type InteractionKind = (typeof INTERACTION_KINDS)[number];

/** The keys that can be pressed on a `screen`. `ctrl_d` also ends the input of a program that asks for `text`. */
export const SCREEN_KEYS = [
  "up",
  "down",
  "left",
  "right",
  "enter",
  "tab",
  "escape",
  "space",
  "backspace",
  "delete",
  "home",
  "end",
  "page_up",
  "page_down",
  "ctrl_d",
] as const;
export type ScreenKey = (typeof SCREEN_KEYS)[number];
export type KeyPress = { key: ScreenKey };

/** What an option of a question gives. */
export type OptionValue = boolean | string;

/** A string given to a `screen` is typed without Enter. */
export type AnswerValue = OptionValue | KeyPress;

export const KEY_LABELS: Record<ScreenKey, string> = {
  up: "Up",
  down: "Down",
  left: "Left",
  right: "Right",
  enter: "Enter",
  tab: "Tab",
  escape: "Esc",
  space: "Space",
  backspace: "Backspace",
  delete: "Delete",
  home: "Home",
  end: "End",
  page_up: "Page Up",
  page_down: "Page Down",
  ctrl_d: "Ctrl-D",
};

export function isKeyPress(value: AnswerValue | null): value is KeyPress {
  return typeof value === "object" && value !== null;
}

/** An answer on its way to the worker. */
export type GivenAnswer = {
  interactionId: number;
  promptKey: string;
  kind: InteractionKind;
  /** null for a secret, which comes by itself. */
  value: AnswerValue | null;
  answeredBy: string;
};

export type InteractionOption = { text: string; value: OptionValue };

/** An answer as people read it: the label of the option or key, or the text itself. */
export function answerText(options: readonly InteractionOption[], value: AnswerValue): string {
  if (isKeyPress(value)) return KEY_LABELS[value.key];
  return options.find((option) => option.value === value)?.text ?? String(value);
}

export type Question = {
  kind: InteractionKind;
  message: string;
  options: readonly InteractionOption[];
  /** The value that a bare Enter gives in the terminal; null when there is none. */
  default: OptionValue | null;
  /** False when only the fact is known that the program waits for input. */
  recognised: boolean;
};

/** Bound of a canonical-mode line (4096 bytes with its newline; the kernel drops what is beyond). */
export const ANSWER_BYTES_MAX = 4094;

export type AnswerFault = "not_an_option" | "not_text" | "too_long" | "control_character";

/** Says why `value` cannot answer the question, or undefined when it can. */
export function answerFault(
  question: Pick<Question, "kind" | "options">,
  value: AnswerValue,
): AnswerFault | undefined {
  switch (question.kind) {
    case "yes_no":
    case "choices":
    case "acknowledge":
      return question.options.some((option) => option.value === value) ? undefined : "not_an_option";
    case "text":
      return isKeyPress(value) && value.key === "ctrl_d" ? undefined : textFault(value);
    case "secret":
      return textFault(value);
    case "screen":
      if (isKeyPress(value)) return SCREEN_KEYS.includes(value.key) ? undefined : "not_an_option";
      // Nothing would be typed, and the answer would be used up.
      return value === "" ? "not_text" : textFault(value);
  }
}

function textFault(value: AnswerValue): AnswerFault | undefined {
  if (typeof value !== "string") return "not_text";
  if (new TextEncoder().encode(value).length > ANSWER_BYTES_MAX) return "too_long";
  return hasControlCharacter(value) ? "control_character" : undefined;
}

/** C0, DEL and C1: any of them could end the line, signal the process or steer the terminal. */
function hasControlCharacter(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  }
  return false;
}

/** How a button should look: what it leads to, as far as its words tell. */
export type OptionTone = "progressive" | "destructive" | "neutral";

const DESTRUCTIVE = /\b(roll(?:ing)? ?back|terminate|exit|ignore|abort|cancel|kill|discard|without)\b/i;

/**
 * Tone from the words of the option, never from its key: the key `c` once meant "continue" and later "cancel".
 * A plain yes goes on; a plain no stops quietly; words that undo, stop or override a check are destructive.
 */
export function optionTone(kind: InteractionKind, option: InteractionOption): OptionTone {
  if (kind === "acknowledge") return "progressive";
  if (option.value === true || /^(yes|continue|proceed|retry)\b/i.test(option.text)) return "progressive";
  return DESTRUCTIVE.test(option.text) ? "destructive" : "neutral";
}
