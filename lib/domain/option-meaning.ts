// The meaning of an option for the deployment, from its label. Never from its key: the key `c` once meant "continue" and later
// "cancel".
import type { AnswerValue } from "./interaction.ts";

type Chosen = { text: string; value: AnswerValue | null };

const ROLLBACK = /\broll(?:ing)? ?back\b/i;
const WITHOUT_ROLLBACK = /\bwithout (?:a )?roll(?:ing)? ?back\b/i;
/** Until 4.228, scap's "Ignore failure" was "Continue with deployment"; an approval says "Yes, continue with deployment". */
const IGNORE = /\bignore\b|^continue with deployment$/i;
const REFUSAL = /^(?:n|no|cancel|exit|abort|quit|stop|terminate)\b/i;

/** The changes are rolled back on the servers that have them. */
export function isRollback({ text }: Pick<Chosen, "text">): boolean {
  return ROLLBACK.test(text) && !WITHOUT_ROLLBACK.test(text);
}

/** A failed check is overridden. */
export function isIgnoredCheck({ text }: Pick<Chosen, "text">): boolean {
  return IGNORE.test(text);
}

/** The deployment does not continue, with or without a rollback. */
export function isRefusal({ text, value }: Chosen): boolean {
  return value === false || REFUSAL.test(text) || isRollback({ text });
}
