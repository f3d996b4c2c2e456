// Styles of cells. Each distinct style is stored once and cells contain its number; 0 is the default style. The table has the SGR sequence
// of each style in one canonical form, so that equal content has equal text.
import { randomInt } from "node:crypto";

/** Colours: 0 is the default, `PALETTE | index` one of 256, `RGB | 0xrrggbb` an exact one. */
export const PALETTE = 1 << 24;
export const RGB = 2 << 24;

export const BOLD = 1;
export const DIM = 2;
export const ITALIC = 4;
export const BLINK = 8;
export const INVERSE = 16;
export const HIDDEN = 32;
export const STRUCK = 64;
export const OVERLINE = 128;
/** DECSCA: a selective erase does not change the cell. Not visible. */
export const PROTECTED = 256;
/** The kind of underline (0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed) is stored above the flags. */
export const UNDERLINE_SHIFT = 9;
export const UNDERLINE_MASK = 7 << UNDERLINE_SHIFT;

export type Style = {
  foreground: number;
  background: number;
  flags: number;
  /** Colour of the underline. */
  underline: number;
  /** Target of the hyperlink, "" for none. */
  link: string;
};

export const DEFAULT_STYLE: Style = { foreground: 0, background: 0, flags: 0, underline: 0, link: "" };

export type StyleTable = {
  styles: Style[];
  /** SGR sequence of each, "" where nothing is visible. */
  sgr: string[];
  /** The same visible style without protection, which delimits runs of text. */
  visible: number[];
  isProtected: boolean[];
  /** Hash → number; a collision uses the next free hash. */
  byHash: Map<number, number>;
  links: Map<string, number>;
};

/** Random, so that no program can choose colours whose hashes collide. */
const FACTORS = Array.from({ length: 5 }, () => randomInt(2 ** 31) * 2 + 1);
const [
  FOREGROUND_FACTOR = 1,
  BACKGROUND_FACTOR = 1,
  FLAGS_FACTOR = 1,
  UNDERLINE_FACTOR = 1,
  LINK_FACTOR = 1,
] = FACTORS;

export function createStyleTable(): StyleTable {
  const table: StyleTable = {
    styles: [],
    sgr: [],
    visible: [],
    isProtected: [],
    byHash: new Map(),
    links: new Map([["", 0]]),
  };
  intern(table, DEFAULT_STYLE);
  return table;
}

/** The number of a style. The underline colour is ignored without an underline. */
export function intern(table: StyleTable, style: Style): number {
  const { foreground, background, flags, link } = style;
  const underline = (flags & UNDERLINE_MASK) === 0 ? 0 : style.underline;
  let hash = hashOf(foreground, background, flags, underline, linkNumber(table, link));
  for (;;) {
    const found = table.byHash.get(hash);
    if (found === undefined) return add(table, hash, { foreground, background, flags, underline, link });
    const other = table.styles[found];
    if (
      other !== undefined &&
      other.foreground === foreground &&
      other.background === background &&
      other.flags === flags &&
      other.underline === underline &&
      other.link === link
    ) {
      return found;
    }
    hash = (hash + 1) | 0;
  }
}

function linkNumber(table: StyleTable, link: string): number {
  if (link === "") return 0;
  const known = table.links.get(link);
  if (known !== undefined) return known;
  const number = table.links.size;
  table.links.set(link, number);
  return number;
}

function hashOf(
  foreground: number,
  background: number,
  flags: number,
  underline: number,
  link: number,
): number {
  const mixed =
    Math.imul(foreground, FOREGROUND_FACTOR) ^
    Math.imul(background, BACKGROUND_FACTOR) ^
    Math.imul(flags, FLAGS_FACTOR) ^
    Math.imul(underline, UNDERLINE_FACTOR) ^
    Math.imul(link, LINK_FACTOR);
  return mixed ^ (mixed >>> 15);
}

function add(table: StyleTable, hash: number, style: Style): number {
  const id = table.styles.push(style) - 1;
  table.byHash.set(hash, id);
  table.sgr.push(sgrOf(style));
  table.visible.push(id);
  table.isProtected.push((style.flags & PROTECTED) !== 0);
  if ((style.flags & PROTECTED) !== 0) {
    table.visible[id] = intern(table, { ...style, flags: style.flags & ~PROTECTED });
  }
  return id;
}

/** The visible style without the link. */
export function unlinked(table: StyleTable, style: number): number {
  const { flags, ...rest } = table.styles[style] ?? DEFAULT_STYLE;
  return intern(table, { ...rest, flags: flags & ~PROTECTED, link: "" });
}

function sgrOf(style: Style): string {
  const { flags } = style;
  const codes: string[] = [];
  if ((flags & BOLD) !== 0) codes.push("1");
  if ((flags & DIM) !== 0) codes.push("2");
  if ((flags & ITALIC) !== 0) codes.push("3");
  const underline = flags >> UNDERLINE_SHIFT;
  if (underline === 1) codes.push("4");
  else if (underline > 1) codes.push(`4:${underline}`);
  if ((flags & BLINK) !== 0) codes.push("5");
  if ((flags & INVERSE) !== 0) codes.push("7");
  if ((flags & HIDDEN) !== 0) codes.push("8");
  if ((flags & STRUCK) !== 0) codes.push("9");
  if ((flags & OVERLINE) !== 0) codes.push("53");
  if (style.foreground !== 0) codes.push(colourCode(style.foreground, 30, 90));
  if (style.background !== 0) codes.push(colourCode(style.background, 40, 100));
  if (style.underline !== 0) codes.push(exactColour(style.underline, 58));
  return codes.length === 0 ? "" : `\x1b[${codes.join(";")}m`;
}

function colourCode(colour: number, base: number, bright: number): string {
  const index = colour & 0xff;
  if ((colour & RGB) !== 0 || index > 15) return exactColour(colour, base + 8);
  return String(index < 8 ? base + index : bright + index - 8);
}

function exactColour(colour: number, code: number): string {
  if ((colour & RGB) === 0) return `${code};5;${colour & 0xff}`;
  return `${code};2;${(colour >> 16) & 0xff};${(colour >> 8) & 0xff};${colour & 0xff}`;
}

/** The sequences between text of one style and text of another. A link spans changes of colour; a colour does not span links. */
export function transition(table: StyleTable, from: number, to: number): string {
  if (from === to) return "";
  if (table.links.size === 1) return (table.sgr[from] === "" ? "" : "\x1b[0m") + (table.sgr[to] ?? "");
  const oldLink = table.styles[from]?.link ?? "";
  const newLink = table.styles[to]?.link ?? "";
  const reset = table.sgr[from] === "" ? "" : "\x1b[0m";
  const set = table.sgr[to] ?? "";
  if (oldLink === newLink) return table.sgr[from] === set ? "" : reset + set;
  const close = oldLink === "" ? "" : "\x1b]8;;\x1b\\";
  const open = newLink === "" ? "" : `\x1b]8;;${newLink}\x1b\\`;
  return reset + close + open + set;
}
