// Whether the text around the cursor is drawn by a program that owns its screen: a menu, a list to search, a dialog. A program that
// asks for a line draws nothing around it.
import type { Snapshot } from "./types.ts";

/** Rows above the cursor that belong to the same menu. */
const ROWS_ABOVE = 20;
/** Markers of menu entries. */
const MENU_MARK = /^ {0,8}(?:[❯›▸►➤▶●○◉◯◻◼☐☑✔→*]|\([*• xX]?\)|\[[*✔ xX]?\]) ?\S/;
const SELECTED = /^ {0,4}> \S/;
const UNSELECTED = /^ {2,8}\S/;

export function isDrawnAround(snapshot: Snapshot): boolean {
  return hasTextBelow(snapshot) || isMenu(snapshot);
}

function hasTextBelow({ lines, cursorRow }: Snapshot): boolean {
  return lines.slice(cursorRow + 1).some((line) => line.text.trim() !== "");
}

function isMenu({ lines, cursorRow }: Snapshot): boolean {
  const rows: string[] = [];
  for (let row = cursorRow; row > Math.max(0, cursorRow - ROWS_ABOVE); row -= 1) {
    const text = lines[row]?.text ?? "";
    if (text.trim() === "") break;
    rows.push(text.slice(0, 40));
  }
  const hasSelected = rows.some((row) => SELECTED.test(row)) && rows.some((row) => UNSELECTED.test(row));
  return rows.length > 1 && (hasSelected || rows.some((row) => MENU_MARK.test(row)));
}
