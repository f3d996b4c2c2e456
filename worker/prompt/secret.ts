// Recognises questions for a secret. The kernel shows that it is one (the terminal does not echo); the text only says which
// secret.
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
    confidence: isPasswordPrompt(view) ? "high" : "likely",
    submission: "line",
    ...complaintIn(view.above.at(-1)),
  };
}

/** By its text, whatever the mode of the terminal is (yet). */
export function isPasswordPrompt(view: View): boolean {
  return !isLogLine(view.line.text) && NAMED.test(view.line.text.slice(-400));
}
