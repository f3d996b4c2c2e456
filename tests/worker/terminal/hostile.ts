// Hostile output that is meant to cost time or memory: families of inputs of any length.
type Family = { name: string; piece: (index: number) => string | Uint8Array };

const same = (name: string, piece: string | Uint8Array): Family => ({ name, piece: () => piece });
const huge = (final: string): Family => same(`a huge count for ${final}`, `\x1b[2147483647${final}`);

export const FAMILIES: readonly Family[] = [
  same("resets of the style", "\x1b[m"),
  same("carriage returns", "\r"),
  same("bells", "\x07"),
  same("backspaces", "\b"),
  same("tabs", "\t"),
  same("spaces", " "),
  same("one long line", "x"),
  same("one long line of wide characters", "漢"),
  same("combining marks", "\u0301"),
  same("marked characters", "e\u0301"),
  same("line feeds", "\n"),
  same("a line left again and again", "\x1b[A\n"),
  same("a wrapped line left again and again", "\x1b[Ax\n"),
  same("a long row left again and again", `${"x".repeat(900)}\x1b[A\n`),
  same("malformed bytes", Uint8Array.of(0xff, 0xc2)),
  same("NUL bytes", "\0"),
  ...["S", "T", "L", "M", "I", "Z", "b", "@", "P", "X", "A", "B", "C", "d", "r", "G"].map(huge),
  same("repetition", "x\x1b[159b"),
  same("repetition of a marked character", "e\u0301\u0302\u0303\x1b[159b"),
  same("erased screens", "\x1b[2J"),
  same("erased screens in colour", "\x1b[41m\x1b[2J\x1b[42m\x1b[2J"),
  { name: "selectively erased screens", piece: (index) => (index === 0 ? protectedScreen() : "\x1b[?2J") },
  {
    name: "selectively erased screens in colour",
    piece: (index) => (index === 0 ? protectedScreen() : `\x1b[4${index & 1}m\x1b[?2J`),
  },
  same("alignment patterns", "\x1b#8"),
  { name: "shifted screens", piece: (index) => (index === 0 ? "x".repeat(7900) : "\x1b[2 @x\x1b[2 A") },
  { name: "shifted rows", piece: (index) => (index === 0 ? "x".repeat(7900) : "\x1b[L\x1b[M") },
  same("full resets", "\x1bc"),
  same("full resets of a repeated character", "x\x1b[159b\x1bc"),
  same("full resets with the cursor below", "\x1b[50B\x1bc"),
  same("erased scrollback", "\n\x1b[3J"),
  same("the alternate screen", "\x1b[?1049h\x1b[?1049l"),
  same("inserted characters", "\x1b[4hx"),
  same("scroll regions", "\x1b[2;50r\x1b[50H\n"),
  same("reverse line feeds", "\x1b[H\x1bM"),
  same("queries", "\x1b[6n\x1b[?25$p\x1bP$qm\x1b\\"),
  same("saved cursors", "\x1b7\x1b8"),
  same("character sets", "\x1b(0q\x1b(B"),
  {
    name: "new colours",
    piece: (index) => `\x1b[38;2;${index & 255};${(index >> 8) & 255};${index >> 16}mx`,
  },
  {
    name: "new clusters",
    piece: (index) =>
      `x${String.fromCodePoint(0x300 + (index % 100), 0x300 + (Math.floor(index / 100) % 100))}`,
  },
  { name: "new links", piece: (index) => `\x1b]8;;https://example.org/${index}\x07x` },
  {
    name: "two links in turn",
    piece: (index) => `\x1b]8;;https://example.org/${"x".repeat(1500)}${index % 2}\x07x`,
  },
  { name: "an endless title", piece: (index) => (index === 0 ? "\x1b]0;" : "x") },
  { name: "an endless string", piece: (index) => (index === 0 ? "\x1bP" : "q1") },
  { name: "an endless sequence", piece: (index) => (index === 0 ? "\x1b[" : "1;") },
  { name: "endless sub-parameters", piece: (index) => (index === 0 ? "\x1b[38" : ":1") },
  { name: "endless intermediates", piece: (index) => (index === 0 ? "\x1b[" : "!") },
  { name: "an endless number", piece: (index) => (index === 0 ? "\x1b[" : "9") },
];

/** A full screen of protected cells, except one per row. */
function protectedScreen(): string {
  return `\x1b[1"q${`${"x".repeat(158)}\r\n`.repeat(49)}`;
}

/** At least this many bytes of a family. */
export function hostileInput(family: Family, length: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let index = 0, total = 0; total < length; index += 1) {
    const piece = Buffer.from(family.piece(index) as string);
    pieces.push(piece);
    total += piece.length;
  }
  return Buffer.concat(pieces);
}
