// Recognises a line editor (GNU readline, Node's readline), which reads single keys and echoes them itself. The screen
// distinguishes it from a menu: the question is at the cursor, and nothing is drawn around it.
//
// In doubt it is a menu: a menu that is recognised as an editor cannot be navigated, while an editor that is recognised as a
// menu can still be answered with text and Enter.
import { splitPrefilled } from "./prefilled.ts";
import type { Recognition, Snapshot } from "./types.ts";
import { recogniseText } from "./text.ts";
import type { View } from "./view.ts";

/** Rows around the cursor that belong to the same menu. */
const ROWS_AROUND = 20;
/** Markers of menu entries. */
const MENU_MARK = /^ {0,8}(?:[❯›▸►➤▶●○◉◯◻◼☐☑✔→*]|\([*• xX]?\)|\[[*✔ xX]?\]) ?\S/;
const SELECTED = /^ {0,4}> \S/;
const UNSELECTED = /^ {2,8}\S/;

/** @param recogniseOffered questions that offer their answers */
export function recogniseEditor(
  view: View,
  snapshot: Snapshot,
  recogniseOffered: (view: View) => Recognition | undefined,
): Recognition | undefined {
  if (snapshot.alternate || snapshot.modes?.cursorHidden === true) return undefined;
  if (hasTextBelow(snapshot) || isMenu(snapshot)) return undefined;
  const { asked, prefilled } = splitPrefilled(view.line.text);
  const question = { ...view, line: { ...view.line, text: asked } };
  if (prefilled === undefined) return asEditor(recogniseText(question));
  const offered = recogniseOffered(question);
  if (offered !== undefined) return { ...withPrefilledOption(offered, prefilled), submission: "editor" };
  const text = asEditor(recogniseText(question));
  return text && { ...text, default: prefilled, isPrefilled: true };
}

function asEditor(asked: Recognition | undefined): Recognition | undefined {
  return asked && { ...asked, submission: "editor" };
}

/** Enter gives the option that is in the editor, whatever the question calls its default. */
function withPrefilledOption(offered: Recognition, prefilled: string): Recognition {
  const asked: Recognition = { ...offered, isPrefilled: true };
  const text = prefilled.trim().toLowerCase();
  const option = offered.options.find(({ typed, value }) =>
    value === typed ? prefilled === typed : text === typed || text === (value === true ? "yes" : "no"),
  );
  if (option === undefined) delete asked.default;
  else asked.default = option.value;
  return asked;
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
