// Snapshots: the live screen, and the rows for the detection of prompts with the mark of the last answer.
import { cellsText, closedText, openLine, renderPainted, renderRow } from "./render.ts";
import { cellAdvance, cellText } from "./clusters.ts";
import { cellAt, type Row } from "./row.ts";
import { BOLD } from "./style.ts";
import { isAlternate, rowAt, type Mark, type Terminal } from "./terminal.ts";
import type { ScreenLine, Snapshot, TerminalScreen } from "./types.ts";

export function readScreen(terminal: Terminal): TerminalScreen {
  const { screen, columns } = terminal;
  return {
    rows: screen.rows.map((row) => closedText(terminal, openLine(renderPainted(terminal, row), row))),
    cursorRow: screen.y,
    cursorColumn: Math.min(screen.x, columns - 1),
    isAlternate: isAlternate(terminal),
  };
}

export function takeSnapshot(terminal: Terminal, position: number): Snapshot {
  const { screen } = terminal;
  const alternate = isAlternate(terminal);
  const above = alternate ? [] : terminal.scrollback;
  const rows = [...above, ...screen.rows];
  const cursorRow = above.length + screen.y;
  const lines = rows.map((row, index) => readLine(terminal, row, rows[index + 1]?.isWrapped === true));
  while (lines.length > cursorRow + 1 && lines.at(-1)?.text === "") lines.pop();
  return {
    position,
    lines,
    cursorRow,
    cursorColumn: screen.x,
    cursorOffset: textBeforeCursor(terminal).length,
    alternate,
    ...(alternate ? {} : answeredPlace(terminal.answered, rows, lines)),
  };
}

function readLine(terminal: Terminal, row: Row, isContinued: boolean): ScreenLine {
  const { plain } = renderRow(terminal, row, isContinued);
  const bold: [number, number][] = [];
  let coloured = false;
  for (let column = 0, offset = 0; column < row.used && offset < plain.length;) {
    const cell = cellAt(row, column);
    const text = cellText(terminal.clusters, cell) || " ";
    const end = offset + text.length;
    const style = terminal.styles.styles[row.styles[column] ?? 0];
    if (style !== undefined && (style.foreground !== 0 || style.background !== 0)) coloured ||= text !== " ";
    if (style !== undefined && (style.flags & BOLD) !== 0) addRange(bold, offset, end);
    offset = end;
    column += cellAdvance(cell);
  }
  return { text: plain, bold, coloured, isWrapped: row.isWrapped };
}

function addRange(ranges: [number, number][], from: number, to: number): void {
  const last = ranges.at(-1);
  if (last !== undefined && last[1] === from) last[1] = to;
  else ranges.push([from, to]);
}

export function textBeforeCursor(terminal: Terminal): string {
  const { screen } = terminal;
  return cellsText(terminal.clusters, rowAt(screen, screen.y), 0, Math.min(screen.x, terminal.columns));
}

/** Plain text of the logical line that the cursor is in. */
export function readCursorLine(terminal: Terminal): string {
  const { screen } = terminal;
  let first = screen.y;
  while (first > 0 && rowAt(screen, first).isWrapped) first -= 1;
  const isCut = first === 0 && screen === terminal.normal && rowAt(screen, 0).isWrapped;
  let text = isCut ? (terminal.log.prefix?.plain ?? "") : "";
  for (let y = first; y < terminal.height; y += 1) {
    const isContinued = screen.rows[y + 1]?.isWrapped === true;
    text += renderRow(terminal, rowAt(screen, y), isContinued).plain;
    if (!isContinued) break;
  }
  return text;
}

export function markAnswered(terminal: Terminal): void {
  const { screen } = terminal;
  const row = rowAt(screen, screen.y);
  terminal.earlierAnswered = terminal.answered;
  terminal.answered = isAlternate(terminal)
    ? undefined
    : { row, generation: row.generation, before: textBeforeCursor(terminal) };
}

export function markUnanswered(terminal: Terminal): void {
  terminal.answered = terminal.earlierAnswered;
}

function answeredPlace(
  mark: Mark | undefined,
  rows: readonly Row[],
  lines: readonly ScreenLine[],
): Pick<Snapshot, "answeredRow" | "answeredOffset"> {
  const index = markedRow(mark, rows);
  if (mark === undefined || index < 0) return {};
  const isAsItWas = lines[index]?.text.startsWith(mark.before) === true;
  return { answeredRow: index, ...(isAsItWas ? { answeredOffset: mark.before.length } : {}) };
}

/** The index of the marked row, `-1` when it was removed or erased. */
export function markedRow(mark: Mark | undefined, rows: readonly Row[]): number {
  return mark === undefined || mark.row.generation !== mark.generation ? -1 : rows.indexOf(mark.row);
}
