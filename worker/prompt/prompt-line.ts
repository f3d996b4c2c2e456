// Recognises the completed line of a prompt, with the answer typed after it. Such a line is not something that scap reports.
import { beginsAcknowledgement } from "./acknowledge.ts";
import { hasDefault } from "./choices.ts";
import { hasInlineChoices } from "./inline-choices.ts";
import { hasYesNoBrackets } from "./yes-no.ts";

export function isPromptLine(line: string): boolean {
  // The expression is not tried on lines without a bracket: a program may print hundreds of thousands a second.
  if (!line.includes("[") && !line.includes("(")) return beginsAcknowledgement(line);
  return hasYesNoBrackets(line) || hasDefault(line) || hasInlineChoices(line);
}
