// Terminal colours on the background of the page. Text has a contrast of at least 4.5 with its background in both themes,
// whatever the program chose: the lightness of a colour is adjusted if necessary, and its hue is kept.

export type Theme = "light" | "dark";
export type Rgb = readonly [red: number, green: number, blue: number];

export const CONTRAST_MIN = 4.5;

/** Background and text colour of the log: `--surface` and `--color-base` of each theme. */
export const BASE_COLOURS: Record<Theme, { surface: Rgb; text: Rgb }> = {
  light: { surface: fromHex("#ffffff"), text: fromHex("#202122") },
  dark: { surface: fromHex("#202122"), text: fromHex("#eaecf0") },
};

/** Text colours 0 to 15 on the background of each theme. */
export const TEXT_PALETTE: Record<Theme, readonly Rgb[]> = {
  light: [
    "#202122",
    "#b32424",
    "#14663c",
    "#7a5600",
    "#3056a9",
    "#7a3a9a",
    "#0b6478",
    "#54595d",
    "#5d636a",
    "#bf3c2c",
    "#177860",
    "#886425",
    "#3366cc",
    "#8a4bab",
    "#0e7490",
    "#404244",
  ].map(fromHex),
  dark: [
    "#a2a9b1",
    "#fd7865",
    "#54c78c",
    "#dca93a",
    "#88a3e8",
    "#c79be6",
    "#4fc3d9",
    "#c8ccd1",
    "#a2a9b1",
    "#fea898",
    "#7fdcae",
    "#edc465",
    "#a6bbf5",
    "#d9b8f0",
    "#86dcec",
    "#f8f9fa",
  ].map(fromHex),
};

/** Colours 0 to 15 where the program sets the background: the true colours, the same in both themes. */
export const FILL_PALETTE: readonly Rgb[] = [
  "#000000",
  "#b32424",
  "#14663c",
  "#ac8a1f",
  "#3056a9",
  "#7a3a9a",
  "#0b6478",
  "#c8ccd1",
  "#54595d",
  "#f54739",
  "#26a475",
  "#ffcc33",
  "#6485d1",
  "#ba7ad9",
  "#3cb6cc",
  "#f8f9fa",
].map(fromHex);

export function fromHex(text: string): Rgb {
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function toHex(colour: Rgb): string {
  return `#${colour.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("")}`;
}

/** As WCAG 2 defines it: 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** The colour itself if its contrast is sufficient, else the nearest lightness for which it is. */
export function readable(colour: Rgb, background: Rgb): Rgb {
  if (contrast(colour, background) >= CONTRAST_MIN) return colour;
  const [hue, saturation, lightness] = toHsl(colour);
  const isLighter = luminance(colour) >= luminance(background);
  for (const end of isLighter ? [1, 0] : [0, 1]) {
    if (contrast([255 * end, 255 * end, 255 * end], background) < CONTRAST_MIN) continue;
    let near = lightness;
    let far = end;
    // 12 bisections: finer than one step of a colour channel.
    for (let step = 0; step < 12; step += 1) {
      const middle = (near + far) / 2;
      const moved = rounded(fromHsl(hue, saturation, middle));
      const isBeyond =
        end === 1 ? luminance(moved) > luminance(background) : luminance(moved) < luminance(background);
      if (isBeyond && contrast(moved, background) >= CONTRAST_MIN) far = middle;
      else near = middle;
    }
    return rounded(fromHsl(hue, saturation, far));
  }
  return colour;
}

/** Interpolates between two colours: 0 is the first, 1 the second. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const between = (index: 0 | 1 | 2) => a[index] + (b[index] - a[index]) * share;
  return [between(0), between(1), between(2)];
}

function rounded([red, green, blue]: Rgb): Rgb {
  return [Math.round(red), Math.round(green), Math.round(blue)];
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(channel: number): number {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function toHsl([r, g, b]: Rgb): [hue: number, saturation: number, lightness: number] {
  const [red, green, blue] = [r / 255, g / 255, b / 255];
  const max = Math.max(red, green, blue);
  const min = Math.min(red, green, blue);
  const range = max - min;
  const lightness = (max + min) / 2;
  if (range === 0) return [0, 0, lightness];
  const saturation = range / (1 - Math.abs(2 * lightness - 1));
  const sector =
    max === red
      ? (green - blue) / range
      : max === green
        ? (blue - red) / range + 2
        : (red - green) / range + 4;
  return [(sector * 60 + 360) % 360, Math.min(1, saturation), lightness];
}

function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const span = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const k = (offset + hue / 30) % 12;
    return 255 * (lightness - span * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}
