// Whether a screen still asks what it asked before. A program with a time limit draws its question again and again
// ("(12 s) Proceed? [y/N]"): every turn is a new read, and all of them are one question.
//
// It is the same one only if nothing but numbers has changed anywhere on the screen, in the same rows: whatever else was
// printed may have made another question of it.
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

/** Whether a question may be in the middle of being drawn again: nothing above the cursor has changed. */
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
    if (first !== second && withoutNumbers(first) !== withoutNumbers(second)) return false;
  }
  return true;
}

/**
 * Digits become one "0", without the spaces before it that fill its column, and without the plural of its unit: "( 9 s)"
 * follows "(10 s)", and "1 second" follows "2 seconds".
 */
export function withoutNumbers(text: string): string {
  const kept: string[] = [];
  let after: "text" | "number" | "unit" = "text";
  for (const character of text) {
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

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

function isLetter(character: string): boolean {
  return (character >= "a" && character <= "z") || (character >= "A" && character <= "Z");
}
