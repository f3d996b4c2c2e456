// Separates the question of a line editor from the text that the editor started with: `Reason: Reverted by x` asks for a reason, and
// its default is "Reverted by x".
//
// The screen does not mark where the text begins. It begins after the first ": ", "? " or "> " that is not in brackets, and
// after the answers that the question offers there: `Proceed? [Y/n] y`. What follows may contain separators too ("Revert: …").

/** Libraries for prompts put it before each question. */
const MARKER = /^[?❓] (?=\S)/;
const SEPARATORS = new Set(":?>›»");
const OPENING = new Set("([");
const CLOSING = new Set(")]");
/** Yes and no, with anything else in their brackets. */
const YES_NO = /^[[(](?:y|yes)\/(?:n|no)(?![a-z])[^()[\]]{0,60}[\])][:?]? /i;
/** A default or a hint, before the cursor or before a library's own separator. */
const HINT = /^[[(][^()[\]]{1,200}[\])][:?]? (?=$|[›»>] )/;
/** After the marker of a library, brackets contain a default or a hint. */
const MARKED_HINT = /^\([^()]{1,200}\) /;
const SEPARATOR = /^[›»>] /;
const LIBRARY_SEPARATOR = /[›»] $/;
/** `[y]es/[n]o: ` */
const INLINE_CHOICES = /^[[(]\p{L}[\])]\p{L}[^:?]{0,280}[:?] /u;

export type Edited = {
  /** Without the marker of a library. */
  asked: string;
  prefilled?: string;
  /** The text is behind the separator of a library: the editor may contain it, or show it until a key is typed. */
  isPlaceholder: boolean;
};

export function splitPrefilled(line: string): Edited {
  const text = withoutMarker(line);
  const end = endOfQuestion(text, text !== line);
  const prefilled = text.slice(end);
  if (end === 0 || prefilled.trim() === "") return { asked: text, isPlaceholder: false };
  const asked = text.slice(0, end);
  return { asked, prefilled, isPlaceholder: LIBRARY_SEPARATOR.test(asked) };
}

export function withoutMarker(line: string): string {
  return line.replace(MARKER, "");
}

/** 0 when the line contains no separator. */
function endOfQuestion(text: string, isMarked: boolean): number {
  // Brackets that are never closed do not hide the separators after them.
  const first = firstSeparator(text, true) || firstSeparator(text, false);
  if (first === 0) return 0;
  let end = first;
  for (const part of [YES_NO, INLINE_CHOICES, HINT, ...(isMarked ? [MARKED_HINT] : []), SEPARATOR]) {
    end += part.exec(text.slice(end, end + 300))?.[0].length ?? 0;
  }
  return end;
}

/** Offset after the first separator, 0 when there is none. */
function firstSeparator(text: string, areBracketsSkipped: boolean): number {
  let depth = 0;
  for (let at = 0; at < text.length - 1; at += 1) {
    const character = text.charAt(at);
    if (OPENING.has(character)) depth += 1;
    else if (CLOSING.has(character)) depth = Math.max(0, depth - 1);
    const isInside = areBracketsSkipped && depth > 0;
    if (!isInside && text[at + 1] === " " && isSeparator(text, at)) return at + 2;
  }
  return 0;
}

/** An arrow in a sentence ("group0 -> group1") and a key ("<Esc>") are none; an arrow at the beginning is one. */
function isSeparator(text: string, at: number): boolean {
  if (!SEPARATORS.has(text.charAt(at))) return false;
  const before = text.slice(0, at).trim();
  return text[at] !== ">" || before === "" || /^[-=>]+$/.test(before) || !/(?:[-= ]|<\w{1,20})$/.test(before);
}
