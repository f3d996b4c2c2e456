// Moves rows: line feeds, scroll regions, inserted and deleted lines. Rows are moved as a whole and never copied, and a count larger than
// the region costs no more than the rows of the region.
import { restrictCursor } from "./cursor.ts";
import { releaseTopRow, complete } from "./log.ts";
import { resetRow } from "./row.ts";
import { eraseStyle, isAlternate, rowAt, type Screen, type Terminal } from "./terminal.ts";

/** The rows of the scroll region move up by one; a row that leaves the top of the screen goes to the log. */
export function scrollByOne(terminal: Terminal, isWrapped: boolean): void {
  const { screen } = terminal;
  const { rows, top, bottom } = screen;
  const blank = top === 0 && !isAlternate(terminal) ? releaseTopRow(terminal) : rowAt(screen, top);
  resetRow(blank, eraseStyle(terminal), terminal.now);
  blank.isWrapped = isWrapped;
  if (top === 0 && bottom === rows.length - 1) {
    rows.shift();
    rows.push(blank);
    return;
  }
  for (let y = top; y < bottom; y += 1) rows[y] = rowAt(screen, y + 1);
  rows[bottom] = blank;
}

/** Rows `top` to `bottom` move up; the ones that leave are reused empty below. Nothing goes to the log. */
export function shiftUp(
  terminal: Terminal,
  range: { top: number; bottom: number },
  count: number,
  style: number,
): void {
  rotate(terminal.screen, range, count);
  const { top, bottom } = range;
  for (let y = Math.max(top, bottom - count + 1); y <= bottom; y += 1) {
    resetRow(rowAt(terminal.screen, y), style, terminal.now);
  }
}

export function shiftDown(
  terminal: Terminal,
  range: { top: number; bottom: number },
  count: number,
  style: number,
): void {
  const { top, bottom } = range;
  rotate(terminal.screen, range, bottom - top + 1 - Math.min(count, bottom - top + 1));
  for (let y = top; y <= Math.min(bottom, top + count - 1); y += 1) {
    resetRow(rowAt(terminal.screen, y), style, terminal.now);
  }
}

function rotate(screen: Screen, range: { top: number; bottom: number }, count: number): void {
  const { top, bottom } = range;
  if (count <= 0 || count > bottom - top) return;
  const part = screen.rows.slice(top, bottom + 1);
  for (let index = 0; index < part.length; index += 1) {
    const row = part[(index + count) % part.length];
    if (row !== undefined) screen.rows[top + index] = row;
  }
}

/** LF, VT, FF. */
export function lineFeed(terminal: Terminal): void {
  const { screen } = terminal;
  const left = screen.y;
  if (terminal.modes.newLine) screen.x = 0;
  // Before the row may scroll away; unless the cursor stays in it, because it is below the scroll region.
  const stays = left === terminal.height - 1 && left !== screen.bottom;
  if (!stays && !isAlternate(terminal)) complete(terminal, left);
  moveDown(terminal);
  // The row was not created by wrapping, whatever it contained before.
  if (!stays && left !== screen.bottom) rowAt(screen, screen.y).isWrapped = false;
  if (screen.x >= terminal.columns) screen.x -= 1;
}

/** IND: like a line feed, except that it does not split a line that continues below. */
export function index(terminal: Terminal): void {
  const { screen } = terminal;
  restrictCursor(terminal);
  const left = screen.y;
  const isContinued = left < screen.bottom && screen.rows[left + 1]?.isWrapped === true;
  const stays = left === terminal.height - 1 && left !== screen.bottom;
  if (!stays && !isContinued && !isAlternate(terminal)) complete(terminal, left);
  moveDown(terminal);
}

function moveDown(terminal: Terminal): void {
  const { screen } = terminal;
  if (screen.y === screen.bottom) scrollByOne(terminal, false);
  else screen.y = Math.min(screen.y + 1, terminal.height - 1);
}

/** RI. */
export function reverseIndex(terminal: Terminal): void {
  const { screen } = terminal;
  restrictCursor(terminal);
  if (screen.y === screen.top) shiftDown(terminal, screen, 1, eraseStyle(terminal));
  else if (screen.y > 0) screen.y -= 1;
}

/** IL. */
export function insertLines(terminal: Terminal, count: number): void {
  const { screen } = terminal;
  restrictCursor(terminal);
  if (screen.y < screen.top || screen.y > screen.bottom) return;
  shiftDown(terminal, { top: screen.y, bottom: screen.bottom }, count, eraseStyle(terminal));
  screen.x = 0;
}

/** DL. */
export function deleteLines(terminal: Terminal, count: number): void {
  const { screen } = terminal;
  restrictCursor(terminal);
  if (screen.y < screen.top || screen.y > screen.bottom) return;
  shiftUp(terminal, { top: screen.y, bottom: screen.bottom }, count, eraseStyle(terminal));
  screen.x = 0;
}
