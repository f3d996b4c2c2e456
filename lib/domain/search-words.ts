// How a search text is divided into terms; a job must match all of them. Pure. The database compares words without regard to
// case and punctuation (functions search_text and search_pattern in drizzle/search.sql).

export const SEARCH_LENGTH_MAX = 200;
export const SEARCH_TERMS_MAX = 10;

export type SearchTerm =
  /** A value that the job has exactly, with its name: `job:12`. */
  | { facet: string }
  /** Found anywhere in the words of the job. */
  | { word: string };

/**
 * `#12` and `job 12` mean the job with that number, `change 12` the change. A bare number is a whole number anywhere: "12" is
 * not found in 120. Punctuation alone is ignored.
 */
export function searchTerms(text: string): SearchTerm[] {
  return text
    .replaceAll(/\bjob\s+#?(?=\d+(?:\s|$))/gi, "#")
    .replaceAll(/\bchange\s+#?(?=\d+(?:\s|$))/gi, "change:")
    .split(/\s+/)
    .filter((word) => /[a-z0-9]|[^\0-\x7f]/i.test(word))
    .map(termOf);
}

function termOf(word: string): SearchTerm {
  const [, kind, digits] = /^(#|change:)?(\d+)$/i.exec(word) ?? [];
  if (digits === undefined) return { word };
  if (kind === undefined) return { facet: `number:${digits}` };
  return { facet: `${kind === "#" ? "job" : "change"}:${digits}` };
}
