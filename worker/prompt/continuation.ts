// Whether a screen shows the same question as before. A program with a countdown draws its question repeatedly
// ("(12 s) Proceed? [y/N]"): each time is a new read, and all of them are one question.
//
// It is the same question only if nothing on the screen has changed except numbers and spinner characters, in the same rows:
// anything else that was printed may have made it another question.
import { withoutTimeLeft } from "./time-left.ts";
import type { Snapshot } from "./types.ts";

/** Whether two screens show the same question, apart from its numbers. */
export function isSameQuestion(before: Snapshot, now: Snapshot): boolean {
  return (
    before.alternate === now.alternate &&
    before.cursorRow === now.cursorRow &&
    before.lines.length === now.lines.length &&
    hasSameRows(before, now, before.lines.length)
  );
}

/** Whether a question may be partly redrawn: nothing above the cursor has changed. */
export function isBeingRedrawn(before: Snapshot, now: Snapshot): boolean {
  return (
    before.alternate === now.alternate &&
    now.cursorRow <= before.cursorRow &&
    now.lines.length <= before.lines.length &&
    hasSameRows(before, now, now.cursorRow)
  );
}

function hasSameRows(before: Snapshot, now: Snapshot, count: number): boolean {
  for (let row = 0; row < count; row += 1) {
    const first = before.lines[row]?.text ?? "";
    const second = now.lines[row]?.text ?? "";
    if (first !== second && lasting(first) !== lasting(second)) return false;
  }
  return true;
}

/** The part of a row that stays the same while its question is redrawn. */
const lasting = (row: string): string => withoutNumbers(withoutTimeLeft(row));

/**
 * A spinner character between spaces becomes "|". Digits become one "0", without the spaces before it that fill its column,
 * and without the plural of its unit: "( 9 s)" follows "(10 s)", and "1 second" follows "2 seconds".
 */
export function withoutNumbers(text: string): string {
  const kept: string[] = [];
  let after: "text" | "number" | "unit" = "text";
  for (const character of withoutSpinner(text)) {
    if (isDigit(character)) {
      if (kept.at(-1) === "0" && after === "number") continue;
      while (kept.at(-1) === " ") kept.pop();
      kept.push("0");
      after = "number";
      continue;
    }
    const isUnit: boolean = after !== "text" && isLetter(character);
    if (after === "unit" && !isUnit && kept.at(-1) === "s") kept.pop();
    kept.push(character);
    after = isUnit ? "unit" : after === "number" && character === " " ? "number" : "text";
  }
  return kept.join("").trimEnd();
}

/** "| Proceed?", "/ Proceed?" */
function withoutSpinner(text: string): string {
  const words = text.split(" ");
  return words.map((word) => (isSpinner(word) ? "|" : word)).join(" ");
}

const BRAILLE = { first: "\u2800", last: "\u28ff" };

function isSpinner(word: string): boolean {
  if (word.length !== 1) return false;
  return "|/-\\".includes(word) || (word >= BRAILLE.first && word <= BRAILLE.last);
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

function isLetter(character: string): boolean {
  return (character >= "a" && character <= "z") || (character >= "A" && character <= "Z");
}
