// A question of scap and the answers that it accepts, as all parts of SpiderPig agree on them. Pure. The worker decides how a
// question is recognised and what is typed. The modes of a question are in interaction-mode.ts.
import { deceptiveCharacter } from "./person-text.ts";

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
  /** null for a secret, which is sent to the worker separately. */
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
  /** The value that Enter alone gives in the terminal; null if there is none. */
  default: OptionValue | null;
  /** False if nothing is known except that the program waits for input. */
  recognised: boolean;
};

/** Longest line in canonical mode (4096 bytes with its newline; the kernel drops the rest). */
export const ANSWER_BYTES_MAX = 4094;

export type AnswerIssue =
  | "not_an_option"
  | "not_text"
  | "too_long"
  | "control_character"
  | "invisible_character";

/** Says why `value` cannot answer the question, or undefined when it can. */
export function answerIssue(
  question: Pick<Question, "kind" | "options">,
  value: AnswerValue,
): AnswerIssue | undefined {
  switch (question.kind) {
    case "yes_no":
    case "choices":
    case "acknowledge":
      return question.options.some((option) => option.value === value) ? undefined : "not_an_option";
    case "text":
      return isKeyPress(value) && value.key === "ctrl_d" ? undefined : recordedTextIssue(value);
    case "secret":
      return textIssue(value);
    case "screen":
      if (isKeyPress(value)) return SCREEN_KEYS.includes(value.key) ? undefined : "not_an_option";
      // Nothing would be typed, and the answer would be spent.
      return value === "" ? "not_text" : recordedTextIssue(value);
  }
}

function textIssue(value: AnswerValue): AnswerIssue | undefined {
  if (typeof value !== "string") return "not_text";
  if (new TextEncoder().encode(value).length > ANSWER_BYTES_MAX) return "too_long";
  return hasControlCharacter(value) ? "control_character" : undefined;
}

/** The history shows the text without invisible and bidirectional characters, so it would not be what scap got. */
function recordedTextIssue(value: AnswerValue): AnswerIssue | undefined {
  if (typeof value === "string" && deceptiveCharacter(value) !== undefined) return "invisible_character";
  return textIssue(value);
}

/** C0, DEL and C1: each could end the line, signal the process or control the terminal. */
export function hasControlCharacter(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  }
  return false;
}

/** The tone of a button: what the option leads to, as far as its text says. */
export type OptionTone = "progressive" | "destructive" | "neutral";

const DESTRUCTIVE = /\b(roll(?:ing)? ?back|terminate|exit|ignore|abort|cancel|kill|discard|without)\b/i;

/**
 * From the text of the option, never from its key: the key `c` meant "continue" in one version and "cancel" in another. A plain
 * yes continues and a plain no stops; text that undoes, stops or overrides a check is destructive.
 */
export function optionTone(kind: InteractionKind, option: InteractionOption): OptionTone {
  if (kind === "acknowledge") return "progressive";
  if (option.value === true || /^(yes|continue|proceed|retry)\b/i.test(option.text)) return "progressive";
  return DESTRUCTIVE.test(option.text) ? "destructive" : "neutral";
}
