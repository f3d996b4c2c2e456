// Recognises questions that are answered with yes or no, by their ending. The capital letter is the default.
//
// scap prints `[y/N]: ` and `[Y/n]: `; other programs print `[Y/n] `, `(y/n): ` or `(yes/no)? `. What is typed follows the
// form: scap refuses `yes` where it offers `y`, and ssh refuses `y` where it offers `yes`. Some programs mark the default with
// brackets of its own: `([y]/n)? `.
//
// A program with a time limit may print the remaining time after the answers, or in their brackets: `(y/N) no in 9.5s `,
// `(Y/n, default in 9 s)? `.
import { capitalised } from "#lib/domain/sentence.ts";
import { questionAt } from "./question.ts";
import { saysTime, withoutTimeLeft } from "./time-left.ts";
import type { Recognition } from "./types.ts";
import type { View } from "./view.ts";

const ANSWERS = "(yes|Yes|YES|y|Y)[/|](no|No|NO|n|N)";
const MARKED_DEFAULT = /\[(y|yes)\](?=\/no?[\])])|(?<=[[(](?:y|yes)\/)\[(no?)\](?=[\])])/i;
const ANYWHERE = new RegExp(`[[(]${ANSWERS}[\\]),; ]`);
const BEGINNING = new RegExp(`[[(]${ANSWERS}(?![A-Za-z])`, "g");
const ENDING = /[\])]([?:]?) ?$/;
/** The brackets with a remaining time. */
const BRACKETS_CHARACTERS_MAX = 80;

/** Also in a completed line, where what was typed follows. */
export function hasYesNoBrackets(line: string): boolean {
  return ANYWHERE.test(line);
}

export function recogniseYesNo(view: View): Recognition | undefined {
  const line = withoutTimeLeft(withCapitalDefault(view.line.text));
  const answers = answersAtEnd(line);
  if (answers === undefined) return undefined;
  const { yes, no, mark } = answers;
  const before = line
    .slice(0, answers.from)
    .trimEnd()
    .replace(/ [›»]$/, "");
  const question = mark === "?" && !before.endsWith("?") ? `${before}?` : before;
  const { message, complaint } = questionAt(view.above, { ...view.line, text: question });
  return {
    kind: "yes_no",
    message,
    options: [
      { text: "yes", value: true, typed: yes.toLowerCase() },
      { text: "no", value: false, typed: no.toLowerCase() },
    ],
    ...defaultOf(yes, no),
    recognised: true,
    confidence: "high",
    submission: "line",
    ...(complaint === undefined ? {} : { complaint }),
  };
}

function withCapitalDefault(line: string): string {
  const from = Math.max(0, line.length - BRACKETS_CHARACTERS_MAX);
  const tail = line.slice(from);
  const capital = (_: string, yes?: string, no?: string): string => capitalised(yes ?? no ?? "");
  return line.slice(0, from) + tail.replace(MARKED_DEFAULT, capital);
}

/** The last brackets with yes and no, if they contain nothing else but a time and end the line. */
function answersAtEnd(line: string): { from: number; yes: string; no: string; mark: string } | undefined {
  const tailFrom = Math.max(0, line.length - BRACKETS_CHARACTERS_MAX);
  const tail = line.slice(tailFrom);
  const found = Array.from(tail.matchAll(BEGINNING)).at(-1);
  const ending = ENDING.exec(tail);
  if (found?.[1] === undefined || found[2] === undefined || ending === null) return undefined;
  const besides = tail.slice(found.index + found[0].length, ending.index);
  if (besides !== "" && !saysTime(besides)) return undefined;
  return { from: tailFrom + found.index, yes: found[1], no: found[2], mark: ending[1] ?? "" };
}

function defaultOf(yes: string, no: string): { default?: boolean } {
  const isYes = yes.startsWith("Y");
  const isNo = no.startsWith("N");
  return isYes === isNo ? {} : { default: isYes };
}
