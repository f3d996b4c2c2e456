// A program that draws a menu, an editor or a pager: what is asked is the screen itself, and keys are the answer. People
// see the live screen; the message is a picture of it for those who only have the question.
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
      hasTextAtCursor: !snapshot.alternate && hasTextAtCursor(snapshot),
    },
  };
}

/** Also what has been answered, as far as the reader has taken it: it may wait for Enter. */
function hasTextAtCursor({ lines, cursorRow, cursorOffset }: Snapshot): boolean {
  return (lines[cursorRow]?.text.slice(0, cursorOffset).trim() ?? "") !== "";
}
