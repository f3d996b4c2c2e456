// Lists of `[key] Label` lines with a question.
//
// The list is right above the line of the question, with the preamble above it after an empty line (since 4.253), before
// the whole text, or between the question and an arrow (`-> `, in 4.67). The default is a bold line and `(default: [k]): `; if the
// two disagree, the question has none.
import { boundaryAbove, complaintIn, questionAt, tidy } from "./question.ts";
import { saysTime, withoutTimeInBrackets, withoutTimeLeft } from "./time-left.ts";
import type { PromptOption, Recognition } from "./types.ts";
import type { LogicalLine, View } from "./view.ts";

const CHOICES_MAX = 60;
/** Maximum number of lines of text between a list and its question. */
const TEXT_BELOW_LIST_MAX = 20;

type Choice = { key: string; label: string; isBold: boolean };
type List = { choices: Choice[]; from: number; to: number };

export function recogniseChoices(view: View): Recognition | undefined {
  return withDefault(view) ?? withoutDefault(view) ?? aboveArrow(view);
}

/** Also in a completed line, where what was typed follows. */
export function hasDefault(line: string): boolean {
  return line.includes("(default: [");
}

/** `… (default: [k]): `, and with a remaining time `… (default: [k]) (9 s): ` or `… (default: [k] in 9 s): ` */
function withDefault(view: View): Recognition | undefined {
  const { text } = view.line;
  const answers = withoutTimeLeft(text);
  const found = DEFAULT.exec(answers === text ? text : `${answers}: `);
  if (found?.[1] === undefined || found[2] === undefined) return undefined;
  const besides = found[3] ?? "";
  if (besides !== "" && !saysTime(besides)) return undefined;
  const list = listAbove(view.above, view.line) ?? listBeforeText(view.above, view.line);
  if (list === undefined) return undefined;
  const key = found[2];
  // The list belongs to another question, or other output split it: its keys would answer something else.
  if (!list.choices.some((choice) => choice.key === key)) return undefined;
  const bold = list.choices.filter((choice) => choice.isBold);
  const agrees = bold.length === 0 || (bold.length === 1 && bold[0]?.key === key);
  return recognition(view, list, found[1], agrees ? key : undefined);
}

const DEFAULT = /^(.*) \(default: \[([^\]]{1,40})\]([^()[\]]{0,60}(?:\([^()[\]]{1,40}\))?)\): $/s;

/** A list and a question without a default. */
function withoutDefault(view: View): Recognition | undefined {
  const found = /^(.*[^\s]) ?$/s.exec(withoutTimeInBrackets(view.line.text));
  if (found?.[1] === undefined || !/[:?]$/.test(found[1])) return undefined;
  const list = listAbove(view.above, view.line);
  if (list === undefined || list.choices.length < 2) return undefined;
  return recognition(view, list, found[1].replace(/:$/, ""), undefined);
}

/** The question, the list, and an arrow at which the answer is typed. */
function aboveArrow(view: View): Recognition | undefined {
  if (!/^ {0,4}[-=]?> $/.test(view.line.text)) return undefined;
  const list = listAbove(view.above, view.line);
  const line = list === undefined ? undefined : view.above[list.from - 1];
  if (list === undefined || list.choices.length < 2 || line === undefined || line.text.trim() === "") {
    return undefined;
  }
  const asked = { ...line, text: line.text.trimEnd().replace(/:$/, "") };
  return choicesOf(list, questionAt(view.above.slice(0, list.from - 1), asked), "high", undefined);
}

function recognition(view: View, list: List, text: string, defaultKey: string | undefined): Recognition {
  const line = { ...view.line, text };
  const below = view.above.slice(list.to);
  const hasPreamble = view.above[list.from - 1]?.text.trim() === "";
  const overList = view.above.slice(0, list.from);
  if (below.length > 0) {
    // The text below the list is the question; what is above belongs to it only after an empty line.
    const own = tidy([...below.map((part) => part.text), text]);
    const first = below[0];
    const known = questionAt(below, line);
    const isWhole = first !== undefined && known.isKnown && known.message === own;
    const preamble = hasPreamble && !isWhole ? plainText(overList, line) : "";
    const message = preamble === "" ? own : `${preamble}\n\n${own}`;
    return choicesOf(list, { message, ...complaintIn(overList.at(-1)) }, "high", defaultKey);
  }
  if (!hasPreamble) {
    const alone = { message: tidy([text]), ...complaintIn(overList.at(-1)) };
    return choicesOf(list, alone, "high", defaultKey);
  }
  const question = questionAt(overList, line);
  return choicesOf(list, question, "high", defaultKey);
}

function plainText(above: readonly LogicalLine[], line: LogicalLine): string {
  return tidy(above.slice(boundaryAbove(above, !line.coloured)).map((part) => part.text));
}

function choicesOf(
  list: List,
  question: { message: string; complaint?: string },
  confidence: "high" | "likely",
  defaultKey: string | undefined,
): Recognition {
  const options: PromptOption[] = list.choices.map(({ key, label }) => {
    return { text: label, value: key, typed: key };
  });
  return {
    kind: "choices",
    message: question.message,
    options,
    ...(defaultKey === undefined ? {} : { default: defaultKey }),
    recognised: true,
    confidence,
    submission: "line",
    ...(question.complaint === undefined ? {} : { complaint: question.complaint }),
  };
}

function listAbove(above: readonly LogicalLine[], line: LogicalLine): List | undefined {
  return listEndingAt(above, above.length, !line.coloured);
}

function listBeforeText(above: readonly LogicalLine[], line: LogicalLine): List | undefined {
  const boundary = boundaryAbove(above, !line.coloured);
  const lowest = Math.max(boundary, above.length - TEXT_BELOW_LIST_MAX);
  for (let end = above.length - 1; end > lowest; end -= 1) {
    const list = listEndingAt(above, end, !line.coloured);
    if (list !== undefined) return list;
  }
  return undefined;
}

function listEndingAt(above: readonly LogicalLine[], end: number, isPlain: boolean): List | undefined {
  const choices: Choice[] = [];
  let from = end;
  while (from > 0 && choices.length < CHOICES_MAX) {
    const line = above[from - 1];
    const choice = line === undefined || (isPlain && line.coloured) ? undefined : choiceIn(line);
    if (choice === undefined || choices.some((other) => other.key === choice.key)) break;
    choices.unshift(choice);
    from -= 1;
  }
  return choices.length === 0 ? undefined : { choices, from, to: end };
}

/** Words that other output puts in brackets at the start of a line: `[APPLIED] 01.patch`, `[INFO] …`. */
const STATUS_WORD = /^[A-Z]{3,}$/;

function choiceIn(line: LogicalLine): Choice | undefined {
  const found = /^\[([^\s[\]/]{1,32})\] (\S.*)$/s.exec(line.text.trimEnd());
  if (found?.[1] === undefined || found[2] === undefined || STATUS_WORD.test(found[1])) return undefined;
  return { key: found[1], label: found[2], isBold: line.isBold };
}
