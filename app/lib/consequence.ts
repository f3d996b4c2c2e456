// What a destructive answer leads to, said before it is given. From the words of the option only, like its tone
// (lib/domain/interaction.ts): keys have changed their meaning before.

const CONSEQUENCES: readonly (readonly [RegExp, string])[] = [
  [
    /without roll(?:ing)? ?back/i,
    "scap ends now. Servers that already have the change keep it, and the others never get it.",
  ],
  [
    /roll(?:ing)? ?back/i,
    "Every server that already has the change gets its previous version back, and the deployment ends.",
  ],
  [/\bignore\b/i, "The failed check is overridden, and the deployment goes on to the next servers."],
  [/\bcancel\b/i, "scap stops here and leaves the servers as they are now."],
  [/\b(?:exit|terminate|abort|kill)\b/i, "scap ends now and leaves the servers as they are."],
];

export function consequenceOf(optionText: string): string {
  const known = CONSEQUENCES.find(([pattern]) => pattern.test(optionText));
  return known?.[1] ?? "This cannot be taken back.";
}
