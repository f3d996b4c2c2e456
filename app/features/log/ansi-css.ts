// Converts a terminal style to CSS. Colours are pairs for the light and the dark theme, with `light-dark()`. They are inline,
// because in a style sheet the build would replace that function by variables that the themes do not define.
import type { CSSProperties } from "react";
import {
  FILL_PALETTE,
  fromHex,
  BASE_COLOURS,
  mix,
  readable,
  type Rgb,
  TEXT_PALETTE,
  type Theme,
  toHex,
} from "./ansi-colours.ts";
import { type Colour, PLAIN, type Style } from "./ansi-sgr.ts";

/** Share of the background in dim text. */
const DIM = 0.35;
/** The cache is cleared beyond this size, because programs that draw images use many styles. */
const STYLES_MAX = 5000;
const cachedStyles = new Map<string, CSSProperties | undefined>();

/** Undefined for text without a style. */
export function cssOf(style: Style): CSSProperties | undefined {
  if (style === PLAIN) return undefined;
  const key = Object.values(style).join(" ");
  if (cachedStyles.has(key)) return cachedStyles.get(key);
  const css = { ...colours(style), ...font(style), ...decoration(style) };
  const result = Object.keys(css).length === 0 ? undefined : css;
  if (cachedStyles.size >= STYLES_MAX) cachedStyles.clear();
  cachedStyles.set(key, result);
  return result;
}

function colours(style: Style): CSSProperties {
  const { colour, background, inverse, dim, conceal } = style;
  if (colour === null && background === null && !inverse && !dim && !conceal) return {};
  const light = pair(style, "light");
  const dark = pair(style, "dark");
  return {
    // Concealed text is hidden on a terminal as well; it can be selected and copied.
    color: conceal ? "transparent" : byTheme(light.text, dark.text),
    ...(background === null && !inverse ? {} : { backgroundColor: byTheme(light.fill, dark.fill) }),
  };
}

function font({ bold, italic }: Style): CSSProperties {
  return { ...(bold ? { fontWeight: 700 } : {}), ...(italic ? { fontStyle: "italic" } : {}) };
}

/** The colours of a style in one theme. */
export function pair({ colour, background, inverse, dim }: Style, theme: Theme): { text: Rgb; fill: Rgb } {
  const { surface, text } = BASE_COLOURS[theme];
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
            exact(underlineColour, TEXT_PALETTE.light) ?? BASE_COLOURS.light.text,
            exact(underlineColour, TEXT_PALETTE.dark) ?? BASE_COLOURS.dark.text,
          ),
        }),
  };
}
