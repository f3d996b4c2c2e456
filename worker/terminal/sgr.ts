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
  const { mode, values, taken } = readColour(params, index);
  const colour = colourOf(mode, values);
  const target = params.values[index];
  if (colour !== undefined) {
    if (target === 38) pen.foreground = colour;
    else if (target === 48) pen.background = colour;
    else pen.underline = colour;
  }
  return taken;
}

/** Numbers of a colour, with its mode: `2;r;g;b` or `5;n`. */
const LENGTHS: Readonly<Record<number, number>> = { 2: 4, 5: 2 };

/**
 * The numbers are separated by semicolons, by colons, or first by semicolons (`38;5:9`): the colour ends with the first parameter
 * that has colons. With colons alone, the identifier of a colour space may precede an exact colour and is ignored.
 */
function readColour(
  { values, subs }: Params,
  index: number,
): { mode: number; values: number[]; taken: number } {
  const parts = [...(subs[index] ?? [])];
  let taken = 0;
  let colons = parts.length;
  while (colons === 0 && index + taken + 1 < values.length && parts.length < (LENGTHS[parts[0] ?? 2] ?? 1)) {
    taken += 1;
    const nested = subs[index + taken] ?? [];
    parts.push(values[index + taken] ?? 0, ...nested);
    colons = nested.length;
  }
  const [mode = 0] = parts;
  const hasColourSpace = mode === 2 && parts.length > 4 && colons >= parts.length - 1;
  return { mode, values: parts.slice(hasColourSpace ? 2 : 1), taken };
}

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
