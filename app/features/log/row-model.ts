// How many screen rows each log line occupies: one without wrapping; with wrapping, according to the width of the line. Lines
// that have not been fetched count as one row until they are measured.
import { plainText } from "#lib/domain/log-text.ts";
import type { LineRange } from "./line-range.ts";
import { PAGE_LINES } from "./log-store.ts";

export type RowModel = {
  totalRows: (totalLines: number) => number;
  /** The first screen row of line `n`, from 0. */
  rowOfLine: (n: number) => number;
  /** The line of screen row `row`, from 1. */
  lineAtRow: (row: number, totalLines: number) => number;
};

export const ONE_ROW_EACH: RowModel = {
  totalRows: (totalLines) => totalLines,
  rowOfLine: (n) => n - 1,
  lineAtRow: (row, totalLines) => Math.min(Math.max(1, Math.floor(row) + 1), Math.max(1, totalLines)),
};

export type WrappedRows = RowModel & {
  /** Measures line `n`. @returns whether its number of rows changed. */
  measure: (n: number, text: string) => boolean;
  /** Forgets lines that are gone or hidden. @returns whether any number of rows changed. */
  forget: (lines: LineRange) => boolean;
};

/** @param columns cells that fit into one row. */
export function createWrappedRows(columns: number): WrappedRows {
  /** Additional rows by line, and their sum by page, so that a search for a row iterates over pages and not over lines. */
  const extraOfLine = new Map<number, number>();
  const extraOfPage = new Map<number, number>();
  const extraBefore = (page: number) => {
    let sum = 0;
    for (const [index, extra] of extraOfPage) if (index < page) sum += extra;
    return sum;
  };
  const rowOfLine = (n: number) => {
    const page = pageOf(n);
    let row = page * PAGE_LINES + extraBefore(page);
    for (let line = page * PAGE_LINES + 1; line < n; line += 1) row += 1 + (extraOfLine.get(line) ?? 0);
    return row;
  };
  return {
    totalRows: (totalLines) => totalLines + extraBefore(Infinity),
    rowOfLine,
    lineAtRow: (row, totalLines) => {
      const pages = [...extraOfPage].sort(([a], [b]) => a - b);
      let page = 0;
      let rowsBefore = 0;
      for (const [index, extra] of pages) {
        const start = rowsBefore + (index - page) * PAGE_LINES;
        if (row < start) break;
        if (row < start + PAGE_LINES + extra) {
          return lineInPage(index, row - start, totalLines);
        }
        rowsBefore = start + PAGE_LINES + extra;
        page = index + 1;
      }
      return ONE_ROW_EACH.lineAtRow(page * PAGE_LINES + (row - rowsBefore), totalLines);
    },
    measure: (n, text) => setExtra(n, Math.max(1, Math.ceil(displayWidth(text) / columns)) - 1),
    forget: ({ from, to }) => {
      const forgotten = [...extraOfLine.keys()].filter((n) => n >= from && n <= to);
      return forgotten.filter((n) => setExtra(n, 0)).length > 0;
    },
  };

  function setExtra(n: number, extra: number): boolean {
    const before = extraOfLine.get(n) ?? 0;
    if (extra === before) return false;
    if (extra === 0) extraOfLine.delete(n);
    else extraOfLine.set(n, extra);
    extraOfPage.set(pageOf(n), (extraOfPage.get(pageOf(n)) ?? 0) + extra - before);
    return true;
  }

  function lineInPage(page: number, rowInPage: number, totalLines: number): number {
    let rows = 0;
    const first = page * PAGE_LINES + 1;
    const last = Math.min(first + PAGE_LINES - 1, totalLines);
    for (let line = first; line < last; line += 1) {
      rows += 1 + (extraOfLine.get(line) ?? 0);
      if (rowInPage < rows) return line;
    }
    return Math.max(1, last);
  }
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;
const ZERO = /\p{Mn}|\u200d|\ufe0f/gu;

/** The width of a line in cells: East Asian characters and emoji are 2 wide, combining marks 0, tabs up to 8. */
export function displayWidth(line: string): number {
  const text = plainText(line).replaceAll("\t", "        ");
  // Fast path: nearly all lines are ASCII, and a wrapped log measures hundreds at once.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return (
    (text.match(/./gsu)?.length ?? 0) + (text.match(WIDE)?.length ?? 0) - (text.match(ZERO)?.length ?? 0)
  );
}

function pageOf(n: number): number {
  return Math.floor((n - 1) / PAGE_LINES);
}
