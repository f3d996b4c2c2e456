// Says what the screen asks, once the kernel says that somebody waits for an answer. It never decides whether somebody
// waits: the same words mean nothing in a log (decide.ts holds the two together).
import { recogniseAcknowledge } from "./acknowledge.ts";
import { recogniseChoices } from "./choices.ts";
import { recogniseLeak } from "./leaks.ts";
import { recognisePager } from "./pager.ts";
import { looksSecret, recogniseSecret } from "./secret.ts";
import { recogniseText } from "./text.ts";
import type { Recognition, Snapshot, TerminalMode } from "./types.ts";
import { tailOf, viewOf } from "./view.ts";
import type { View } from "./view.ts";
import { recogniseYesNo } from "./yes-no.ts";

const TAIL = { rowsMax: 20, charactersMax: 4096 };

export function recognise(snapshot: Snapshot, mode: TerminalMode): Recognition {
  const view = viewOf(snapshot);
  const tail = tailOf(snapshot, TAIL);
  switch (mode) {
    case "secret":
      return recogniseSecret(view, tail);
    case "key":
      return recogniseKey(view, snapshot, tail);
    case "unknown":
      // Whether it would be shown cannot be known: it is kept secret, and the holder may refuse to type it.
      if (looksSecret(view)) return recogniseSecret(view, tail);
      return recogniseLine(view) ?? unknown(tail, "line");
    case "line":
      return recogniseLine(view) ?? unknown(tail, "line");
  }
}

function recogniseLine(view: View): Recognition | undefined {
  const asked =
    recogniseYesNo(view) ?? recogniseChoices(view) ?? recogniseLeak(view) ?? recogniseAcknowledge(view);
  if (asked !== undefined) return asked;
  // The echo is still on: either it goes off in a moment and the mode says so, or what is typed would be shown.
  return looksSecret(view) ? undefined : recogniseText(view);
}

/** Neither lines nor echo: a pager, or a line editor that draws what is typed by itself. */
function recogniseKey(view: View, snapshot: Snapshot, tail: string): Recognition {
  const pager = recognisePager(view, snapshot, tail);
  if (pager !== undefined) return pager;
  if (snapshot.alternate) return unknown(tail, "key");
  const pressed = recogniseAcknowledge(view);
  if (pressed !== undefined) return asKey(pressed);
  if (looksSecret(view)) return { ...recogniseSecret(view, tail), submission: "editor" };
  const asked = recogniseYesNo(view) ?? recogniseChoices(view) ?? recogniseLeak(view) ?? recogniseText(view);
  if (asked?.confidence === "high") return { ...asked, submission: "editor" };
  return unknown(tail, "key");
}

/** A space is taken by "press any key" and is no control character, which may not be typed. */
function asKey(asked: Recognition): Recognition {
  const options = asked.options.map((option) => ({ ...option, typed: " " }));
  const isEnter = /press \[?(?:enter|return)/i.test(asked.message);
  return isEnter ? { ...asked, submission: "editor" } : { ...asked, options, submission: "key" };
}

/** The bare screen: what is shown when only the read is known. */
export function unrecognised(snapshot: Snapshot, mode: TerminalMode): Recognition {
  return unknown(tailOf(snapshot, TAIL), mode === "key" ? "key" : "line");
}

function unknown(tail: string, submission: "line" | "key"): Recognition {
  return { kind: "text", message: tail, options: [], recognised: false, confidence: "none", submission };
}
