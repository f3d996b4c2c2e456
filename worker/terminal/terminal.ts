// The state of a terminal: two screens, the pen, modes. The other files of this folder are functions on it.
import { type ClusterTable, createClusterTable } from "./clusters.ts";
import { DEFAULT_CHARSET, type CharsetName } from "./charsets.ts";
import type { OpenLine } from "./render.ts";
import { createRow, type Row } from "./row.ts";
import { createStyleTable, DEFAULT_STYLE, intern, type Style, type StyleTable } from "./style.ts";
import type { CompletedLine, Line } from "./types.ts";

const TAB_WIDTH = 8;

/** The state that DECSC saves. The row counts from the first row of all output, because xterm's cursor follows its text. */
export type SavedCursor = {
  column: number;
  row: number;
  pen: Style;
  charset: CharsetName;
};

export type Screen = {
  rows: Row[];
  /** Column of the cursor; equal to the number of columns when the next character wraps first. */
  x: number;
  y: number;
  /** First and last row of the scroll region. */
  top: number;
  bottom: number;
  /** 1 where a tab stop is. */
  tabs: Uint8Array;
  saved: SavedCursor;
  /** Rows that left at the top so far. */
  scrolledOut: number;
};

export type Modes = {
  insert: boolean;
  /** LNM: a line feed returns the carriage too. */
  newLine: boolean;
  wrap: boolean;
  reverseWrap: boolean;
  origin: boolean;
  applicationCursorKeys: boolean;
  bracketedPaste: boolean;
  cursorHidden: boolean;
};

/** Where an answer was typed, and the text before it in that row. */
export type Mark = { row: Row; generation: number; before: string };

/** The lines of the log, see log.ts. */
export type Log = {
  settledCount: number;
  settled: Line[];
  completed: CompletedLine[];
  /** The rows of a line that left the screen while the rest of it is still there. */
  prefix: OpenLine | undefined;
  /** The same line if it turns out not to be continued on the screen, where that differs. */
  prefixIfEnded: OpenLine | undefined;
};

export type Terminal = {
  readonly columns: number;
  readonly height: number;
  normal: Screen;
  alternate: Screen;
  /** The active screen. */
  screen: Screen;
  pen: Style;
  /** Numbers of the pen's style and of the style of erased cells; `-1` when they must be computed again. */
  penStyle: number;
  eraseStyle: number;
  styles: StyleTable;
  clusters: ClusterTable;
  /** Sets designated as G0 to G3, which one is invoked, and the set in use (DECRC changes it alone). */
  charsets: CharsetName[];
  charsetLevel: number;
  charset: CharsetName;
  modes: Modes;
  /** Width of the last printed character; 0 after anything else, so that a combining mark joins nothing. */
  joinWidth: number;
  /** Time of the output that is being written. */
  now: number;
  /** Rows above the screen, oldest first. */
  scrollback: Row[];
  /** Rows for reuse. */
  spare: Row[];
  log: Log;
  replies: string[];
  answered: Mark | undefined;
  /** The previous mark, for when the last one is revoked. */
  earlierAnswered: Mark | undefined;
};

export function createTerminal(columns: number, height: number): Terminal {
  const normal = createScreen(columns, height);
  return {
    columns,
    height,
    normal,
    alternate: createScreen(columns, height),
    screen: normal,
    pen: DEFAULT_STYLE,
    penStyle: 0,
    eraseStyle: 0,
    styles: createStyleTable(),
    clusters: createClusterTable(),
    charsets: defaultCharsets(),
    charsetLevel: 0,
    charset: DEFAULT_CHARSET,
    modes: defaultModes(),
    joinWidth: 0,
    now: 0,
    scrollback: [],
    spare: [],
    log: { settledCount: 0, settled: [], completed: [], prefix: undefined, prefixIfEnded: undefined },
    replies: [],
    answered: undefined,
    earlierAnswered: undefined,
  };
}

export function createScreen(columns: number, height: number): Screen {
  const tabs = new Uint8Array(columns);
  setDefaultTabs(tabs);
  return {
    rows: Array.from({ length: height }, () => createRow(columns, 0)),
    x: 0,
    y: 0,
    top: 0,
    bottom: height - 1,
    tabs,
    saved: defaultSavedCursor(),
    scrolledOut: 0,
  };
}

export function defaultModes(): Modes {
  return {
    insert: false,
    newLine: false,
    wrap: true,
    reverseWrap: false,
    origin: false,
    applicationCursorKeys: false,
    bracketedPaste: false,
    cursorHidden: false,
  };
}

export function defaultCharsets(): CharsetName[] {
  return [DEFAULT_CHARSET, DEFAULT_CHARSET, DEFAULT_CHARSET, DEFAULT_CHARSET];
}

export function setDefaultTabs(tabs: Uint8Array): void {
  tabs.fill(0);
  for (let column = 0; column < tabs.length; column += TAB_WIDTH) tabs[column] = 1;
}

export function defaultSavedCursor(): SavedCursor {
  return { column: 0, row: 0, pen: DEFAULT_STYLE, charset: DEFAULT_CHARSET };
}

export function rowAt(screen: Screen, y: number): Row {
  const row = screen.rows[y];
  if (row === undefined) throw new RangeError(`there is no row ${y} on the screen`);
  return row;
}

/** Removes the rows above the screen. */
export function clearScrollback(terminal: Terminal): void {
  for (const row of terminal.scrollback) {
    row.generation += 1;
    terminal.spare.push(row);
  }
  terminal.scrollback = [];
}

export function isAlternate(terminal: Terminal): boolean {
  return terminal.screen === terminal.alternate;
}

export function setPen(terminal: Terminal, pen: Style): void {
  terminal.pen = pen;
  terminal.penStyle = pen === DEFAULT_STYLE ? 0 : -1;
  terminal.eraseStyle = pen.background === 0 ? 0 : -1;
}

/** Number of the style that characters are written in. */
export function penStyle(terminal: Terminal): number {
  if (terminal.penStyle < 0) terminal.penStyle = intern(terminal.styles, terminal.pen);
  return terminal.penStyle;
}

/** Number of the style that erased cells get: the background of the pen alone. */
export function eraseStyle(terminal: Terminal): number {
  if (terminal.eraseStyle < 0) {
    terminal.eraseStyle = intern(terminal.styles, {
      ...DEFAULT_STYLE,
      background: terminal.pen.background,
    });
  }
  return terminal.eraseStyle;
}
