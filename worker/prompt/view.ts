// The screen as the recognisers read it: whole lines, whatever the width of the terminal, up to the cursor.
import type { ScreenLine, Snapshot } from "./types.ts";

export type LogicalLine = {
  text: string;
  /** All its visible characters are bold: how scap marks the default of a list. */
  isBold: boolean;
  coloured: boolean;
};

export type View = {
  /** The cursor's line, up to the cursor. What stands behind it is left over from an overwritten line. */
  line: LogicalLine;
  /** The lines above it, oldest first, without what an answer has already dealt with. */
  above: readonly LogicalLine[];
};

/** UTF-16 units of a line that are looked at: more than a screen of any question, far less than a program can print. */
const LINE_CHARACTERS_MAX = 32 * 1024;

export function viewOf(snapshot: Snapshot): View {
  const above: LogicalLine[] = [];
  let line: LogicalLine = { text: "", isBold: false, coloured: false };
  let row = 0;
  while (row < snapshot.lines.length && row <= snapshot.cursorRow) {
    const first = row;
    const parts: ScreenLine[] = [];
    for (;;) {
      const part = snapshot.lines[row];
      if (part === undefined) break;
      parts.push(row === snapshot.cursorRow ? cutAt(part, snapshot.cursorOffset) : part);
      row += 1;
      if (row > snapshot.cursorRow || snapshot.lines[row]?.isWrapped !== true) break;
    }
    const isCursorLine = row > snapshot.cursorRow;
    const isAnswered = snapshot.answeredRow !== undefined && first <= snapshot.answeredRow;
    if (isCursorLine) line = join(isAnswered ? behindAnswer(parts, first, snapshot) : parts);
    else if (!isAnswered) above.push(join(parts));
  }
  return { line, above };
}

/**
 * What came after the answer in its own line. An answer that is shown ends the line, so there is something only when it
 * was hidden.
 */
function behindAnswer(
  parts: readonly ScreenLine[],
  first: number,
  { answeredRow = 0, answeredOffset }: Snapshot,
): ScreenLine[] {
  const [answered, ...behind] = parts.slice(answeredRow - first);
  if (answered === undefined || answeredOffset === undefined) return [];
  return [{ ...answered, text: answered.text.slice(answeredOffset), bold: [] }, ...behind];
}

function cutAt(line: ScreenLine, offset: number): ScreenLine {
  return { ...line, text: line.text.slice(0, offset).padEnd(offset, " ") };
}

function join(parts: readonly ScreenLine[]): LogicalLine {
  // The end, because a question stands at the cursor.
  const text = parts
    .map((part) => part.text)
    .join("")
    .slice(-LINE_CHARACTERS_MAX);
  const isBold = text.trim() !== "" && parts.every(isBoldThroughout);
  return { text, isBold, coloured: parts.some((part) => part.coloured) };
}

function isBoldThroughout(line: ScreenLine): boolean {
  let plainFrom = 0;
  let plain = "";
  for (const [from, to] of line.bold) {
    plain += line.text.slice(plainFrom, from);
    plainFrom = to;
  }
  return (plain + line.text.slice(plainFrom)).trim() === "";
}

/** The last rows that have anything on them (one empty one between), for a person to judge where no rule does. */
export function tailOf(
  snapshot: Snapshot,
  { rowsMax, charactersMax }: { rowsMax: number; charactersMax: number },
): string {
  const rows: string[] = [];
  for (const line of snapshot.lines) {
    if (line.text.trim() === "" && rows.at(-1)?.trim() === "") continue;
    const broken = line.isWrapped && !snapshot.alternate ? rows.pop() : undefined;
    // One more, so that it is seen that something was cut off.
    rows.push(((broken ?? "") + line.text).slice(-charactersMax - 1));
  }
  while (rows.at(-1)?.trim() === "") rows.pop();
  const tail = rows.slice(-rowsMax).map((row) => row.trimEnd());
  while (tail[0] === "") tail.shift();
  return lastCharacters(shortenRuns(tail.join("\n")), charactersMax);
}

/** More of one character in a row says nothing to a person; no row of a terminal is wider. */
const RUN_MAX = 200;

/** Cuts long runs of one character, such as thousands of spaces, so that a question stays readable. */
export function shortenRuns(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let runFrom = 0;
  for (let at = 1; at <= text.length; at += 1) {
    if (text[at] === text[runFrom]) continue;
    if (at - runFrom > RUN_MAX) {
      parts.push(text.slice(from, runFrom + RUN_MAX), "…");
      from = at;
    }
    runFrom = at;
  }
  return from === 0 ? text : parts.join("") + text.slice(from);
}

/** Keeps the end: the question is there. Never cuts a character in two. */
export function lastCharacters(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  return `…${text.slice(text.length - charactersMax + 1).replace(/^[\udc00-\udfff]/, "")}`;
}
