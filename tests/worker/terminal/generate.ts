// Programs for a terminal, generated from a seed. Each is a list of tokens, so that a failing one can be reduced by
// removing tokens. Sequences that xterm.js handles wrongly are not generated; worker/terminal/README.md has the list.
import type { Random } from "../../chaos/random.ts";
import type { Program } from "./compare.ts";

type Token = string | Uint8Array;
export type GeneratedProgram = { size: Program["size"]; tokens: Token[]; traits: Traits; cutSeed: number };

/** Features of a program, chosen once; some cannot be combined in xterm.js. */
type Traits = {
  /** DECAWM is switched off at times: no wide characters. */
  unwraps: boolean;
  /** DECOM: no relative movement, which xterm.js counts from the wrong row. */
  hasOrigin: boolean;
  /** DECRC: xterm.js restores underlines and links in part. */
  savesCursor: boolean;
  isStyled: boolean;
  movesRows: boolean;
  usesAlternate: boolean;
  resets: boolean;
};

const SIZES: readonly [Program["size"], ...Program["size"][]] = [
  { columns: 160, rows: 50 },
  { columns: 10, rows: 4 },
  { columns: 24, rows: 8 },
  { columns: 7, rows: 3 },
];

export function generateProgram(random: Random): GeneratedProgram {
  const size = random.pick(SIZES);
  const traits: Traits = {
    unwraps: random.chance(0.15),
    hasOrigin: random.chance(0.1),
    savesCursor: random.chance(0.25),
    isStyled: random.chance(0.7),
    movesRows: random.chance(0.5),
    usesAlternate: random.chance(0.25),
    resets: random.chance(0.1),
  };
  const tokens = Array.from({ length: random.between(1, 60) }, () => token(random, traits, size));
  return { size, tokens: withBases(tokens), traits, cutSeed: random.between(0, 2 ** 31) };
}

/** Sequences whose last character is in the next token. */
const UNFINISHED = new Set<Token>(["\x1b(", "\x1b", "\x1b[3;;;"]);
const MARKED_ASCII = /^[\x20-\x7e]\p{Mark}/u;

/**
 * A sequence would take the base character of a mark, and a mark without a base is drawn by xterm.js beyond the end of a full row
 * (README: intended differences). Such a sequence ends before the mark's base.
 */
function withBases(tokens: readonly Token[]): Token[] {
  return tokens.map((each, index) => {
    const next = tokens[index + 1];
    const isTaken = UNFINISHED.has(each) && typeof next === "string" && MARKED_ASCII.test(next);
    return isTaken ? `${String(each)}q` : each;
  });
}

export function toProgram(generated: GeneratedProgram, random: Random): Program {
  const { size, tokens, traits } = generated;
  const bytes = Buffer.concat(tokens.map((each) => Buffer.from(each as string)));
  const cuts = Array.from({ length: random.between(0, 6) }, () => random.between(0, bytes.length)).toSorted(
    (a, b) => a - b,
  );
  return {
    size,
    bytes,
    cuts,
    ignored: { underline: traits.savesCursor || traits.usesAlternate },
    mayDetach: traits.movesRows || traits.hasOrigin,
  };
}

function token(random: Random, traits: Traits, size: Program["size"]): Token {
  const kinds: ((random: Random) => Token)[] = [
    text,
    text,
    text,
    lineEnd,
    lineEnd,
    control,
    erase,
    (from) => edit(from, size),
    oddity,
    tab,
  ];
  if (!traits.unwraps) kinds.push(wideText, wideText);
  if (!traits.hasOrigin) kinds.push((from) => move(from, size));
  kinds.push((from) => place(from, size));
  if (traits.isStyled) kinds.push(style, style, style);
  if (traits.isStyled && !traits.savesCursor) kinds.push(link);
  if (traits.movesRows) {
    kinds.push(
      (from) => rows(from, size),
      (from) => rows(from, size),
    );
  }
  if (traits.movesRows && !traits.hasOrigin) kinds.push(columns);
  if (traits.hasOrigin) kinds.push((from) => `\x1b[?6${from.pick(["h", "l"])}`);
  if (traits.unwraps) kinds.push((from) => `\x1b[?7${from.pick(["h", "l", "h"])}`);
  if (traits.savesCursor) {
    kinds.push((from) => from.pick(["\x1b7", "\x1b8", "\x1b[s", "\x1b[u", "\x1b[?1048h", "\x1b[?1048l"]));
  }
  if (traits.usesAlternate) {
    kinds.push((from) => `\x1b[?${from.pick(["47", "1047", "1049"])}${from.pick(["h", "l", "l"])}`);
  }
  if (traits.resets) {
    kinds.push((from) =>
      from.pick(["\x1bc", "\x1b[!p", traits.savesCursor || traits.usesAlternate ? "\x1b[!p" : "\x1b[3J"]),
    );
  }
  const kind = kinds[random.between(0, kinds.length - 1)] ?? text;
  return kind(random);
}

const WORDS = [
  "a",
  "bc",
  "the quick brown fox",
  "x".repeat(13),
  "   ",
  " ",
  "[y/N] ",
  "#@[\\]^_`{|}~",
  "lqqqk",
] as const;

function text(random: Random): string {
  return random.pick(WORDS).repeat(random.chance(0.1) ? random.between(2, 12) : 1);
}

const WIDE = ["漢", "字", "한", "ｗ"] as const;
const MARKED = [
  "e\u0301",
  "a\u0308\u0323",
  "漢\u0301",
  "👩\u200d💻",
  "é",
  "—",
  "✓",
  "🐌",
  "\u{20000}",
  "│",
] as const;

function wideText(random: Random): string {
  return (random.chance(0.6) ? random.pick(WIDE) : random.pick(MARKED)).repeat(random.between(1, 6));
}

function lineEnd(random: Random): string {
  return random.pick([
    "\r\n",
    "\r\n",
    "\r\n",
    "\n",
    "\r",
    "\x0b",
    "\x0c",
    "\x1bE",
    "\x1bD",
    "\x1bM",
    "\u0085",
    "\u0084",
  ]);
}

function control(random: Random): string {
  return random.pick([
    "\b",
    "\b\b\b",
    "\x07",
    "\x00",
    "\x7f",
    "\x0e",
    "\x0f",
    "\x1b(0",
    "\x1b(B",
    "\x1b)0",
    "\x1b(A",
    "\x1b*K",
    "\x1bn",
    "\x1bo",
    "\x1b~",
    "\x1b%G",
    "\x1b(R",
    "\r\u0301",
    "\x1b[4h",
    "\x1b[4l",
    "\x1b[20h",
    "\x1b[20l",
    "\x1b[?45h",
    "\x1b[?45l",
    "\x1b[?1h",
    "\x1b[?25l",
    "\x1b[?2004h",
    "\x1b[5n",
    "\x1b[c",
    "\x1b[>c",
    `\x1b[${random.pick(["4", "20", "99"])}$p`,
    `\x1b[?${random.pick(["1", "6", "7", "25", "45", "47", "1047", "1049", "2004", "9999"])}$p`,
    "\x1bP$qz\x1b\\",
    "\x1bP$qz\x18",
  ]);
}

function tab(random: Random): string {
  return random.pick([
    "\t",
    "\t\t",
    "\x1bH",
    "\x1b[g",
    "\x1b[3g",
    "\x1b[2I",
    "\x1b[Z",
    "\x1b[3Z",
    "\u0088",
    "\x1b[9I",
  ]);
}

function count(random: Random): string {
  return random.chance(0.4)
    ? ""
    : String(random.chance(0.1) ? random.between(0, 5000) : random.between(0, 12));
}

function move(random: Random, size: Program["size"]): string {
  const final = random.pick(["A", "A", "B", "C", "D", "E", "F", "G", "G", "`", "a", "d", "e"]);
  const wanted = final === "G" || final === "`" ? String(random.between(0, size.columns + 2)) : count(random);
  return `\x1b[${wanted}${final}`;
}

function place(random: Random, size: Program["size"]): string {
  if (random.chance(0.2)) return "\x1b[H";
  return `\x1b[${random.between(0, size.rows + 1)};${random.between(0, size.columns + 1)}${random.pick(["H", "f"])}`;
}

function erase(random: Random): string {
  // xterm.js 6 fails when the cursor is at the end of a row for ED 1.
  return random.pick([
    "\x1b[K",
    "\x1b[1K",
    "\x1b[2K",
    "\x1b[J",
    "\r\x1b[1J",
    "\x1b[2J",
    "\x1b[?K",
    "\x1b[?J",
    "\x1b[?2K",
  ]);
}

function edit(random: Random, size: Program["size"]): string {
  // No more than the columns of a row.
  if (random.chance(0.2)) return `\x1b[${random.between(0, size.columns)}b`;
  return `\x1b[${count(random)}${random.pick(["@", "P", "X"])}`;
}

function rows(random: Random, size: Program["size"]): string {
  if (random.chance(0.25)) return `\x1b[${random.between(0, size.rows)};${random.between(0, size.rows + 1)}r`;
  if (random.chance(0.1)) return "\x1b[r";
  return `\x1b[${random.chance(0.5) ? "" : random.between(1, size.rows + 1)}${random.pick(["L", "M", "S", "T"])}`;
}

function columns(random: Random): string {
  const number = random.between(1, 4);
  return random.pick([`\x1b[${number} @`, `\x1b[${number} A`, `\x1b[${number}'}`, `\x1b[${number}'~`]);
}

function colour(random: Random, code: 38 | 48 | 58): string {
  const part = (): number => random.between(0, 254);
  return random.pick([
    `${code};5;${part()}`,
    `${code}:5:${part()}`,
    `${code};5:${part()}`,
    `${code};2;${part()};${part()};${part()}`,
    `${code}:2::${part()}:${part()}:${part()}`,
    `${code}:2:1:${part()}:${part()}:${part()}`,
    `${code};2::${part()}:${part()}:${part()}`,
    `${code};2;${part()}:${part()}:${part()}`,
    `${code};2;${part()};${part()}:${part()}`,
    `${code};5;${part()}:${part()}`,
  ]);
}

const CODES = "0 1 2 3 4 5 7 8 9 21 22 23 24 25 27 28 29 53 55 39 49 59 4:0 4:1 4:3 4:5 4:9 6 1:2".split(" ");

function style(random: Random): string {
  const one = (): string =>
    random.pick([
      "",
      CODES[random.between(0, CODES.length - 1)] ?? "",
      CODES[random.between(0, CODES.length - 1)] ?? "",
      `${random.pick(["3", "4", "9", "10"])}${random.between(0, 7)}`,
      colour(random, random.pick([38, 48, 58])),
    ]);
  if (random.chance(0.2)) return random.pick(["\x1b[m", "\x1b[0m", '\x1b[1"q', '\x1b["q']);
  return `\x1b[${Array.from({ length: random.between(1, 4) }, one).join(";")}m`;
}

function link(random: Random): string {
  const end = random.pick(["\x1b\\", "\x07", "\u009c"]);
  const target = random.pick([
    "",
    "",
    "https://example.org/T1",
    "http://example.org/a;b",
    "mailto:a@example.org",
  ]);
  return `\x1b]8;${target === "" ? "" : random.pick(["", "id=7"])};${target}${end}`;
}

function oddity(random: Random): Token {
  return random.pick<Token>([
    "\x1b]0;a title\x07",
    "\x1b]2;ein Titel ä\x1b\\",
    "\x1bPq#0;1~\x1b\\",
    "\x1b_private\x1b\\",
    "\x1b^message\x1b\\",
    "\x1bXstring\u009c",
    "\x1b[<1;2m",
    "\x1b[1;2?x",
    "\x1b[?25h",
    "\x1b[99999999999999999999X",
    "\x1b[38;5m",
    "\x1b[1\x18x",
    "\x1b[1\ny",
    "\x1b[2\u001a",
    "\x1b=",
    "\x1b[3;;;",
    "\x1b(",
    "\x1b",
    "\u009b1m",
    "\u009d0;t\u009c",
    "\u0090x\u009c",
    "\x1b[äm",
    "\x1b[0:1:2;3:4m",
    Uint8Array.of(0xe2, 0x80),
    Uint8Array.of(0xff, 0xc0, 0x80),
    Uint8Array.of(0xf0, 0x9f, 0x90),
    Uint8Array.of(0xed, 0xa0, 0x80),
    "\ufeff",
    "\x1b[1m\x1b[22m",
    `\x1b[${"1;".repeat(40)}m`,
  ]);
}
