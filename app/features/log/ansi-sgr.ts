// Parses SGR, the escape sequence that styles text (`ESC [ … m`), in all forms that terminals accept: 16 colours, 256 colours
// and RGB, with semicolons or colons, and underline styles.

export type Colour = number | string | null;
export type Underline = "single" | "double" | "curly" | "dotted" | "dashed";

export type Style = {
  /** 0 to 15 for the palette of the theme; "#rrggbb" for an exact colour; null for the default. */
  colour: Colour;
  background: Colour;
  underlineColour: Colour;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: Underline | null;
  inverse: boolean;
  conceal: boolean;
  struck: boolean;
  overline: boolean;
};

export const PLAIN: Style = Object.freeze({
  colour: null,
  background: null,
  underlineColour: null,
  bold: false,
  dim: false,
  italic: false,
  underline: null,
  inverse: false,
  conceal: false,
  struck: false,
  overline: false,
});

/** Indexed by the number after `4:`, starting with 1; 0 ends the underline. */
const UNDERLINES: readonly Underline[] = ["single", "double", "curly", "dotted", "dashed"];
const COLOUR_FIELDS = { 38: "colour", 48: "background", 58: "underlineColour" } as const;

/** @param parameters the text between `ESC [` and `m`. */
export function applySgr(style: Style, parameters: string): Style {
  const codes = parameters.split(";");
  let next = style;
  for (let index = 0; index < codes.length; index += 1) {
    const [code = 0, ...sub] = (codes[index] ?? "").split(":").map(toNumber);
    if (code === 38 || code === 48 || code === 58) {
      // With semicolons the colour is in the following parameters.
      const given = sub.length > 0 ? sub : codes.slice(index + 1, index + 5).map(toNumber);
      if (sub.length === 0) index += given[0] === 2 ? 4 : given[0] === 5 ? 2 : 0;
      const colour = extendedColour(given, sub.length > 0);
      if (colour !== undefined) next = { ...next, [COLOUR_FIELDS[code]]: colour };
      // The parameters after an incomplete colour are meaningless.
      else if (sub.length === 0) return next;
    } else if (code === 4 && sub.length > 0) {
      const [kind = 0] = sub;
      next = { ...next, underline: kind === 0 ? null : (UNDERLINES[kind - 1] ?? "single") };
    } else if (sub.length === 0) {
      next = applyCode(next, code);
    }
  }
  return next;
}

function toNumber(text: string): number {
  return text === "" ? 0 : Number(text);
}

const SWITCHES: Readonly<Record<number, Partial<Style>>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: "single" },
  7: { inverse: true },
  8: { conceal: true },
  9: { struck: true },
  21: { underline: "double" },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: null },
  27: { inverse: false },
  28: { conceal: false },
  29: { struck: false },
  39: { colour: null },
  49: { background: null },
  53: { overline: true },
  55: { overline: false },
  59: { underlineColour: null },
};

function applyCode(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 90 + 8 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 100 + 8 };
  const change = SWITCHES[code];
  return change === undefined ? style : { ...style, ...change };
}

/** `5 n` or `2 r g b`; with colons also `2 space r g b`. Undefined when incomplete. */
function extendedColour(given: readonly number[], hasColons: boolean): Colour | undefined {
  const [mode, ...values] = given;
  if (mode === 5 && values[0] !== undefined) return indexedColour(values[0]);
  if (mode !== 2) return undefined;
  const [red, green, blue] = hasColons && values.length > 3 ? values.slice(1) : values;
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return hex(red, green, blue);
}

/** 16 colours of the theme, a cube of 6 x 6 x 6 colours, and 24 greys. */
function indexedColour(index: number): Colour | undefined {
  if (index > 255) return undefined;
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return hex(grey, grey, grey);
  }
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return hex(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

function hex(...channels: number[]): string {
  return `#${channels.map((value) => Math.min(255, value).toString(16).padStart(2, "0")).join("")}`;
}
