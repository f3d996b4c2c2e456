// ED, EL and their selective forms.
import { restrictCursor } from "./cursor.ts";
import { eraseCells, eraseUnprotected, resetRow } from "./row.ts";
import { clearScrollback, eraseStyle, rowAt, type Terminal } from "./terminal.ts";

/** ED. @param isSelective DECSED: protected cells stay */
export function eraseInDisplay(terminal: Terminal, what: number, isSelective: boolean): void {
  const { screen, height, columns } = terminal;
  restrictCursor(terminal, columns);
  const { x, y } = screen;
  if (what === 0) {
    erase(terminal, { y, from: x, to: columns }, x === 0, isSelective);
    for (let below = y + 1; below < height; below += 1) eraseRow(terminal, below, isSelective);
  } else if (what === 1) {
    erase(terminal, { y, from: 0, to: x + 1 }, true, isSelective);
    const next = screen.rows[y + 1];
    if (x + 1 >= columns && next !== undefined) next.isWrapped = false;
    for (let above = 0; above < y; above += 1) eraseRow(terminal, above, isSelective);
  } else if (what === 2) {
    for (let at = 0; at < height; at += 1) eraseRow(terminal, at, isSelective);
  } else if (what === 3 && terminal.screen === terminal.normal) {
    // The log keeps lines that scrolled out; only the detection of prompts reads these rows.
    clearScrollback(terminal);
  }
}

/** EL. @param isSelective DECSEL */
export function eraseInLine(terminal: Terminal, what: number, isSelective: boolean): void {
  const { screen, columns } = terminal;
  restrictCursor(terminal, columns);
  const { x, y } = screen;
  if (what === 0) erase(terminal, { y, from: x, to: columns }, x === 0, isSelective);
  else if (what === 1) erase(terminal, { y, from: 0, to: x + 1 }, false, isSelective);
  else if (what === 2) erase(terminal, { y, from: 0, to: columns }, true, isSelective);
}

function erase(
  terminal: Terminal,
  range: { y: number; from: number; to: number },
  endsWrapping: boolean,
  isSelective: boolean,
): void {
  const row = rowAt(terminal.screen, range.y);
  const style = eraseStyle(terminal);
  if (isSelective) eraseUnprotected(row, range, style, terminal.styles.isProtected, terminal.now);
  else eraseCells(row, range.from, range.to, style, terminal.now);
  if (endsWrapping) row.isWrapped = false;
}

function eraseRow(terminal: Terminal, y: number, isSelective: boolean): void {
  const row = rowAt(terminal.screen, y);
  const style = eraseStyle(terminal);
  if (isSelective) {
    eraseUnprotected(
      row,
      { from: 0, to: terminal.columns },
      style,
      terminal.styles.isProtected,
      terminal.now,
    );
    row.generation += 1;
    row.isWrapped = false;
  } else if (row.used > 0 || style !== 0) {
    resetRow(row, style, terminal.now);
  } else {
    row.generation += 1;
    row.isWrapped = false;
  }
}
