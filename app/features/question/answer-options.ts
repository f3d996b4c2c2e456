// The order and labels of the answers to a question. Pure.
import {
  type InteractionKind,
  type InteractionOption,
  optionTone,
  type OptionTone,
} from "#lib/domain/interaction.ts";
import { optionLabel } from "#lib/domain/answer-label.ts";

export type AnswerOption = {
  option: InteractionOption;
  label: string;
  tone: OptionTone;
  /** The number key that selects it. */
  number: number;
  isPrimary: boolean;
  isDefault: boolean;
};

type Asked = {
  kind: InteractionKind;
  options: readonly InteractionOption[];
  default: InteractionOption["value"] | null;
};

/** In scap's order, with the destructive answers last: a harmless one is never between or after them. */
export function answerOptions(question: Asked): AnswerOption[] {
  const { kind, options } = question;
  const toned = options.map((option) => ({ option, tone: optionTone(kind, option) }));
  const ordered = [
    ...toned.filter(({ tone }) => tone !== "destructive"),
    ...toned.filter(({ tone }) => tone === "destructive"),
  ];
  return ordered.map(({ option, tone }, index) => ({
    option,
    tone,
    label: optionLabel(option),
    number: index + 1,
    isPrimary: tone === "progressive" && option === options[0],
    isDefault: option.value === question.default && options.length > 1,
  }));
}

/** The answers whose label contains every word of the filter. */
export function matchingOptions(options: readonly AnswerOption[], filter: string): AnswerOption[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return options.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
}

/**
 * The number that the typed digits select. With more than nine answers a second digit completes the first: 1 and 2 select
 * the twelfth answer if there is one, and the second otherwise.
 */
export function selectedNumber(typedBefore: string, digit: string, count: number): number | undefined {
  const both = Number(typedBefore + digit);
  if (both >= 1 && both <= count) return both;
  const alone = Number(digit);
  return alone >= 1 && alone <= count ? alone : undefined;
}
