// One line of terminal output as runs of styled text. Understands SGR (colours, bold, dim, italic, underline,
// inverse, also 256 and true colours); every other escape sequence and control character is dropped, because a
// log line has no cursor to move. Colours are names of CSS classes, so both themes can keep enough contrast.
import { SEQUENCE } from "#lib/domain/log-text.ts";

export type Style = {
  /** 0 to 15, the palette of the theme; or a colour of its own as "#rrggbb"; null for the default. */
  colour: number | string | null;
  background: number | string | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  inverse: boolean;
};

export type Run = { text: string; style: Style };

export const PLAIN: Style = Object.freeze({
  colour: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
});

export function parseAnsi(line: string): Run[] {
  const runs: Run[] = [];
  let style = PLAIN;
  let from = 0;
  for (const match of line.matchAll(SEQUENCE)) {
    push(runs, line.slice(from, match.index), style);
    from = match.index + match[0].length;
    const [, parameters, final] = match;
    // Private parameters (those that start with <, =, > or ?) are not SGR even with an m.
    if (final === "m" && parameters !== undefined && !/^[<=>?]/.test(parameters)) {
      style = applySgr(style, parameters);
    }
  }
  push(runs, line.slice(from), style);
  return runs;
}

function push(runs: Run[], text: string, style: Style): void {
  if (text === "") return;
  const last = runs.at(-1);
  if (last !== undefined && last.style === style) last.text += text;
  else runs.push({ text, style });
}

function applySgr(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map((text) => (text === "" ? 0 : Number(text)));
  let next = style;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 38 || code === 48) {
      const extended = extendedColour(codes, index + 1);
      if (extended === undefined) return next;
      next = { ...next, [code === 38 ? "colour" : "background"]: extended.colour };
      index += extended.used;
    } else {
      next = applyCode(next, code);
    }
  }
  return next;
}

function applyCode(style: Style, code: number): Style {
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 90 + 8 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 100 + 8 };
  switch (code) {
    case 0:
      return PLAIN;
    case 1:
      return { ...style, bold: true };
    case 2:
      return { ...style, dim: true };
    case 3:
      return { ...style, italic: true };
    case 4:
      return { ...style, underline: true };
    case 7:
      return { ...style, inverse: true };
    case 22:
      return { ...style, bold: false, dim: false };
    case 23:
      return { ...style, italic: false };
    case 24:
      return { ...style, underline: false };
    case 27:
      return { ...style, inverse: false };
    case 39:
      return { ...style, colour: null };
    case 49:
      return { ...style, background: null };
    default:
      return style;
  }
}

/** `5;n` or `2;r;g;b` from `index`; undefined when it is cut short, and then the rest means nothing. */
function extendedColour(
  codes: readonly number[],
  index: number,
): { colour: number | string; used: number } | undefined {
  const [mode, first, second, third] = codes.slice(index, index + 4);
  if (mode === 5 && first !== undefined) return { colour: indexedColour(first), used: 2 };
  if (mode === 2 && first !== undefined && second !== undefined && third !== undefined) {
    return { colour: hex(first, second, third), used: 4 };
  }
  return undefined;
}

/** The first 16 belong to the theme; then a cube of 6 x 6 x 6, then 24 greys. */
function indexedColour(index: number): number | string {
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
  return `#${channels
    .map((value) =>
      Math.min(255, Math.max(0, Math.trunc(value)))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
