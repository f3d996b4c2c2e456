// Formats values as Python does, because scap's messages contain them.

/** Single quotes, unless the text contains a single quote and no double quote. */
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
