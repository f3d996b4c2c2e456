// Recognises a line editor (GNU readline, Node's readline), which reads single keys and echoes them itself. The screen
// distinguishes it from a menu: the question is at the cursor, and nothing is drawn around it.
//
// In doubt it is a menu: a menu that is recognised as an editor cannot be navigated, while an editor that is recognised as a
// menu can still be answered with text and Enter.
import type { Recognition, Snapshot } from "./types.ts";
import { recogniseText } from "./text.ts";
import type { View } from "./view.ts";

/** Rows around the cursor that belong to the same menu. */
const ROWS_AROUND = 20;
/** Markers of menu entries. */
const MENU_MARK = /^ {0,8}(?:[❯›▸►➤▶●○◉◯◻◼☐☑✔→*]|\([*• xX]?\)|\[[*✔ xX]?\]) ?\S/;
const SELECTED = /^ {0,4}> \S/;
const UNSELECTED = /^ {2,8}\S/;

export function recogniseEditor(view: View, snapshot: Snapshot): Recognition | undefined {
  if (snapshot.alternate || snapshot.modes?.cursorHidden === true) return undefined;
  if (hasTextBelow(snapshot) || isMenu(snapshot)) return undefined;
  const { asked, prefilled } = splitPrefilled(view.line.text);
  const question = recogniseText({ ...view, line: { ...view.line, text: asked } });
  if (question === undefined) return undefined;
  return {
    ...question,
    submission: "editor",
    ...(prefilled === undefined ? {} : { default: prefilled, isPrefilled: true }),
  };
}

function hasTextBelow({ lines, cursorRow }: Snapshot): boolean {
  return lines.slice(cursorRow + 1).some((line) => line.text.trim() !== "");
}

function isMenu({ lines, cursorRow }: Snapshot): boolean {
  const rows: string[] = [];
  for (let row = cursorRow; row > Math.max(0, cursorRow - ROWS_AROUND); row -= 1) {
    const text = lines[row]?.text ?? "";
    if (text.trim() === "") break;
    rows.push(text.slice(0, 40));
  }
  const hasSelected = rows.some((row) => SELECTED.test(row)) && rows.some((row) => UNSELECTED.test(row));
  return rows.length > 1 && (hasSelected || rows.some((row) => MENU_MARK.test(row)));
}

/** `Reason: Reverted by x`: the editor started with a text, which is the default. */
function splitPrefilled(line: string): { asked: string; prefilled?: string } {
  const ends = [": ", "? ", "> "].map((mark) => line.indexOf(mark)).filter((at) => at >= 0);
  const end = Math.min(...ends) + 2;
  const prefilled = line.slice(end);
  return ends.length === 0 || prefilled.trim() === ""
    ? { asked: line }
    : { asked: line.slice(0, end), prefilled };
}
