// The 7-bit character sets that a program can select with ESC ( and similar sequences: line drawing and the national variants of the
// VT220. Each maps some ASCII characters to others; the rest is unchanged.

export type CharsetName = string;

/** National variants replace these positions, in this order. */
const NATIONAL_POSITIONS = "#@[\\]^_`{|}~";

/** From "`" on. */
const LINE_DRAWING = "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";

/** Final character of the sequence that chooses the set → its replacements. */
const CHARSETS: ReadonlyMap<CharsetName, ReadonlyMap<number, number>> = new Map([
  ["0", replacing("`abcdefghijklmnopqrstuvwxyz{|}~", LINE_DRAWING)],
  ["A", national("£@[\\]^_`{|}~")], // British
  ["4", national("£¾ĳ½|^_`¨ƒ¼´")], // Dutch
  ["C", national("#@ÄÖÅÜ_éäöåü")], // Finnish
  ["5", national("#@ÄÖÅÜ_éäöåü")],
  ["R", national("£à°ç§^_`éùè¨")], // French
  ["Q", national("#àâçêî_ôéùèû")], // French Canadian
  ["K", national("#§ÄÖÜ^_`äöüß")], // German
  ["Y", national("£§°çé^_ùàòèì")], // Italian
  ["E", national("#ÄÆØÅÜ_äæøåü")], // Norwegian and Danish
  ["6", national("#ÄÆØÅÜ_äæøåü")],
  ["Z", national("£§¡Ñ¿^_`°ñç~")], // Spanish
  ["H", national("#ÉÄÖÅÜ_éäöåü")], // Swedish
  ["7", national("#ÉÄÖÅÜ_éäöåü")],
  ["=", national("ùàéçêîèôäöüû")], // Swiss
]);

/** ASCII. */
export const DEFAULT_CHARSET: CharsetName = "B";

export function isCharset(name: string): boolean {
  return name === DEFAULT_CHARSET || CHARSETS.has(name);
}

/** The character of `code` in the set. */
export function translate(name: CharsetName, code: number): number {
  return CHARSETS.get(name)?.get(code) ?? code;
}

function national(replacements: string): ReadonlyMap<number, number> {
  return replacing(NATIONAL_POSITIONS, replacements);
}

/** All replacements are single UTF-16 units. */
function replacing(positions: string, replacements: string): ReadonlyMap<number, number> {
  const codes = Array.from({ length: positions.length }, (_, index) => index);
  return new Map(codes.map((index) => [positions.charCodeAt(index), replacements.charCodeAt(index)]));
}
