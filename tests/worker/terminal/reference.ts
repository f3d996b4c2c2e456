// xterm.js as the reference: it runs a program, and its buffer is read cell by cell.
import xterm from "@xterm/headless";
import { addRun, styleName, type CellStyle, type Ignored, type Run } from "./canonical.ts";

export type ReferenceRow = { isWrapped: boolean; cells: ReferenceCell[] };
export type ReferenceCell = { text: string; width: number; style: CellStyle };
export type Reference = {
  /** All rows of the normal buffer, including those that a reset or an erased scrollback removed. */
  rows: ReferenceRow[];
  /** Rows of the alternate buffer while it is shown. */
  alternate: ReferenceRow[] | undefined;
  cursorRow: number;
  cursorColumn: number;
  replies: string[];
};

/** Missing in the types of the package. */
type Cell = { fg: number; bg: number; extended: { _ext: number; _urlId: number } };
type Core = {
  writeSync(text: string): void;
  _oscLinkService: { registerLink(link: { uri: string }): number };
};

const SCROLLBACK = 20_000;

export function drawReference(size: { columns: number; rows: number }, bytes: Uint8Array): Reference {
  const terminal = new xterm.Terminal({
    cols: size.columns,
    rows: size.rows,
    scrollback: SCROLLBACK,
    allowProposedApi: true,
    logLevel: "off",
  });
  const { _core: core } = terminal as unknown as { _core: Core };
  // xterm.js loses a link when the row in which it began is removed.
  const links = new Map<number, string>();
  const service = core._oscLinkService;
  const register = service.registerLink.bind(service);
  service.registerLink = (link) => {
    const id = register(link);
    links.set(id, link.uri);
    return id;
  };
  const linkOf = (id: number): string => links.get(id) ?? "";
  const kept: ReferenceRow[] = [];
  const replies: string[] = [];
  terminal.onData((data) => replies.push(data));
  const { normal } = terminal.buffer;
  const keep = (from: number, to: number): void => {
    kept.push(...readRows(terminal.buffer.normal, from, to, linkOf));
  };
  terminal.parser.registerEscHandler({ final: "c" }, () => {
    const screen = readRows(normal, 0, normal.length, linkOf);
    while (screen.length > normal.baseY && screen.at(-1)?.cells.every(({ text }) => text === "") === true) {
      screen.pop();
    }
    kept.push(...screen);
    return false;
  });
  terminal.parser.registerCsiHandler({ final: "J" }, (params) => {
    if (params[0] === 3 && terminal.buffer.active.type === "normal") keep(0, normal.baseY);
    return false;
  });
  core.writeSync(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: true }));
  const active = terminal.buffer.active;
  const reference = {
    rows: [...kept, ...readRows(normal, 0, normal.length, linkOf)],
    alternate: active.type === "alternate" ? readRows(active, 0, active.length, linkOf) : undefined,
    cursorRow: active.cursorY,
    cursorColumn: active.cursorX,
    replies,
  };
  terminal.dispose();
  return reference;
}

type Buffer = xterm.Terminal["buffer"]["active"];

function readRows(buffer: Buffer, from: number, to: number, linkOf: (id: number) => string): ReferenceRow[] {
  const rows: ReferenceRow[] = [];
  for (let y = from; y < to; y += 1) {
    const line = buffer.getLine(y);
    if (line === undefined) break;
    const cells: ReferenceCell[] = [];
    for (let x = 0; x < line.length; x += 1) {
      const cell = line.getCell(x);
      if (cell === undefined) break;
      const style = styleOf(cell as unknown as Cell, linkOf);
      cells.push({ text: cell.getChars(), width: cell.getWidth(), style });
    }
    rows.push({ isWrapped: line.isWrapped, cells });
  }
  return rows;
}

const FOREGROUND_FLAGS: readonly (readonly [number, string])[] = [
  [0x4000000, "inverse"],
  [0x8000000, "bold"],
  [0x20000000, "blink"],
  [0x40000000, "hidden"],
  [0x80000000, "struck"],
];
const BACKGROUND_FLAGS: readonly (readonly [number, string])[] = [
  [0x4000000, "italic"],
  [0x8000000, "dim"],
  [0x40000000, "overline"],
];
const UNDERLINE_FLAG = 0x10000000;
const EXTENDED_FLAG = 0x10000000;
/** SGR 59 sets this colour in xterm.js 6 instead of none. */
const RESET_COLOUR = 0x3ffffff;

function styleOf(cell: Cell, linkOf: (id: number) => string): CellStyle {
  const flags = [...FOREGROUND_FLAGS, ...BACKGROUND_FLAGS].filter(([bit], index) =>
    ((index < FOREGROUND_FLAGS.length ? cell.fg : cell.bg) & bit) === 0 ? false : true,
  );
  const isExtended = (cell.bg & EXTENDED_FLAG) !== 0;
  const isUnderlined = (cell.fg & UNDERLINE_FLAG) !== 0;
  const extended = cell.extended._ext;
  const underline = isUnderlined ? (isExtended ? (extended >> 26) & 7 : 1) : 0;
  const colour = extended & RESET_COLOUR;
  return {
    foreground: colourName(cell.fg),
    background: colourName(cell.bg),
    flags: flags.map(([, name]) => name),
    underline,
    underlineColour: underline === 0 || !isExtended || colour === RESET_COLOUR ? "" : colourName(colour),
    link: isExtended ? linkOf(cell.extended._urlId) : "",
  };
}

function colourName(value: number): string {
  const mode = (value >> 24) & 3;
  if (mode === 0) return "";
  return mode === 3 ? `#${(value & 0xffffff).toString(16).padStart(6, "0")}` : `p${value & 0xff}`;
}

/** The row as runs. All cells of a continued row count, except the gap before a wide character. */
export function rowRuns(row: ReferenceRow, isContinued: boolean, ignored: Ignored): Run[] {
  let end = row.cells.length;
  if (isContinued) {
    const last = row.cells.at(-1);
    if (last !== undefined && last.width === 1 && last.text === "") end -= 1;
  } else {
    while (end > 0 && row.cells[end - 1]?.text === "") end -= 1;
  }
  const runs: Run[] = [];
  for (let x = 0; x < end;) {
    const cell = row.cells[x];
    if (cell === undefined) break;
    addRun(runs, styleName(cell.style, ignored), cell.text === "" ? " " : cell.text);
    x += cell.width || 1;
  }
  return runs;
}
