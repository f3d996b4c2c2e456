// Parses the input of the deploy form: exact references (numbers, project~number, URLs), or else words to search for.
import { CHANGES_MAX } from "#lib/domain/job.ts";

/** Pasted text with more tokens is not a list of changes. */
const TOKENS_MAX = CHANGES_MAX * 2;

/** The references in `text`, in order and without duplicates; undefined if it contains anything else. */
export function exactReferences(text: string): string[] | undefined {
  const tokens = text.split(/[\s,;]+/).filter((token) => token !== "");
  if (tokens.length === 0 || tokens.length > TOKENS_MAX) return undefined;
  return tokens.every(isExact) ? [...new Set(tokens)] : undefined;
}

function isExact(token: string): boolean {
  return /^#?\d+$/.test(token) || /^[^\s~]+~\d+$/.test(token) || /^https?:\/\/\S+$/i.test(token);
}
