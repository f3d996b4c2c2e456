// Recognises questions that are answered with yes or no, by their ending. The capital letter is the default.
//
// scap prints `[y/N]: ` and `[Y/n]: `; other programs print `[Y/n] `, `(y/n): ` or `(yes/no)? `. What is typed follows the
// form: scap refuses `yes` where it offers `y`, and ssh refuses `y` where it offers `yes`.
//
// A program with a time limit may print the remaining time after the answers: `(y/N) no in 9.5s `.
import { questionAt } from "./question.ts";
import { withoutTimeLeft } from "./time-left.ts";
import type { Recognition } from "./types.ts";
import type { View } from "./view.ts";

const ANSWERS = "(y|Y|yes|Yes)/(n|N|no|No)";
const BRACKETS = `\\[${ANSWERS}\\]|\\(${ANSWERS}\\)`;
const ANYWHERE = new RegExp(BRACKETS);
const ENDING = new RegExp(`(?:${BRACKETS})[?:]? ?$`);
const ENDING_CHARACTERS_MAX = 12;

/** Also in a completed line, where what was typed follows. */
export function hasYesNoBrackets(line: string): boolean {
  return ANYWHERE.test(line);
}

export function recogniseYesNo(view: View): Recognition | undefined {
  const line = withoutTimeLeft(view.line.text);
  const tail = line.slice(-ENDING_CHARACTERS_MAX);
  const found = ENDING.exec(tail);
  const yes = found?.[1] ?? found?.[3];
  const no = found?.[2] ?? found?.[4];
  if (found === null || yes === undefined || no === undefined) return undefined;
  const before = line.slice(0, line.length - found[0].length).trimEnd();
  const question = found[0].includes("?") && !before.endsWith("?") ? `${before}?` : before;
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

function defaultOf(yes: string, no: string): { default?: boolean } {
  const isYes = yes.startsWith("Y");
  const isNo = no.startsWith("N");
  return isYes === isNo ? {} : { default: isYes };
}
