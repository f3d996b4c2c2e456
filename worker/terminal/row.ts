// A row of the screen: its cells, and operations on cells within a row. Every change records its time and invalidates the rendered
// text.
import { CONTENT, NO_WIDTH, WIDE } from "./clusters.ts";

export type Row = {
  /** See clusters.ts. */
  cells: Uint32Array;
  /** Numbers of a style table. */
  styles: Uint32Array;
  /** Cells from here on are empty and in the default style. */
  used: number;
  /** The text continues that of the row above. */
  isWrapped: boolean;
  /** The time of its last change. */
  at: number;
  /** Changed since it was returned as completed. */
  isUncompleted: boolean;
  /** Incremented when the row is erased or reused; a mark on an earlier generation is invalid. */
  generation: number;
  rendered: RenderedRow | undefined;
  /** Style of the last selective erase of the whole row, if nothing changed since; else -1. */
  selectivelyErased: number;
};

/** Text of a row. `body` has the sequences between its styles, not those before the first and after the last. */
export type RenderedRow = { isFull: boolean; plain: string; body: string; first: number; last: number };

export function createRow(columns: number, at: number): Row {
  return {
    cells: new Uint32Array(columns),
    styles: new Uint32Array(columns),
    used: 0,
    isWrapped: false,
    at,
    isUncompleted: true,
    generation: 0,
    rendered: undefined,
    selectivelyErased: -1,
  };
}

export function touch(row: Row, at: number): void {
  row.at = at;
  row.isUncompleted = true;
  row.rendered = undefined;
  row.selectivelyErased = -1;
}

/** Empties the whole row. */
export function resetRow(row: Row, style: number, at: number): void {
  const end = style === 0 ? row.used : row.cells.length;
  if (end > 0) {
    row.cells.fill(0, 0, end);
    row.styles.fill(style, 0, end);
  }
  row.used = style === 0 ? 0 : end;
  row.isWrapped = false;
  row.generation += 1;
  touch(row, at);
}

export function cellAt(row: Row, column: number): number {
  return row.cells[column] ?? 0;
}

export function setCell(row: Row, column: number, cell: number, style: number): void {
  row.cells[column] = cell;
  row.styles[column] = style;
  if (column >= row.used) row.used = column + 1;
}

/** A wide character whose second half is removed becomes an empty cell. */
export function splitBefore(row: Row, column: number, style: number): void {
  if (column > 0 && (cellAt(row, column - 1) & WIDE) !== 0) setCell(row, column - 1, 0, style);
}

/** The second half of a wide character whose first half was removed becomes an empty cell. */
export function splitAfter(row: Row, column: number, style: number): void {
  if (column < row.used && isOrphan(cellAt(row, column))) setCell(row, column, 0, style);
}

function isOrphan(cell: number): boolean {
  return (cell & NO_WIDTH) !== 0 && (cell & CONTENT) === 0;
}

/** Cells without content at the end do not count. */
export function contentEnd(row: Row): number {
  let end = row.used;
  while (end > 0 && (cellAt(row, end - 1) & CONTENT) === 0) end -= 1;
  return end > 0 && (cellAt(row, end - 1) & WIDE) !== 0 ? end + 1 : end;
}

export function eraseCells(row: Row, from: number, to: number, style: number, at: number): void {
  const end = Math.min(to, row.cells.length);
  if (style === 0 && from >= row.used) return;
  splitBefore(row, from, style);
  if (end < row.cells.length && end > 0 && (cellAt(row, end - 1) & WIDE) !== 0) setCell(row, end, 0, style);
  row.cells.fill(0, from, end);
  row.styles.fill(style, from, end);
  if (style !== 0) row.used = Math.max(row.used, end);
  else if (end >= row.used) row.used = from;
  touch(row, at);
}

/** Like `eraseCells`, except cells of a protected style. @param isProtected by the number of the style */
export function eraseUnprotected(
  row: Row,
  range: { from: number; to: number },
  style: number,
  isProtected: readonly boolean[],
  at: number,
): void {
  const end = Math.min(range.to, row.cells.length);
  const isWhole = range.from === 0 && end === row.cells.length;
  if (isWhole && row.selectivelyErased === style) return;
  const protects = (column: number): boolean => isProtected[row.styles[column] ?? 0] === true;
  let isChanged = false;
  const erase = (column: number): void => {
    if (protects(column) || (cellAt(row, column) === 0 && row.styles[column] === style)) return;
    setCell(row, column, 0, style);
    isChanged = true;
  };
  const before = range.from - 1;
  if (before >= 0 && (cellAt(row, before) & WIDE) !== 0) erase(before);
  if (end < row.cells.length && end > 0 && (cellAt(row, end - 1) & WIDE) !== 0) erase(end);
  for (let column = range.from; column < end; column += 1) erase(column);
  if (isChanged) touch(row, at);
  if (isWhole) row.selectivelyErased = style;
}

/** Moves the cells from `column` on to the right; cells that leave the row are lost. */
export function insertCells(row: Row, column: number, count: number, style: number, at: number): void {
  const columns = row.cells.length;
  const from = column % columns;
  const moved = Math.min(count, columns - from);
  splitBefore(row, from, style);
  row.cells.copyWithin(from + moved, from, columns - moved);
  row.styles.copyWithin(from + moved, from, columns - moved);
  row.cells.fill(0, from, from + moved);
  row.styles.fill(style, from, from + moved);
  if (row.used > from) row.used = Math.min(columns, row.used + moved);
  if (style !== 0) row.used = Math.max(row.used, from + moved);
  if ((cellAt(row, columns - 1) & WIDE) !== 0) setCell(row, columns - 1, 0, style);
  touch(row, at);
}

/** Removes cells; those after them move to the left. */
export function deleteCells(row: Row, column: number, count: number, style: number, at: number): void {
  const columns = row.cells.length;
  const from = column % columns;
  const removed = Math.min(count, columns - from);
  row.cells.copyWithin(from, from + removed, columns);
  row.styles.copyWithin(from, from + removed, columns);
  row.cells.fill(0, columns - removed, columns);
  row.styles.fill(style, columns - removed, columns);
  if (style !== 0) row.used = columns;
  else if (row.used > from) row.used = Math.max(from, row.used - removed);
  splitBefore(row, from, style);
  splitAfter(row, from, style);
  touch(row, at);
}
