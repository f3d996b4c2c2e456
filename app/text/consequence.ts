// The effect of a destructive answer, shown before it is confirmed. It is derived from the label of the option, like its
// tone (lib/domain/interaction.ts), because scap has changed the meaning of its answer keys before.
import { isIgnoredCheck, isRollback } from "#lib/domain/option-meaning.ts";

type Consequence = readonly [matches: (optionText: string) => boolean, effect: string];

const CONSEQUENCES: readonly Consequence[] = [
  [
    (text) => isRollback({ text }),
    "Restores the previous version on every server that has the change, and ends the deployment. The change stays merged.",
  ],
  [
    (text) => /\bwithout\b/i.test(text),
    "scap exits now. Servers that have the change keep it, and the others don’t get it.",
  ],
  [
    (text) => isIgnoredCheck({ text }),
    "Overrides the failed check and continues to the next servers. Your name is recorded.",
  ],
  [(text) => /\bcancel\b/i.test(text), "scap exits and leaves the servers as they are now."],
  [
    (text) => /\b(?:exit|terminate|abort|kill)\b/i.test(text),
    "scap exits now and leaves the servers as they are.",
  ],
];

export function consequenceOf(optionText: string): string {
  return CONSEQUENCES.find(([matches]) => matches(optionText))?.[1] ?? "This cannot be undone.";
}
