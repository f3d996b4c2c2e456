// The state of a terminal as plain JSON. Rows are text, with a control character for each cell that is not a single character, and runs
// of styles; internal numbers of styles and clusters are replaced by their values.
import { cellText, CLUSTER, CONTENT, NO_WIDTH } from "./clusters.ts";
import type { ParserState } from "./parser.ts";
import type { OpenLine } from "./render.ts";
import { cellAt, type Row } from "./row.ts";
import { markedRow } from "./snapshot.ts";
import { DEFAULT_STYLE, type Style } from "./style.ts";
import {
  isAlternate,
  type Mark,
  type Modes,
  type SavedCursor,
  type Screen,
  type Terminal,
} from "./terminal.ts";
import type { CompletedLine, Line } from "./types.ts";

/** No character: PostgreSQL's jsonb takes any character but NUL. */
export const EMPTY = "\x01";
/** The second half of a wide character. */
export const SECOND_HALF = "\x02";
/** Delimits a character with combining marks. */
export const CLUSTER_START = "\x03";
export const CLUSTER_END = "\x04";

export type RowState = {
  cells: string;
  /** Style and number of cells, alternating. Omitted when all cells have the default style. */
  styles?: number[];
  at: number;
  isWrapped?: true;
  isUncompleted?: true;
};

export type ScreenState = {
  /** None for an alternate screen that is not shown: it is cleared whenever it is shown. */
  rows: RowState[];
  x: number;
  y: number;
  top: number;
  bottom: number;
  /** Columns with a tab stop. */
  tabs: number[];
  saved: SavedCursor;
  scrolledOut: number;
};

/** Rows between the mark and the cursor of the normal screen. */
export type MarkState = { distance: number; before: string };

export type TerminalState = {
  version: 1;
  columns: number;
  height: number;
  styles: Style[];
  normal: ScreenState;
  alternate: ScreenState;
  isAlternate: boolean;
  pen: Style;
  charsets: string[];
  charsetLevel: number;
  charset: string;
  modes: Modes;
  joinWidth: number;
  now: number;
  settledCount: number;
  settled: Line[];
  completed: CompletedLine[];
  prefix: OpenLine | null;
  prefixIfEnded: OpenLine | null;
  replies: string[];
  answered: MarkState | null;
  earlierAnswered: MarkState | null;
  parser: ParserState;
};

type StyleNumbers = { numberOf(style: number): number; list: Style[] };

export function saveTerminal(terminal: Terminal, parser: ParserState): TerminalState {
  const numbers = createStyleNumbers(terminal);
  const { log } = terminal;
  const mark = (of: Mark | undefined): MarkState | null => saveMark(terminal, of);
  const saved = {
    normal: saveScreen(terminal, terminal.normal, numbers),
    alternate: saveScreen(terminal, terminal.alternate, numbers),
    prefix: saveLine(log.prefix, numbers),
    prefixIfEnded: saveLine(log.prefixIfEnded, numbers),
  };
  return structuredClone({
    version: 1,
    columns: terminal.columns,
    height: terminal.height,
    styles: numbers.list,
    ...saved,
    isAlternate: isAlternate(terminal),
    pen: terminal.pen,
    charsets: terminal.charsets,
    charsetLevel: terminal.charsetLevel,
    charset: terminal.charset,
    modes: terminal.modes,
    joinWidth: terminal.joinWidth,
    now: terminal.now,
    settledCount: log.settledCount,
    settled: log.settled,
    completed: log.completed,
    replies: terminal.replies,
    answered: mark(terminal.answered),
    earlierAnswered: mark(terminal.earlierAnswered),
    parser,
  });
}

function saveLine(line: OpenLine | undefined, numbers: StyleNumbers): OpenLine | null {
  if (line === undefined) return null;
  return { ...line, first: numbers.numberOf(line.first), last: numbers.numberOf(line.last) };
}

/** Only styles that are in use get a number. */
function createStyleNumbers(terminal: Terminal): StyleNumbers {
  const list: Style[] = [DEFAULT_STYLE];
  const numbers = new Map([[0, 0]]);
  return {
    list,
    numberOf: (style) => {
      const known = numbers.get(style);
      if (known !== undefined) return known;
      const number = list.push(terminal.styles.styles[style] ?? DEFAULT_STYLE) - 1;
      numbers.set(style, number);
      return number;
    },
  };
}

function saveScreen(terminal: Terminal, screen: Screen, numbers: StyleNumbers): ScreenState {
  const { x, y, top, bottom, saved, scrolledOut } = screen;
  const tabs = [...screen.tabs.keys()].filter((column) => screen.tabs[column] === 1);
  const isCleared = screen === terminal.alternate && !isAlternate(terminal);
  const rows = isCleared ? [] : screen.rows.map((row) => saveRow(terminal, row, numbers));
  return { rows, x, y, top, bottom, tabs, saved, scrolledOut };
}

function saveRow(terminal: Terminal, row: Row, numbers: StyleNumbers): RowState {
  let cells = "";
  const styles: number[] = [];
  for (let column = 0; column < row.used; column += 1) {
    cells += saveCell(terminal, cellAt(row, column));
    const style = numbers.numberOf(row.styles[column] ?? 0);
    const runStyle = styles.at(-2);
    if (runStyle === style) styles[styles.length - 1] = (styles.at(-1) ?? 0) + 1;
    else styles.push(style, 1);
  }
  return {
    cells,
    at: row.at,
    ...(styles.every((value, index) => index % 2 === 1 || value === 0) ? {} : { styles }),
    ...(row.isWrapped ? { isWrapped: true as const } : {}),
    ...(row.isUncompleted ? { isUncompleted: true as const } : {}),
  };
}

function saveCell(terminal: Terminal, cell: number): string {
  if ((cell & CONTENT) === 0) return (cell & NO_WIDTH) === 0 ? EMPTY : SECOND_HALF;
  const text = cellText(terminal.clusters, cell);
  return (cell & CLUSTER) === 0 ? text : CLUSTER_START + text + CLUSTER_END;
}

function saveMark(terminal: Terminal, mark: Mark | undefined): MarkState | null {
  const rows = [...terminal.scrollback, ...terminal.normal.rows];
  const index = markedRow(mark, rows);
  if (mark === undefined || index < 0) return null;
  return { distance: terminal.scrollback.length + terminal.normal.y - index, before: mark.before };
}
