// Runs the same program in the emulator and the reference, and reports the first difference.
import { createEmulator } from "../../../worker/terminal/emulator.ts";
import type { Emulator, Line } from "../../../worker/terminal/types.ts";
import { addRun, parseCanonical, type Ignored, type Run } from "./canonical.ts";
import { drawReference, rowRuns, type ReferenceRow } from "./reference.ts";

export type Program = {
  size: { columns: number; rows: number };
  bytes: Uint8Array;
  /** The offsets at which writes to the emulator begin. */
  cuts: readonly number[];
  ignored: Ignored;
  /** Rows were moved in a way that may split a partly settled line: a line may end where xterm.js joins. */
  mayDetach: boolean;
};

/** Undefined when both agree. */
export function difference(program: Program): string | undefined {
  const { size, bytes, ignored } = program;
  const reference = drawReference(size, bytes);
  const emulator = createEmulator(size);
  const settled = writeInPieces(emulator, program);
  const lines = withoutEmptyEnd([...settled, ...emulator.live()]);
  const found = compareLines(program, lines, reference.rows);
  if (found !== undefined) return found;
  const { cursorColumn, cursorRow, alternate } = place(emulator);
  if (cursorRow !== reference.cursorRow || cursorColumn !== reference.cursorColumn) {
    return `the cursor is at ${cursorRow}:${cursorColumn}, expected ${reference.cursorRow}:${reference.cursorColumn}`;
  }
  if (alternate !== (reference.alternate !== undefined)) return `alternate screen: ${alternate}`;
  const replies = emulator.takeReplies().join("");
  if (replies !== reference.replies.join("")) return `replied ${JSON.stringify(replies)}`;
  return compareScreen(emulator, reference.alternate, ignored);
}

export function writeInPieces(emulator: Emulator, program: Pick<Program, "bytes" | "cuts">): Line[] {
  const settled: Line[] = [];
  let from = 0;
  for (const to of [...program.cuts, program.bytes.length]) {
    emulator.write(program.bytes.subarray(from, to), from);
    settled.push(...emulator.takeSettled());
    from = to;
  }
  return settled;
}

function place(emulator: Emulator): { cursorRow: number; cursorColumn: number; alternate: boolean } {
  const { cursorColumn, alternate } = emulator.snapshot(0);
  return { cursorRow: emulator.screen().cursorRow, cursorColumn, alternate };
}

function withoutEmptyEnd(lines: readonly Line[]): readonly Line[] {
  let end = lines.length;
  while (end > 0 && lines[end - 1]?.text === "") end -= 1;
  return lines.slice(0, end);
}

function compareLines(
  program: Program,
  lines: readonly Line[],
  rows: readonly ReferenceRow[],
): string | undefined {
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const ours = JSON.stringify(parseCanonical(line.text, program.ignored));
    const whole = referenceLine(rows, at, program.ignored);
    const isEarly = program.mayDetach && JSON.stringify(whole.runs) !== ours;
    const { runs, end } = isEarly ? referenceLine(rows, at, program.ignored, ours) : whole;
    if (JSON.stringify(runs) !== ours) {
      return `line ${index + 1} is\n  ${ours}\nexpected\n  ${JSON.stringify(runs)}`;
    }
    at = end;
  }
  const rest = rows.slice(at).flatMap((row) => rowRuns(row, false, program.ignored));
  return rest.length === 0 ? undefined : `after ${lines.length} lines there is more: ${JSON.stringify(rest)}`;
}

/** @param wanted the line may end with this text although the next row continues it */
function referenceLine(
  rows: readonly ReferenceRow[],
  from: number,
  ignored: Ignored,
  wanted?: string,
): { runs: Run[]; end: number } {
  const runs: Run[] = [];
  for (let at = from; at < rows.length; at += 1) {
    const row = rows[at];
    const isContinued = rows[at + 1]?.isWrapped === true;
    for (const variant of isContinued && wanted !== undefined ? [false, true] : []) {
      const ended = structuredClone(runs);
      for (const { style, text } of runsOf(row, variant, ignored)) addRun(ended, style, text);
      if (JSON.stringify(ended) === wanted) return { runs: ended, end: at + 1 };
    }
    for (const { style, text } of runsOf(row, isContinued, ignored)) addRun(runs, style, text);
    if (!isContinued) return { runs, end: at + 1 };
  }
  return { runs, end: rows.length };
}

function runsOf(row: ReferenceRow | undefined, isContinued: boolean, ignored: Ignored): Run[] {
  return row === undefined ? [] : rowRuns(row, isContinued, ignored);
}

function compareScreen(
  emulator: Emulator,
  alternate: readonly ReferenceRow[] | undefined,
  ignored: Ignored,
): string | undefined {
  if (alternate === undefined) return undefined;
  const theirs = alternate.map((row) =>
    rowRuns(row, false, ignored)
      .map(({ text }) => text)
      .join("")
      .trimEnd(),
  );
  // The screen ends a row after its last cell with a style, xterm.js after its last written one.
  const ours = emulator.screen().rows.map((row) =>
    parseCanonical(row, ignored)
      .map(({ text }) => text)
      .join("")
      .trimEnd(),
  );
  return JSON.stringify(ours) === JSON.stringify(theirs)
    ? undefined
    : `the alternate screen is\n  ${JSON.stringify(ours)}\nexpected\n  ${JSON.stringify(theirs)}`;
}
