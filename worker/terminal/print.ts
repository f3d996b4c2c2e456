// Prints characters to the screen.
import { characterWidth } from "./width.ts";
import { translate, DEFAULT_CHARSET } from "./charsets.ts";
import { CONTENT, joinMark, NO_WIDTH, WIDE } from "./clusters.ts";
import { cellAt, insertCells, setCell, splitAfter, splitBefore, touch, type Row } from "./row.ts";
import { scrollByOne } from "./scroll.ts";
import { sweepIfLarge } from "./sweep.ts";
import { penStyle, rowAt, type Terminal } from "./terminal.ts";

/** Prints bytes `from` to `to`, all of them printable ASCII. */
export function printAscii(terminal: Terminal, bytes: Uint8Array, from: number, to: number): void {
  if (terminal.charset !== DEFAULT_CHARSET || terminal.modes.insert) {
    for (let at = from; at < to; at += 1) printCharacter(terminal, bytes[at] ?? 0);
    return;
  }
  const { screen, columns } = terminal;
  const style = penStyle(terminal);
  let row = rowAt(screen, screen.y);
  splitBefore(row, screen.x, style);
  for (let at = from; at < to;) {
    if (screen.x >= columns) {
      if (terminal.modes.wrap) {
        row = wrap(terminal);
      } else {
        // Each character replaces the one before in the last cell.
        at = to - 1;
        screen.x = columns - 1;
        splitBefore(row, screen.x, style);
      }
    }
    const count = Math.min(to - at, columns - screen.x);
    fill(row, screen.x, bytes, at, count, style);
    touch(row, terminal.now);
    screen.x += count;
    at += count;
  }
  splitAfter(row, screen.x, style);
  terminal.joinWidth = 1;
}

function fill(row: Row, x: number, bytes: Uint8Array, at: number, count: number, style: number): void {
  const { cells, styles } = row;
  for (let index = 0; index < count; index += 1) cells[x + index] = bytes[at + index] ?? 0;
  // Cells that were not used yet have the default style.
  if (style !== 0 || x < row.used) styles.fill(style, x, x + count);
  if (x + count > row.used) row.used = x + count;
}

/** Prints one character. */
export function printCharacter(terminal: Terminal, character: number): void {
  const code = character < 0x7f ? translate(terminal.charset, character) : character;
  const width = characterWidth(code);
  if (width === 0 && terminal.joinWidth > 0) join(terminal, code);
  else place(terminal, code, width);
}

function join(terminal: Terminal, mark: number): void {
  const { screen } = terminal;
  sweepIfLarge(terminal);
  const row = rowAt(screen, screen.y);
  const last = screen.x - 1;
  const column = (cellAt(row, last) & NO_WIDTH) === 0 ? last : last - 1;
  row.cells[column] = joinMark(terminal.clusters, cellAt(row, column), mark);
  touch(row, terminal.now);
}

/** @param content a code point, or a cluster with its bit */
function place(terminal: Terminal, content: number, width: number): void {
  const { screen, columns } = terminal;
  const style = penStyle(terminal);
  let row = rowAt(screen, screen.y);
  splitBefore(row, screen.x, style);
  if (screen.x + Math.max(1, width) > columns) {
    // A mark without a base character and without a cell.
    if (width === 0) return;
    if (terminal.modes.wrap) {
      for (let x = screen.x; x < columns; x += 1) setCell(row, x, 0, style);
      if (screen.x < columns) touch(row, terminal.now);
      row = wrap(terminal);
    } else {
      screen.x = columns - 1;
      splitBefore(row, screen.x, style);
      if (width === 2) return;
    }
  }
  if (terminal.modes.insert) insertCells(row, screen.x, width, style, terminal.now);
  setCell(row, screen.x, content | (width === 2 ? WIDE : width === 0 ? NO_WIDTH : 0), style);
  screen.x += 1;
  if (width === 2) {
    setCell(row, screen.x, NO_WIDTH, style);
    screen.x += 1;
  }
  splitAfter(row, screen.x, style);
  touch(row, terminal.now);
  terminal.joinWidth = width;
}

/** The next character goes to the beginning of the next row, which continues this one. */
function wrap(terminal: Terminal): Row {
  const { screen } = terminal;
  screen.x = 0;
  if (screen.y === screen.bottom) {
    scrollByOne(terminal, true);
  } else {
    screen.y = Math.min(screen.y + 1, terminal.height - 1);
    rowAt(screen, screen.y).isWrapped = true;
  }
  return rowAt(screen, screen.y);
}

/** REP, limited to the columns of a row: no program needs more, and each repetition costs as much as a character. */
export function repeatLast(terminal: Terminal, count: number): void {
  const { screen, columns, joinWidth } = terminal;
  if (joinWidth === 0) return;
  const content = cellAt(rowAt(screen, screen.y), screen.x - joinWidth) & CONTENT;
  if (content === 0) return;
  for (let left = Math.min(count, columns); left > 0; left -= 1) place(terminal, content, joinWidth);
}
