// Values as Python writes them: scap's messages contain them, so the sandbox's messages must too.

/** A text in Python's quotes: single ones unless it holds a single quote and no double one. */
export function pythonRepr(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const escaped = Array.from(value)
    .map((character) => escapes.get(character) ?? escapeCharacter(character, quote))
    .join("");
  return quote + escaped + quote;
}

export function pythonList(values: readonly string[]): string {
  return `[${values.map(pythonRepr).join(", ")}]`;
}

const escapes = new Map([
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function escapeCharacter(character: string, quote: string): string {
  if (character === quote) return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  const unprintable = code < 0x20 || (code >= 0x7f && code < 0xa0);
  return unprintable ? `\\x${code.toString(16).padStart(2, "0")}` : character;
}
