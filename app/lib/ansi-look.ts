// From a style of the terminal to classes of ansi.css, and to colours of its own where the classes do not suffice: exact
// colours and painted backgrounds, as a pair for the light and one for the dark theme.
import type { CSSProperties } from "react";
import {
  FILL_PALETTE,
  fromHex,
  GROUND,
  mix,
  readable,
  type Rgb,
  TEXT_PALETTE,
  type Theme,
  toHex,
} from "./ansi-colours.ts";
import type { Colour, Style } from "./ansi-sgr.ts";

export type Look = { className: string; style: CSSProperties | undefined };

/** Dim text is mixed with what is behind it. */
const DIM = 0.35;
/** Programs that paint pictures use many styles; the table starts anew beyond this. */
const LOOKS_MAX = 5000;
const looks = new Map<string, Look>();

export function lookOf(style: Style): Look {
  const key = Object.values(style).join(" ");
  const known = looks.get(key);
  if (known !== undefined) return known;
  const look = { className: classOf(style), style: inlineStyle(style) };
  if (looks.size >= LOOKS_MAX) looks.clear();
  looks.set(key, look);
  return look;
}

function classOf(style: Style): string {
  const classes = [];
  if (hasPaletteClass(style)) classes.push(`ansi-fg-${style.colour}`);
  if (style.bold) classes.push("ansi-bold");
  if (style.italic) classes.push("ansi-italic");
  return classes.join(" ");
}

/** The most frequent case has no colours of its own: a colour of the palette on the page's ground. */
function hasPaletteClass({ colour, background, inverse, dim }: Style): boolean {
  return typeof colour === "number" && background === null && !inverse && !dim;
}

function inlineStyle(style: Style): CSSProperties | undefined {
  // Concealed text is hidden on a terminal as well; it can be selected and copied.
  const hidden = style.conceal ? { color: "transparent" } : {};
  const css: CSSProperties = { ...colours(style), ...decoration(style), ...hidden };
  return Object.keys(css).length === 0 ? undefined : css;
}

function colours(style: Style): CSSProperties {
  const { colour, background, inverse, dim } = style;
  if ((colour === null && background === null && !inverse && !dim) || hasPaletteClass(style)) return {};
  const light = pair(style, "light");
  const dark = pair(style, "dark");
  return {
    color: byTheme(light.text, dark.text),
    ...(background === null && !inverse ? {} : { backgroundColor: byTheme(light.fill, dark.fill) }),
  };
}

/** What one theme shows. */
export function pair({ colour, background, inverse, dim }: Style, theme: Theme): { text: Rgb; fill: Rgb } {
  const { surface, text } = GROUND[theme];
  const isPainted = background !== null || inverse;
  const palette = isPainted && !inverse ? FILL_PALETTE : TEXT_PALETTE[theme];
  const given = { text: exact(colour, palette) ?? text, fill: exact(background, FILL_PALETTE) ?? surface };
  const [front, fill] = inverse ? [given.fill, given.text] : [given.text, given.fill];
  return { text: readable(dim ? mix(front, fill, DIM) : front, fill), fill };
}

function exact(colour: Colour, palette: readonly Rgb[]): Rgb | undefined {
  if (colour === null) return undefined;
  return typeof colour === "number" ? palette[colour] : fromHex(colour);
}

function byTheme(light: Rgb, dark: Rgb): string {
  const [first, second] = [toHex(light), toHex(dark)];
  return first === second ? first : `light-dark(${first}, ${second})`;
}

const UNDERLINE_STYLES = {
  single: "solid",
  double: "double",
  curly: "wavy",
  dotted: "dotted",
  dashed: "dashed",
} as const;

function decoration({ underline, underlineColour, struck, overline }: Style): CSSProperties {
  const lines = [underline !== null && "underline", struck && "line-through", overline && "overline"];
  const shown = lines.filter((line) => line !== false);
  if (shown.length === 0) return {};
  return {
    textDecorationLine: shown.join(" "),
    ...(underline === null || underline === "single"
      ? {}
      : { textDecorationStyle: UNDERLINE_STYLES[underline] }),
    ...(underline === null || underlineColour === null
      ? {}
      : {
          textDecorationColor: byTheme(
            exact(underlineColour, TEXT_PALETTE.light) ?? GROUND.light.text,
            exact(underlineColour, TEXT_PALETTE.dark) ?? GROUND.dark.text,
          ),
        }),
  };
}
