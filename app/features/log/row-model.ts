// How many screen rows each log line occupies: one without wrapping; with wrapping, according to the width of the line. Lines
// that have not been fetched count as one row until they are measured.
import { plainText } from "#lib/domain/log-text.ts";
import type { LineRange } from "./line-range.ts";
import { PAGE_LINES, pageOf } from "./line-cache.ts";

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
  const extras = createExtraRows();
  return {
    totalRows: (totalLines) => totalLines + extras.before(Infinity),
    rowOfLine: (n) => {
      const page = pageOf(n);
      let row = page * PAGE_LINES + extras.before(page);
      for (let line = page * PAGE_LINES + 1; line < n; line += 1) row += 1 + extras.of(line);
      return row;
    },
    lineAtRow: (row, totalLines) => {
      let page = 0;
      let rowsBefore = 0;
      for (const [index, extra] of extras.pages()) {
        const start = rowsBefore + (index - page) * PAGE_LINES;
        if (row < start) break;
        if (row < start + PAGE_LINES + extra) return lineInPage(extras, index, row - start, totalLines);
        rowsBefore = start + PAGE_LINES + extra;
        page = index + 1;
      }
      return ONE_ROW_EACH.lineAtRow(page * PAGE_LINES + (row - rowsBefore), totalLines);
    },
    measure: (n, text) => extras.set(n, Math.max(1, Math.ceil(displayWidth(text) / columns)) - 1),
    forget: (lines) => extras.clear(lines),
  };
}

function lineInPage(extras: ExtraRows, page: number, rowInPage: number, totalLines: number): number {
  let rows = 0;
  const first = page * PAGE_LINES + 1;
  const last = Math.min(first + PAGE_LINES - 1, totalLines);
  for (let line = first; line < last; line += 1) {
    rows += 1 + extras.of(line);
    if (rowInPage < rows) return line;
  }
  return Math.max(1, last);
}

type ExtraRows = ReturnType<typeof createExtraRows>;

/** The rows that lines need besides their first, and their sum by page: a search for a row iterates over pages, not over lines. */
function createExtraRows() {
  const ofLine = new Map<number, number>();
  const ofPage = new Map<number, number>();

  /** @returns whether it changed. */
  function set(n: number, extra: number): boolean {
    const before = ofLine.get(n) ?? 0;
    if (extra === before) return false;
    if (extra === 0) ofLine.delete(n);
    else ofLine.set(n, extra);
    ofPage.set(pageOf(n), (ofPage.get(pageOf(n)) ?? 0) + extra - before);
    return true;
  }

  return {
    set,
    of: (line: number) => ofLine.get(line) ?? 0,
    /** The sum of all pages before this one. */
    before(page: number): number {
      let sum = 0;
      for (const [index, extra] of ofPage) if (index < page) sum += extra;
      return sum;
    },
    /** The pages that have any, in their order. */
    pages: () => [...ofPage].sort(([a], [b]) => a - b),
    /** @returns whether any changed. */
    clear({ from, to }: LineRange): boolean {
      const cleared = [...ofLine.keys()].filter((n) => n >= from && n <= to);
      return cleared.filter((n) => set(n, 0)).length > 0;
    },
  };
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
