// What a destructive answer leads to, said before it is given. From the label of the option only, like its tone
// (lib/domain/interaction.ts): keys have changed their meaning before.
import { isIgnoredCheck, isRollback } from "#lib/domain/option-meaning.ts";

type Consequence = readonly [leadsTo: (optionText: string) => boolean, effect: string];

const CONSEQUENCES: readonly Consequence[] = [
  [
    (text) => isRollback({ text }),
    "Every server that has the change gets its previous version back, and the deployment ends. The change stays merged.",
  ],
  [
    (text) => /\bwithout\b/i.test(text),
    "scap ends now. Servers that have the change keep it, and the others do not get it.",
  ],
  [
    (text) => isIgnoredCheck({ text }),
    "The failed check is overridden, and the deployment continues to the next servers. Your name is recorded with it.",
  ],
  [(text) => /\bcancel\b/i.test(text), "scap stops here and leaves the servers as they are now."],
  [
    (text) => /\b(?:exit|terminate|abort|kill)\b/i.test(text),
    "scap ends now and leaves the servers as they are.",
  ],
];

export function consequenceOf(optionText: string): string {
  return CONSEQUENCES.find(([leadsTo]) => leadsTo(optionText))?.[1] ?? "This cannot be undone.";
}
