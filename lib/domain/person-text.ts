// Text that a person writes for others, such as the reason of a freeze. It stays in the history, so characters that could make it read
// differently are refused in the request. Text of programs is sanitised where it is shown (visible-text.ts).

/** Bidirectional and invisible characters: embeddings, overrides, isolates, zero-width space and joiner. */
const DECEPTIVE = /[\u061c\u200b\u202a-\u202e\u2060-\u2069\ufeff]/u;
/** More marks on one letter than in any language would overlap the neighbouring lines. */
const STACKED_MARKS = /\p{M}{9}/u;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The first character that is invisible or changes the direction of the text. */
export function deceptiveCharacter(text: string): string | undefined {
  return DECEPTIVE.exec(text)?.[0];
}

/** Why the text is not accepted; undefined when it is. */
export function textProblem(text: string): string | undefined {
  if (hasControl(text)) return "Control characters are not allowed.";
  const deceptive = deceptiveCharacter(text);
  if (deceptive !== undefined) {
    const number = (deceptive.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `The invisible character U+${number} is not allowed.`;
  }
  if (LONE_SURROGATE.test(text)) return "The text contains an incomplete character.";
  return STACKED_MARKS.test(text) ? "More than 8 marks on one letter are not allowed." : undefined;
}

/** C0, DEL and C1, except for tabs and line breaks. */
function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x09 || code === 0x0a || code === 0x0d) continue;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  }
  return false;
}
