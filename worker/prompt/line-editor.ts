// Recognises a line editor (GNU readline, Node's readline), which reads single keys and echoes them itself. The screen
// distinguishes it from a menu: the question is at the cursor, and nothing is drawn around it.
//
// In doubt it is a menu: a menu that is recognised as an editor cannot be navigated, while an editor that is recognised as a
// menu can still be answered with text and Enter.
import { isDrawnAround } from "./menu.ts";
import { splitPrefilled } from "./prefilled.ts";
import type { Recognition, Snapshot } from "./types.ts";
import { recogniseText } from "./text.ts";
import type { View } from "./view.ts";

/** @param recogniseOffered questions that offer their answers */
export function recogniseEditor(
  view: View,
  snapshot: Snapshot,
  recogniseOffered: (view: View) => Recognition | undefined,
): Recognition | undefined {
  const { alternate, modes } = snapshot;
  if (alternate || modes?.cursorHidden === true || modes?.applicationCursorKeys === true) return undefined;
  if (isDrawnAround(snapshot) || isTypedInto(snapshot)) return undefined;
  const { asked, prefilled, isPlaceholder } = splitPrefilled(view.line.text);
  // The editor of a library, which need not know how to erase what it contains.
  if (isPlaceholder) return undefined;
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

/** Keys were typed in this row before: what follows them is their echo, and no question. */
function isTypedInto({ lines, cursorRow, answeredRow = -1 }: Snapshot): boolean {
  let first = cursorRow;
  while (first > 0 && lines[first]?.isWrapped === true) first -= 1;
  return answeredRow >= first;
}
