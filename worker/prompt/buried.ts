// Finds a question that other output was printed after: another process writes to the same terminal, so the cursor is no
// longer at the end of the question.
//
// Only two forms are accepted away from the cursor: a known prompt of scap (known-prompts.ts) at the start of its line, and a
// list whose `(default: [k])` names one of its keys. Anything less strict would take a log line that quotes a question for the
// question. If neither is found, the raw screen is shown.
import { recogniseChoices } from "./choices.ts";
import { questionAt } from "./question.ts";
import type { Recognition, Snapshot } from "./types.ts";
import { viewOf } from "./view.ts";
import type { LogicalLine, View } from "./view.ts";
import { recogniseYesNo } from "./yes-no.ts";

/** Lines searched above the cursor: a screenful. */
const LINES_MAX = 50;
/** What a person may have typed after a question: then it was answered. */
const ANSWER = /^\S{0,12}$/;

export function recogniseBuried(snapshot: Snapshot): Recognition | undefined {
  const found = onScreen(viewOf(snapshot)) ?? (snapshot.buried && atCursor(viewOf(snapshot.buried)));
  return found === undefined ? undefined : { ...found, confidence: "likely" };
}

function onScreen({ above, line }: View): Recognition | undefined {
  const lines = [...above, line];
  for (let index = lines.length - 1; index >= Math.max(0, lines.length - LINES_MAX); index -= 1) {
    const candidate = lines[index];
    const end = candidate === undefined ? undefined : endOfQuestion(candidate.text);
    if (candidate === undefined || end === undefined) continue;
    const rest = candidate.text.slice(end).trim();
    const isEmpty = rest === "" && index === lines.length - 1;
    // An answered question ends the search: everything above it is older.
    if (!isEmpty && ANSWER.test(rest)) return undefined;
    const found = atCursor({ line: cut(candidate, end), above: lines.slice(0, index) });
    if (found !== undefined) return found;
  }
  return undefined;
}

function cut(line: LogicalLine, end: number): LogicalLine {
  return { ...line, text: line.text.slice(0, end) };
}

const YES_NO = /\[[yY]\/[nN]\]: $/;
const YES_NO_CHARACTERS_MAX = 7;
const ENDING = /(?:\[(?:Y\/n|y\/N|y\/n)\]:|\(default: \[[^\]]{1,40}\]\):) /;

function endOfQuestion(text: string): number | undefined {
  const found = ENDING.exec(text.slice(0, 4096));
  return found === null ? undefined : found.index + found[0].length;
}

function atCursor(view: View): Recognition | undefined {
  const choices = /\(default: \[[^\]]{1,40}\]\): $/.test(view.line.text) ? recogniseChoices(view) : undefined;
  if (choices !== undefined) return choices;
  const asked = recogniseYesNo(view);
  if (asked === undefined) return undefined;
  const ending = YES_NO.exec(view.line.text.slice(-YES_NO_CHARACTERS_MAX))?.[0] ?? "";
  const question = view.line.text.slice(0, view.line.text.length - ending.length).trimEnd();
  return questionAt(view.above, { ...view.line, text: question }).isKnown ? asked : undefined;
}
