// The screen as the recognisers read it: whole lines, whatever the width of the terminal, up to the cursor.
import type { ScreenLine, Snapshot } from "./types.ts";

export type LogicalLine = {
  text: string;
  /** All its visible characters are bold: how scap marks the default of a list. */
  isBold: boolean;
  coloured: boolean;
};

export type View = {
  /** The line of the cursor, up to the cursor. Text after the cursor is left over from an overwritten line. */
  line: LogicalLine;
  /** The lines above it, oldest first, without those that are answered. */
  above: readonly LogicalLine[];
};

/** UTF-16 units that are read of a line: more than any question has, far less than a program can print. */
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
    if (isCursorLine) line = join(isAnswered ? textAfterAnswer(parts, first, snapshot) : parts);
    else if (!isAnswered) above.push(join(parts));
  }
  return { line, above };
}

/**
 * The text after the answer in the same line. An echoed answer ends the line, so there is some only after a hidden one.
 */
function textAfterAnswer(
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
  // The end, because a question ends at the cursor.
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

/** The last rows with text, with at most one empty row between: the raw screen, if no rule matches. */
export function tailOf(
  snapshot: Snapshot,
  { rowsMax, charactersMax }: { rowsMax: number; charactersMax: number },
): string {
  const rows: string[] = [];
  for (const line of snapshot.lines) {
    if (line.text.trim() === "" && rows.at(-1)?.trim() === "") continue;
    const broken = line.isWrapped && !snapshot.alternate ? rows.pop() : undefined;
    // One more, so that a truncation is visible.
    rows.push(((broken ?? "") + line.text).slice(-charactersMax - 1));
  }
  while (rows.at(-1)?.trim() === "") rows.pop();
  const tail = rows.slice(-rowsMax).map((row) => row.trimEnd());
  while (tail[0] === "") tail.shift();
  return lastCharacters(shortenRuns(tail.join("\n")), charactersMax);
}

/** Longer runs of one character have no meaning; no row of a terminal is wider. */
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

/** Keeps the end, where the question is. Never splits a character. */
export function lastCharacters(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  return `…${text.slice(text.length - charactersMax + 1).replace(/^[\udc00-\udfff]/, "")}`;
}
