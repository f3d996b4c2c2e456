// Text of people and programs inside our own sentences.

/** With a capital letter, for the beginning of a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `text` with a full stop, unless it ends in a punctuation mark of its own. */
export function sentence(text: string): string {
  const trimmed = text.trimEnd();
  return /[.!?…:;]["'”’)\]]?$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
