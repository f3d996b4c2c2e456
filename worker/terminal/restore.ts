// Restores a terminal from a state that another one saved.
import { CLUSTER, internCluster, NO_WIDTH, WIDE } from "./clusters.ts";
import type { ParserState } from "./parser.ts";
import type { OpenLine } from "./render.ts";
import { resetRow, setCell, type Row } from "./row.ts";
import { CLUSTER_END, CLUSTER_START, EMPTY, SECOND_HALF } from "./state.ts";
import type { MarkState, RowState, ScreenState, TerminalState } from "./state.ts";
import { intern } from "./style.ts";
import { setPen, type Mark, type Screen, type Terminal } from "./terminal.ts";
import { characterWidth } from "./width.ts";

/**
 * Replaces everything except the rows above the screen.
 * @returns the state of the parser
 */
export function restoreTerminal(terminal: Terminal, given: TerminalState): ParserState {
  if (given.version !== 1 || given.columns !== terminal.columns || given.height !== terminal.height) {
    throw new Error(`this terminal cannot continue a state of ${given.columns} × ${given.height}`);
  }
  const state = structuredClone(given);
  const styles = state.styles.map((style) => intern(terminal.styles, style));
  const styleOf = (number: number): number => styles[number] ?? 0;
  terminal.now = state.now;
  restoreScreen(terminal, terminal.normal, state.normal, styleOf);
  restoreScreen(terminal, terminal.alternate, state.alternate, styleOf);
  terminal.screen = state.isAlternate ? terminal.alternate : terminal.normal;
  setPen(terminal, state.pen);
  terminal.charsets = state.charsets;
  terminal.charsetLevel = state.charsetLevel;
  terminal.charset = state.charset;
  terminal.modes = state.modes;
  terminal.joinWidth = state.joinWidth;
  terminal.replies = state.replies;
  terminal.log = {
    settledCount: state.settledCount,
    settled: state.settled,
    completed: state.completed,
    prefix: restoreLine(state.prefix, styleOf),
    prefixIfEnded: restoreLine(state.prefixIfEnded, styleOf),
  };
  terminal.answered = restoreMark(terminal, state.answered);
  terminal.earlierAnswered = restoreMark(terminal, state.earlierAnswered);
  return state.parser;
}

function restoreLine(line: OpenLine | null, styleOf: (number: number) => number): OpenLine | undefined {
  return line === null ? undefined : { ...line, first: styleOf(line.first), last: styleOf(line.last) };
}

function restoreScreen(
  terminal: Terminal,
  screen: Screen,
  state: ScreenState,
  styleOf: (number: number) => number,
): void {
  screen.x = state.x;
  screen.y = state.y;
  screen.top = state.top;
  screen.bottom = state.bottom;
  screen.saved = state.saved;
  screen.scrolledOut = state.scrolledOut;
  screen.tabs.fill(0);
  for (const column of state.tabs) screen.tabs[column] = 1;
  for (const [y, row] of screen.rows.entries()) restoreRow(terminal, row, state.rows[y], styleOf);
}

function restoreRow(
  terminal: Terminal,
  row: Row,
  state: RowState | undefined,
  styleOf: (number: number) => number,
): void {
  resetRow(row, 0, terminal.now);
  if (state === undefined) return;
  let column = 0;
  let cluster: string | undefined;
  for (const character of state.cells) {
    if (character === CLUSTER_START) {
      cluster = "";
    } else if (cluster === undefined) {
      setCell(row, column++, cellOf(character), 0);
    } else if (character !== CLUSTER_END) {
      cluster += character;
    } else {
      const wide = characterWidth(cluster.codePointAt(0) ?? 0) === 2 ? WIDE : 0;
      setCell(row, column++, CLUSTER | internCluster(terminal.clusters, cluster) | wide, 0);
      cluster = undefined;
    }
  }
  restoreStyles(row, state.styles ?? [], styleOf);
  row.at = state.at;
  row.isWrapped = state.isWrapped === true;
  row.isUncompleted = state.isUncompleted === true;
}

function cellOf(character: string): number {
  if (character === EMPTY) return 0;
  if (character === SECOND_HALF) return NO_WIDTH;
  const code = character.codePointAt(0) ?? 0;
  const width = characterWidth(code);
  return code | (width === 2 ? WIDE : width === 0 ? NO_WIDTH : 0);
}

function restoreStyles(row: Row, runs: readonly number[], styleOf: (number: number) => number): void {
  let column = 0;
  for (let index = 0; index + 1 < runs.length; index += 2) {
    const end = column + (runs[index + 1] ?? 0);
    row.styles.fill(styleOf(runs[index] ?? 0), column, end);
    column = end;
  }
}

function restoreMark(terminal: Terminal, state: MarkState | null): Mark | undefined {
  if (state === null) return undefined;
  const { scrollback, normal } = terminal;
  const index = scrollback.length + normal.y - state.distance;
  const row = index < scrollback.length ? scrollback[index] : normal.rows[index - scrollback.length];
  return row === undefined ? undefined : { row, generation: row.generation, before: state.before };
}
