// SGR: sets the style of the pen.
import type { Params } from "./params.ts";
import {
  BLINK,
  BOLD,
  DEFAULT_STYLE,
  DIM,
  HIDDEN,
  INVERSE,
  ITALIC,
  OVERLINE,
  PALETTE,
  PROTECTED,
  RGB,
  STRUCK,
  UNDERLINE_MASK,
  UNDERLINE_SHIFT,
  type Style,
} from "./style.ts";

const FLAGS_SET: Readonly<Record<number, number>> = {
  1: BOLD,
  2: DIM,
  3: ITALIC,
  5: BLINK,
  7: INVERSE,
  8: HIDDEN,
  9: STRUCK,
  53: OVERLINE,
};

const FLAGS_CLEARED: Readonly<Record<number, number>> = {
  22: BOLD | DIM,
  23: ITALIC,
  24: UNDERLINE_MASK,
  25: BLINK,
  27: INVERSE,
  28: HIDDEN,
  29: STRUCK,
  55: OVERLINE,
};

/** The style after an SGR sequence. Unknown parameters change nothing. */
export function applySgr(style: Style, params: Params): Style {
  if (params.values.length === 1 && params.values[0] === 0 && style.link === "") return DEFAULT_STYLE;
  const { foreground, background, flags, underline, link } = style;
  const pen = { foreground, background, flags, underline, link };
  const { values, subs } = params;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    if (value === 38 || value === 48 || value === 58) index += applyColour(pen, params, index);
    else if (value === 4) setUnderline(pen, subs[index]?.[0] ?? 1);
    else apply(pen, value);
  }
  return pen;
}

function apply(pen: Style, value: number): void {
  const set = FLAGS_SET[value];
  const cleared = FLAGS_CLEARED[value];
  if (value === 0) reset(pen);
  else if (set !== undefined) pen.flags |= set;
  else if (cleared !== undefined) pen.flags &= ~cleared;
  else if (value === 21) setUnderline(pen, 2);
  else if (value >= 30 && value <= 37) pen.foreground = PALETTE | (value - 30);
  else if (value >= 40 && value <= 47) pen.background = PALETTE | (value - 40);
  else if (value >= 90 && value <= 97) pen.foreground = PALETTE | (value - 90 + 8);
  else if (value >= 100 && value <= 107) pen.background = PALETTE | (value - 100 + 8);
  else if (value === 39) pen.foreground = 0;
  else if (value === 49) pen.background = 0;
  else if (value === 59) pen.underline = 0;
}

/** Everything except the link, which SGR does not change. */
function reset(pen: Style): void {
  pen.foreground = 0;
  pen.background = 0;
  pen.flags = 0;
  pen.underline = 0;
}

/** @param kind 0 none, 1 single, … 5 dashed; others are single */
function setUnderline(pen: Style, kind: number): void {
  const known = kind >= 0 && kind <= 5 ? kind : 1;
  pen.flags = (pen.flags & ~UNDERLINE_MASK) | (known << UNDERLINE_SHIFT);
}

/** @returns how many parameters more belong to the colour */
function applyColour(pen: Style, params: Params, index: number): number {
  const subs = params.subs[index] ?? [];
  const isWithColons = subs.length > 0;
  const parts = isWithColons ? subs : params.values.slice(index + 1, index + 5);
  const [mode = 0] = parts;
  const colour = colourOf(
    mode,
    isWithColons && mode === 2 && parts.length > 4 ? parts.slice(2) : parts.slice(1),
  );
  const target = params.values[index];
  if (colour !== undefined) {
    if (target === 38) pen.foreground = colour;
    else if (target === 48) pen.background = colour;
    else pen.underline = colour;
  }
  if (isWithColons) return 0;
  return Math.min(parts.length, mode === 5 ? 2 : mode === 2 ? 4 : 1);
}

/** @param values of the colour; after colons an identifier of a colour space may come first and is ignored */
function colourOf(mode: number, values: readonly number[]): number | undefined {
  const part = (index: number): number => Math.max(0, values[index] ?? 0) & 0xff;
  if (mode === 5) return PALETTE | part(0);
  if (mode === 2) return RGB | (part(0) << 16) | (part(1) << 8) | part(2);
  return undefined;
}

/** DECSCA. */
export function applyProtection(style: Style, value: number): Style {
  if (value === 1) return { ...style, flags: style.flags | PROTECTED };
  if (value === 0 || value === 2) return { ...style, flags: style.flags & ~PROTECTED };
  return style;
}
