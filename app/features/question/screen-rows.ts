// What a terminal shows, as rows for the page: without the empty part of the screen, and split where the cursor stands.
import { plainText } from "#lib/domain/log-text.ts";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import type { TerminalScreen } from "#lib/contract/log.ts";
import { displayWidth } from "../log/row-model.ts";

export type ShownScreen = {
  rows: readonly string[];
  /** Undefined when it is not known. */
  cursor: { row: number; before: string; at: string } | undefined;
  /** Cells of the longest row, with the cursor. */
  columns: number;
};

/** A program that owns the whole screen shows all of it; for others the rows below the last used one are left out. */
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

/** The picture of the screen that the question has, until the live screen arrives. */
export function storedScreen(message: string): ShownScreen {
  const rows = message.split("\n").slice(-TERMINAL_SIZE.rows);
  return { rows, cursor: undefined, columns: widest(rows, 1) };
}

function widest(rows: readonly string[], atLeast: number): number {
  return rows.reduce((most, row) => Math.max(most, displayWidth(row)), atLeast);
}

/** A row may be shorter than where the cursor stands, and a character may take two cells. */
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
