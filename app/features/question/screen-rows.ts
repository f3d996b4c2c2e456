// The rows of a terminal screen for display: without the empty rows at the end, and split at the cursor.
import { plainText } from "#lib/domain/log-text.ts";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import type { TerminalScreen } from "#lib/contract/log.ts";
import { displayWidth } from "../log/row-model.ts";

export type ShownScreen = {
  rows: readonly string[];
  /** Undefined when its position is unknown. */
  cursor: { row: number; before: string; at: string } | undefined;
  /** Width of the longest row in cells, including the cursor. */
  columns: number;
};

/** All rows if the program uses the alternate screen; otherwise without the empty rows at the end. */
export function shownScreen({ rows, cursorRow, cursorColumn, isAlternate }: TerminalScreen): ShownScreen {
  const lastUsed = rows.findLastIndex((row) => plainText(row).trim() !== "");
  const end = isAlternate ? rows.length : Math.max(lastUsed, cursorRow) + 1;
  const shown = Array.from({ length: end }, (_, index) => rows[index] ?? "");
  return {
    rows: shown,
    cursor: { row: cursorRow, ...splitAtCell(plainText(rows[cursorRow] ?? ""), cursorColumn) },
    columns: widest(shown, cursorColumn + 1),
  };
}

/** The snapshot of the screen in the question, shown until the live screen arrives. */
export function storedScreen(message: string): ShownScreen {
  const rows = message.split("\n").slice(-TERMINAL_SIZE.rows);
  return { rows, cursor: undefined, columns: widest(rows, 1) };
}

function widest(rows: readonly string[], atLeast: number): number {
  return rows.reduce((most, row) => Math.max(most, displayWidth(row)), atLeast);
}

/** The cursor may be beyond the end of the row, and a character may be two cells wide. */
function splitAtCell(row: string, column: number): { before: string; at: string } {
  let before = "";
  let cells = 0;
  for (const character of row) {
    const width = displayWidth(character);
    if (cells + width > column && width > 0) return { before, at: character };
    before += character;
    cells += width;
  }
  return { before: before + " ".repeat(Math.max(0, column - cells)), at: " " };
}
