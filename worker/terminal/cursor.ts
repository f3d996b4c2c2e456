// Cursor movement, tab stops, and the saved cursor.
import { cellAt } from "./row.ts";
import { CONTENT, NO_WIDTH } from "./clusters.ts";
import { rowAt, setPen, type Terminal } from "./terminal.ts";

/** Restricts the cursor to the screen, or in origin mode to the scroll region. */
export function restrictCursor(terminal: Terminal, columnMax = terminal.columns - 1): void {
  const { screen, modes } = terminal;
  screen.x = clamp(screen.x, 0, columnMax);
  screen.y = modes.origin
    ? clamp(screen.y, screen.top, screen.bottom)
    : clamp(screen.y, 0, terminal.height - 1);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** CUP and similar: the row counts from the scroll region in origin mode. */
export function moveTo(terminal: Terminal, x: number, y: number): void {
  const { screen, modes } = terminal;
  screen.x = x;
  screen.y = modes.origin ? screen.top + y : y;
  restrictCursor(terminal);
}

export function moveToColumn(terminal: Terminal, x: number): void {
  terminal.screen.x = x;
  restrictCursor(terminal);
}

export function moveBy(terminal: Terminal, dx: number, dy: number): void {
  restrictCursor(terminal);
  terminal.screen.x += dx;
  terminal.screen.y += dy;
  restrictCursor(terminal);
}

/** CUU stops at the scroll region if it began in or below it. */
export function moveUp(terminal: Terminal, count: number): void {
  const room = terminal.screen.y - terminal.screen.top;
  moveBy(terminal, 0, -(room >= 0 ? Math.min(room, count) : count));
}

export function moveDownward(terminal: Terminal, count: number): void {
  const room = terminal.screen.bottom - terminal.screen.y;
  moveBy(terminal, 0, room >= 0 ? Math.min(room, count) : count);
}

export function backspace(terminal: Terminal): void {
  const { screen, modes, columns } = terminal;
  restrictCursor(terminal, modes.reverseWrap ? columns : columns - 1);
  if (screen.x > 0) screen.x -= 1;
  else if (modes.reverseWrap) unwrap(terminal);
  restrictCursor(terminal);
}

/** Back to the end of the row above, if this one continues it. */
function unwrap(terminal: Terminal): void {
  const { screen, columns } = terminal;
  const row = rowAt(screen, screen.y);
  if (screen.y <= screen.top || screen.y > screen.bottom || !row.isWrapped) return;
  row.isWrapped = false;
  screen.y -= 1;
  screen.x = columns - 1;
  // An empty last cell is the gap before a wide character that did not fit.
  if ((cellAt(rowAt(screen, screen.y), screen.x) & (CONTENT | NO_WIDTH)) === 0) screen.x -= 1;
}

/** HT and CHT. */
export function tabForward(terminal: Terminal, count: number): void {
  const { screen, columns } = terminal;
  if (screen.x >= columns) return;
  for (let left = count; left > 0 && screen.x < columns - 1; left -= 1) {
    let x = screen.x + 1;
    while (x < columns - 1 && screen.tabs[x] !== 1) x += 1;
    screen.x = x;
  }
}

/** CBT. */
export function tabBackward(terminal: Terminal, count: number): void {
  const { screen, columns } = terminal;
  if (screen.x >= columns) return;
  for (let left = count; left > 0 && screen.x > 0; left -= 1) {
    let x = screen.x - 1;
    while (x > 0 && screen.tabs[x] !== 1) x -= 1;
    screen.x = x;
  }
}

/** DECSC. */
export function saveCursor(terminal: Terminal): void {
  const { screen, pen, charset } = terminal;
  screen.saved = { column: screen.x, row: screen.scrolledOut + screen.y, pen, charset };
}

/** DECRC. A hyperlink is not part of the saved state. */
export function restoreCursor(terminal: Terminal): void {
  const { screen } = terminal;
  const { saved } = screen;
  screen.x = saved.column;
  screen.y = Math.max(0, saved.row - screen.scrolledOut);
  setPen(terminal, { ...saved.pen, link: terminal.pen.link });
  terminal.charset = saved.charset;
  restrictCursor(terminal);
}
