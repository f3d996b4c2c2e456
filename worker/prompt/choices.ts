// Lists of `[key] Label` lines with a question.
//
// The list stands right above the question's line, with the preamble above it after an empty line (since 4.253); or it
// stands before the whole text (4.250 to 4.252); or the question comes first and `-> ` last (4.67). The default is a
// bold line and, since 4.77, `(default: [k]): `; where the two disagree neither is believed.
import { boundaryAbove, complaintIn, isLogLine, questionAt, tidy } from "./question.ts";
import type { PromptOption, Recognition } from "./types.ts";
import type { LogicalLine, View } from "./view.ts";

const CHOICES_MAX = 60;
/** Lines of text that may stand between a list and its question. */
const TEXT_BELOW_LIST_MAX = 20;

type Choice = { key: string; label: string; isBold: boolean };
type List = { choices: Choice[]; from: number; to: number };

export function recogniseChoices(view: View): Recognition | undefined {
  return withDefault(view) ?? arrow(view) ?? withoutDefault(view) ?? inline(view) ?? range(view);
}

/** `… (default: [k]): ` */
function withDefault(view: View): Recognition | undefined {
  const found = /^(.*) \(default: \[([^\]]{1,40})\]\): $/s.exec(view.line.text);
  if (found?.[1] === undefined || found[2] === undefined) return undefined;
  const list = listAbove(view.above, view.line) ?? listBeforeText(view.above, view.line);
  if (list === undefined) return undefined;
  const key = found[2];
  // The list is another one's, or torn by other output: its keys would answer something else.
  if (!list.choices.some((choice) => choice.key === key)) return undefined;
  const bold = list.choices.filter((choice) => choice.isBold);
  const agrees = bold.length === 0 || (bold.length === 1 && bold[0]?.key === key);
  return recognition(view, list, found[1], agrees ? key : undefined);
}

/** `-> ` under the list, the question above it. */
function arrow(view: View): Recognition | undefined {
  if (view.line.text !== "-> ") return undefined;
  const list = listAbove(view.above, view.line);
  const last = view.above[(list?.from ?? 0) - 1];
  if (list === undefined || last === undefined || isLogLine(last.text)) return undefined;
  const question = questionAt(view.above.slice(0, list.from - 1), last);
  return choicesOf(list, question, "high", undefined);
}

/** `What do you want to do?: ` with a list and no default. */
function withoutDefault(view: View): Recognition | undefined {
  const found = /^(.*[^\s]) ?$/s.exec(view.line.text);
  if (found?.[1] === undefined || !/[:?]$/.test(found[1])) return undefined;
  const list = listAbove(view.above, view.line);
  if (list === undefined || list.choices.length < 2) return undefined;
  return recognition(view, list, found[1].replace(/:$/, ""), undefined);
}

/** `Continue? [y]es/[n]o/[c]ontinue all groups: ` */
function inline(view: View): Recognition | undefined {
  const found = /^([^[\]]*) ((?:\[\w\][^/[\]:]{1,40}\/){1,9}\[\w\][^/[\]:]{1,40}): $/.exec(view.line.text);
  if (found?.[1] === undefined || found[2] === undefined) return undefined;
  const choices = found[2].split("/").map((part) => {
    return { key: part.slice(1, 2), label: part.replace(/[[\]]/g, ""), isBold: false };
  });
  const question = questionAt(view.above, { ...view.line, text: found[1] });
  return choicesOf({ choices, from: 0, to: 0 }, question, "high", undefined);
}

/** `… train to be at (0-4)? `: any number of the range, with the labels of a list above if there is one. */
function range(view: View): Recognition | undefined {
  const found = /^(What station do you want .{0,80}) \((\d)-(\d)\)\? $/.exec(view.line.text);
  if (found?.[1] === undefined) return undefined;
  const first = Number(found[2]);
  const choices: Choice[] = [];
  for (let key = first; key <= Number(found[3]); key += 1) {
    choices.push({ key: String(key), label: String(key), isBold: false });
  }
  if (choices.length === 0) return undefined;
  const question = questionAt(view.above, { ...view.line, text: `${found[1]}?` });
  return choicesOf({ choices, from: 0, to: 0 }, question, "high", undefined);
}

function recognition(view: View, list: List, text: string, defaultKey: string | undefined): Recognition {
  const line = { ...view.line, text };
  const below = view.above.slice(list.to);
  const hasPreamble = view.above[list.from - 1]?.text.trim() === "";
  const overList = view.above.slice(0, list.from);
  if (below.length > 0) {
    // The text below the list is the question; what stands above belongs to it only after an empty line.
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
