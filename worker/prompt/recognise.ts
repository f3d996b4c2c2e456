// Recognises what the screen asks, when the kernel shows that a process waits for an answer. It never decides whether a process
// waits, because the same text may be quoted in a log (decide.ts combines the two).
import { recogniseAcknowledge } from "./acknowledge.ts";
import { recogniseChoices } from "./choices.ts";
import { recogniseHostKey } from "./host-key.ts";
import { recogniseInlineChoices } from "./inline-choices.ts";
import { recogniseScreen } from "./full-screen.ts";
import { recogniseEditor } from "./line-editor.ts";
import { withoutMarker } from "./prefilled.ts";
import { isPasswordPrompt, recogniseSecret } from "./secret.ts";
import { recogniseText } from "./text.ts";
import type { Reading } from "../../holder/protocol/messages.ts";
import type { Recognition, Snapshot } from "./types.ts";
import { tailOf, viewOf } from "./view.ts";
import type { View } from "./view.ts";
import { recogniseYesNo } from "./yes-no.ts";

const TAIL = { rowsMax: 20, charactersMax: 4096 };

type Reader = Pick<Reading, "mode" | "how">;

export function recognise(snapshot: Snapshot, { mode, how }: Reader): Recognition {
  const view = viewOf(snapshot);
  const tail = tailOf(snapshot, TAIL);
  switch (mode) {
    case "secret":
      return recogniseHidden(view, tail);
    case "key":
      return recogniseKey(view, snapshot, tail, how);
    case "unknown":
      // Whether the terminal would show it is unknown: it is handled as a secret, and the holder may refuse to type it.
      if (isPasswordPrompt(view)) return recogniseSecret(view, tail);
      return recogniseLine(view) ?? unknown(tail);
    case "line":
      return recogniseLine(view) ?? unknown(tail);
  }
}

/** Questions that offer their answers. */
function recogniseOffered(view: View): Recognition | undefined {
  return (
    recogniseYesNo(view) ?? recogniseInlineChoices(view) ?? recogniseChoices(view) ?? recogniseHostKey(view)
  );
}

function recogniseLine(view: View): Recognition | undefined {
  const asked = recogniseOffered(view) ?? recogniseAcknowledge(view);
  if (asked !== undefined) return asked;
  // The echo is still on: either the program turns it off in a moment, and the mode changes, or the terminal would show it.
  return isPasswordPrompt(view) ? undefined : recogniseText(view);
}

/**
 * The echo is off. A question that offers its answers does not ask for a secret: a program that was killed left the terminal
 * like this, and another program asks.
 */
function recogniseHidden(view: View, tail: string): Recognition {
  const asked = isPasswordPrompt(view) ? undefined : (recogniseOffered(view) ?? recogniseAcknowledge(view));
  return asked?.confidence === "high" ? asked : recogniseSecret(view, tail);
}

/** Neither lines nor echo: a line editor, or a program that draws its screen by itself. */
function recogniseKey(view: View, snapshot: Snapshot, tail: string, how: Reader["how"]): Recognition {
  const screen = recogniseScreen(view, snapshot, tail);
  if (snapshot.alternate || screen.recognised) return screen;
  const pressed = recogniseAcknowledge(view);
  if (pressed !== undefined) return asKey(pressed);
  if (isPasswordPrompt(view)) return { ...recogniseSecret(view, tail), submission: "editor" };
  const asked = recogniseOffered(withoutMark(view));
  if (asked?.confidence === "high") return { ...asked, submission: "editor" };
  // A program in `read` may read one key only. Line editors poll.
  const edited = how === "read" ? undefined : recogniseEditor(view, snapshot, recogniseOffered);
  if (edited !== undefined) return edited;
  const text = recogniseText(withoutMark(view));
  return text?.confidence === "high" ? { ...text, submission: "editor" } : screen;
}

/** "Press any key" accepts a space, which is not a control character and may be typed. */
function asKey(asked: Recognition): Recognition {
  const options = asked.options.map((option) => ({ ...option, typed: " " }));
  const isEnter = /press \[?(?:enter|return)/i.test(asked.message);
  return isEnter ? { ...asked, submission: "editor" } : { ...asked, options, submission: "key" };
}

/** Libraries that read keys put a marker before a question. */
function withoutMark(view: View): View {
  return { ...view, line: { ...view.line, text: withoutMarker(view.line.text) } };
}

/** The raw screen, if nothing but the read is known. */
export function unrecognised(snapshot: Snapshot, { mode }: Reader): Recognition {
  const tail = tailOf(snapshot, TAIL);
  return mode === "key" ? recogniseScreen(viewOf(snapshot), snapshot, tail) : unknown(tail);
}

function unknown(tail: string): Recognition {
  return {
    kind: "text",
    message: tail,
    options: [],
    recognised: false,
    confidence: "none",
    submission: "line",
  };
}
