// Finds URLs in untrusted text, in linear time whatever the text contains.

export type LinkRange = { from: number; to: number };

/** A longer URL is shown as plain text. */
const URL_LENGTH_MAX = 2000;
const SCHEMES = ["https://", "http://"];
/** Punctuation that follows a URL in a sentence. */
const TRAILING = new Set([".", ",", ";", ":", "!", "?"]);
const OPENING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Finds http:// and https:// URLs, without trailing punctuation. */
export function findUrls(text: string): LinkRange[] {
  const ranges: LinkRange[] = [];
  let next = 0;
  for (let colon = text.indexOf("://"); colon !== -1; colon = text.indexOf("://", next)) {
    next = colon + 3;
    const scheme = SCHEMES.find((one) => isAt(text, one, next - one.length));
    if (scheme === undefined) continue;
    const from = next - scheme.length;
    if (isWordCharacter(text[from - 1])) continue;
    const end = endOfUrl(text, next);
    next = Math.max(next, end);
    const to = withoutTrailing(text, from, end);
    if (to - from > URL_LENGTH_MAX || !URL.canParse(text.slice(from, to))) continue;
    ranges.push({ from, to });
  }
  return ranges;
}

function isAt(text: string, word: string, at: number): boolean {
  return at >= 0 && text.slice(at, at + word.length).toLowerCase() === word;
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
}

/** The first character that cannot be part of a URL: white space, quotes, angle brackets, table borders. */
function endOfUrl(text: string, from: number): number {
  let at = from;
  while (at < text.length && !/[\s<>"'`\u2500-\u257f]/.test(text[at] ?? "")) at += 1;
  return at;
}

function withoutTrailing(text: string, from: number, end: number): number {
  const count = (wanted: string) => {
    let found = 0;
    for (let at = from; at < end; at += 1) if (text[at] === wanted) found += 1;
    return found;
  };
  /** Number of unmatched closing brackets, by kind; counted at the first one. */
  const unopened = new Map<string, number>();
  let to = end;
  for (; to > from; to -= 1) {
    const last = text[to - 1] ?? "";
    const opening = OPENING[last];
    if (opening === undefined) {
      if (!TRAILING.has(last)) break;
      continue;
    }
    const excess = unopened.get(last) ?? count(last) - count(opening);
    if (excess <= 0) break;
    unopened.set(last, excess - 1);
  }
  return to;
}
