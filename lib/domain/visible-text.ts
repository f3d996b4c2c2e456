// Sanitises untrusted text (output, questions, subjects) for display. Invisible and bidirectional characters can make a line read
// differently, and many combining marks overlap the neighbouring lines.

/**
 * Soft hyphen, fillers, zero-width and bidirectional characters, line and paragraph separators, byte order mark. For the
 * inside of a regular expression's brackets.
 */
export const INVISIBLE = String.raw`\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb`;

/** Also control characters other than tab and newline, and the tags of plane 14. */
const NOT_SHOWN = new RegExp(
  String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f${INVISIBLE}\u{e0000}-\u{e0fff}]`,
  "gu",
);
const PRINTABLE_ASCII = /^[\n\t -~]*$/;
const MARKS = /[\p{Mn}\p{Me}]+/gu;
/** Marks on one character; more than any writing system needs. */
const MARKS_MAX = 4;

/** The text without invisible characters, and with a bounded number of marks on each character. */
export function visibleText(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(NOT_SHOWN, "").replace(MARKS, firstMarks);
}

function firstMarks(marks: string): string {
  if (marks.length <= MARKS_MAX) return marks;
  // A mark has at most two UTF-16 units.
  return Array.from(marks.slice(0, 2 * MARKS_MAX))
    .slice(0, MARKS_MAX)
    .join("");
}
