// A program that draws a menu, an editor or a pager: the question is the screen itself, and keys are the answer. The page shows
// the live screen; the message is a copy of it for clients that only read the question.
import { isDrawnAround } from "./menu.ts";
import { recognisePager } from "./pager.ts";
import type { Recognition, Snapshot } from "./types.ts";
import type { View } from "./view.ts";

export function recogniseScreen(view: View, snapshot: Snapshot, picture: string): Recognition {
  const isPager = recognisePager(view, snapshot);
  return {
    kind: "screen",
    message: picture,
    options: isPager ? [{ text: "Close the pager", value: "q", typed: "q" }] : [],
    recognised: isPager,
    confidence: isPager ? "high" : "none",
    submission: "key",
    keys: {
      isCursorApplication: snapshot.modes?.applicationCursorKeys === true,
      mayReadLine: !snapshot.alternate && hasTextAtCursor(snapshot) && !isDrawnAround(snapshot),
    },
  };
}

/** Includes input that the program has read and echoed: it may wait for Enter. */
function hasTextAtCursor({ lines, cursorRow, cursorOffset }: Snapshot): boolean {
  return (lines[cursorRow]?.text.slice(0, cursorOffset).trim() ?? "") !== "";
}
