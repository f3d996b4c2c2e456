// Invisible characters of Unicode that turn the direction of what follows. Text of others is shown without them: they
// can make a subject, a question or a line of the log read as something else than what it is, and the words around it too.

/** For the inside of a regular expression's brackets. */
export const DIRECTIONS = String.raw`\u200e\u200f\u202a-\u202e\u2066-\u2069`;

const ANY = new RegExp(`[${DIRECTIONS}]`, "g");

export function withoutDirections(text: string): string {
  return text.replace(ANY, "");
}
