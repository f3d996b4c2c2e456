// Styled text in a comparable form: runs of characters with the name of their style.
export type Run = { style: string; text: string };

export type CellStyle = {
  foreground: string;
  background: string;
  /** Names of the enabled attributes. */
  flags: readonly string[];
  /** 0 none, 1 single, … 5 dashed. */
  underline: number;
  underlineColour: string;
  link: string;
};

export const PLAIN: CellStyle = {
  foreground: "",
  background: "",
  flags: [],
  underline: 0,
  underlineColour: "",
  link: "",
};

/** Features that a comparison ignores, because the reference is wrong there. */
export type Ignored = { underline?: boolean };

export function styleName(style: CellStyle, ignored: Ignored): string {
  const underline =
    ignored.underline === true ? [] : [`u${style.underline}`, style.underlineColour, style.link];
  return [style.foreground, style.background, style.flags.toSorted().join("+"), ...underline].join("|");
}

export function addRun(runs: Run[], style: string, text: string): void {
  const last = runs.at(-1);
  if (text === "") return;
  if (last !== undefined && last.style === style) last.text += text;
  else runs.push({ style, text });
}

// oxlint-disable-next-line no-control-regex
const SEQUENCE = /\u001b\[([0-9;:]*)m|\u001b\]8;;([^\u001b]*)\u001b\\/g;

/** Parses canonical text of the emulator. Anything that it must not contain is an error. */
export function parseCanonical(text: string, ignored: Ignored): Run[] {
  const runs: Run[] = [];
  let style = PLAIN;
  let from = 0;
  for (const match of text.matchAll(SEQUENCE)) {
    addRun(runs, styleName(style, ignored), checked(text.slice(from, match.index)));
    style = match[1] === undefined ? { ...style, link: match[2] ?? "" } : applyCodes(style, match[1]);
    from = match.index + match[0].length;
  }
  addRun(runs, styleName(style, ignored), checked(text.slice(from)));
  if (JSON.stringify(style) !== JSON.stringify(PLAIN)) {
    throw new Error(`${JSON.stringify(text)} does not reset its style at the end`);
  }
  return runs;
}

function checked(text: string): string {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f-\u009f]/.test(text)) {
    throw new Error(`${JSON.stringify(text)} has control characters`);
  }
  return text;
}

const FLAG_NAMES: Readonly<Record<string, string>> = {
  "1": "bold",
  "2": "dim",
  "3": "italic",
  "5": "blink",
  "7": "inverse",
  "8": "hidden",
  "9": "struck",
  "53": "overline",
};

function applyCodes(before: CellStyle, codes: string): CellStyle {
  if (codes === "0") return { ...PLAIN, link: before.link };
  let style = before;
  const parts = codes.split(";");
  while (parts.length > 0) {
    const code = parts.shift() ?? "";
    const number = Number(code);
    const flag = FLAG_NAMES[code];
    if (flag !== undefined) style = { ...style, flags: [...style.flags, flag] };
    else if (code === "4") style = { ...style, underline: 1 };
    else if (code.startsWith("4:")) style = { ...style, underline: Number(code.slice(2)) };
    else if (code === "38") style = { ...style, foreground: takeColour(parts) };
    else if (code === "48") style = { ...style, background: takeColour(parts) };
    else if (code === "58") style = { ...style, underlineColour: takeColour(parts) };
    else if (number >= 30 && number <= 37) style = { ...style, foreground: `p${number - 30}` };
    else if (number >= 90 && number <= 97) style = { ...style, foreground: `p${number - 82}` };
    else if (number >= 40 && number <= 47) style = { ...style, background: `p${number - 40}` };
    else if (number >= 100 && number <= 107) style = { ...style, background: `p${number - 92}` };
    else throw new Error(`unknown code ${code} in ${codes}`);
  }
  return style;
}

function takeColour(parts: string[]): string {
  if (parts.shift() === "5") return `p${parts.shift() ?? ""}`;
  return `#${parts
    .splice(0, 3)
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join("")}`;
}
