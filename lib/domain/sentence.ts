// Text of people and programs inside our own sentences.

/** `text` with a full stop, unless it ends in a punctuation mark of its own. */
export function sentence(text: string): string {
  const trimmed = text.trimEnd();
  return /[.!?…:;]["'”’)\]]?$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
