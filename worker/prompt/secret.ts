// Questions for something that must not be seen. The kernel decides that they are one (it does not echo what is
// typed); the text only says which secret is wanted.
import { complaintIn, isLogLine, tidy } from "./question.ts";
import type { Recognition } from "./types.ts";
import type { View } from "./view.ts";

const NAMED =
  /(?:password|passphrase|passwort|pin|token|secret|verification code|one-time code|otp)\b[^\n]{0,200}:\s*$/i;

export function recogniseSecret(view: View, tail: string): Recognition {
  const asked = view.line.text.trim();
  const isQuestion = asked !== "" && !isLogLine(asked);
  return {
    kind: "secret",
    message: isQuestion ? tidy([asked.replace(/:$/, "")]) : tail,
    options: [],
    recognised: isQuestion,
    confidence: looksSecret(view) ? "high" : "likely",
    submission: "line",
    ...complaintIn(view.above.at(-1)),
  };
}

/** The words of a password prompt, whatever the terminal's mode says (yet). */
export function looksSecret(view: View): boolean {
  return !isLogLine(view.line.text) && NAMED.test(view.line.text.slice(-400));
}
