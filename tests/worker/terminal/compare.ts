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

/** @returns the first difference of our lines from the `first` on, and the rows of the reference from `from` on. */
function compareLines(
  program: Program,
  lines: readonly Line[],
  rows: readonly ReferenceRow[],
  [first, from] = [0, 0],
): string | undefined {
  const { ignored, mayDetach } = program;
  let at = from;
  for (let index = first; index < lines.length; index += 1) {
    const ours = JSON.stringify(parseCanonical(lines[index]?.text ?? "", ignored));
    const { runs, end } = referenceLine(rows, at, ignored);
    if (JSON.stringify(runs) === ours) {
      at = end;
      continue;
    }
    let found: string | undefined;
    // Several when erased rows follow: whether they belong to this line shows in the next ones.
    for (const early of mayDetach ? earlyEnds(rows, at, ignored, ours) : []) {
      const later = compareLines(program, lines, rows, [index + 1, early]);
      if (later === undefined) return undefined;
      found ??= later;
    }
    return found ?? `line ${index + 1} is\n  ${ours}\nexpected\n  ${JSON.stringify(runs)}`;
  }
  const rest = rows.slice(at).flatMap((row) => rowRuns(row, false, ignored));
  return rest.length === 0 ? undefined : `after ${lines.length} lines there is more: ${JSON.stringify(rest)}`;
}

type ReferenceLine = { runs: Run[]; end: number };

function referenceLine(rows: readonly ReferenceRow[], from: number, ignored: Ignored): ReferenceLine {
  const runs: Run[] = [];
  for (let at = from; at < rows.length; at += 1) {
    const isContinued = rows[at + 1]?.isWrapped === true;
    addRow(runs, rows[at], isContinued, ignored);
    if (!isContinued) return { runs, end: at + 1 };
  }
  return { runs, end: rows.length };
}

/** Where a line with this text may end although the next row continues it. */
function earlyEnds(rows: readonly ReferenceRow[], from: number, ignored: Ignored, wanted: string): number[] {
  const ends: number[] = [];
  const runs: Run[] = [];
  for (let at = from; rows[at + 1]?.isWrapped === true; at += 1) {
    for (const isContinued of [false, true]) {
      const ended = structuredClone(runs);
      addRow(ended, rows[at], isContinued, ignored);
      if (JSON.stringify(ended) === wanted && !ends.includes(at + 1)) ends.push(at + 1);
    }
    addRow(runs, rows[at], true, ignored);
  }
  return ends;
}

function addRow(runs: Run[], row: ReferenceRow | undefined, isContinued: boolean, ignored: Ignored): void {
  if (row === undefined) return;
  for (const { style, text } of rowRuns(row, isContinued, ignored)) addRun(runs, style, text);
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
