// The lines of the log: which rows make a line, which lines have settled, and which were completed.
//
// All decisions are made when output is written, never when lines are read, so that the same output gives the same lines however it
// was split into writes.
import { closedText, fullEnd, joinRow, openLine, renderRow, type OpenLine } from "./render.ts";
import { contentEnd, createRow, type RenderedRow, type Row } from "./row.ts";
import { rowAt, type Terminal } from "./terminal.ts";
import type { Line } from "./types.ts";

/** Length of a line of `takeCompleted` in UTF-16 units: no recogniser needs more. */
export const COMPLETED_LENGTH_MAX = 4096;
/** UTF-16 units of a line. A longer one is split between two rows and continues as the next line. */
export const LINE_LENGTH_MAX = 65_536;
/** Rows above the screen that a long question may use: a table of fifty changes in a narrow window. */
export const SCROLLBACK_ROWS = 300;

/**
 * The top row of the normal screen leaves it.
 * @returns a row to be used at the bottom; its content is to be erased
 */
export function releaseTopRow(terminal: Terminal): Row {
  const row = rowAt(terminal.normal, 0);
  const isContinued = terminal.normal.rows[1]?.isWrapped === true;
  extendPrefix(terminal, row, isContinued);
  terminal.normal.scrolledOut += 1;
  terminal.scrollback.push(row);
  const free =
    terminal.scrollback.length > SCROLLBACK_ROWS ? terminal.scrollback.shift() : terminal.spare.pop();
  return free ?? createRow(terminal.columns, terminal.now);
}

/** Another row has left the screen. A line that becomes too long is settled without it. */
function extendPrefix(terminal: Terminal, row: Row, isContinued: boolean): void {
  const { log } = terminal;
  const rendered = renderRow(terminal, row, isContinued);
  if (log.prefix !== undefined && isTooLong(log.prefix, rendered)) settlePrefix(terminal);
  const before = log.prefix;
  log.prefix =
    before === undefined
      ? openLine(rendered, row)
      : joinRow(terminal, before, rendered, row, COMPLETED_LENGTH_MAX);
  if (isContinued) log.prefixIfEnded = endedLine(terminal, before, row);
  else settlePrefix(terminal);
}

/** Called after operations that may have moved another row to the top: a line that is no longer continued there has settled. */
export function settleDetached(terminal: Terminal): void {
  const { log, normal } = terminal;
  if (log.prefix === undefined || normal.rows[0]?.isWrapped === true) return;
  log.prefix = log.prefixIfEnded ?? log.prefix;
  settlePrefix(terminal);
}

/** A line may be continued in cells that were never written; they do not count if it ends before them. */
function endedLine(terminal: Terminal, line: OpenLine | undefined, row: Row): OpenLine | undefined {
  if (contentEnd(row) >= fullEnd(row)) return undefined;
  const rendered = renderRow(terminal, row, false);
  return line === undefined
    ? openLine(rendered, row)
    : joinRow(terminal, line, rendered, row, COMPLETED_LENGTH_MAX);
}

function isTooLong(line: OpenLine, rendered: RenderedRow): boolean {
  return line.text.length + rendered.body.length > LINE_LENGTH_MAX;
}

function settlePrefix(terminal: Terminal): void {
  const { log } = terminal;
  const line = log.prefix;
  log.prefix = undefined;
  log.prefixIfEnded = undefined;
  if (line !== undefined) settle(terminal, line);
}

function settle(terminal: Terminal, line: OpenLine): void {
  const { log } = terminal;
  log.settled.push({ text: closedText(terminal, line), at: line.at });
  log.settledCount += 1;
  // The cursor left it without a line feed.
  if (line.isUncompleted) pushCompleted(terminal, log.settledCount, line.plain);
}

const NO_PREFIX = { prefix: undefined, prefixIfEnded: undefined };

/** The cursor left row `y` by a line feed: the line is complete, if its text has changed since it last was. */
export function complete(terminal: Terminal, y: number): void {
  const screen = terminal.normal;
  let first = y;
  let isUncompleted = rowAt(screen, y).isUncompleted;
  while (first > 0 && rowAt(screen, first).isWrapped) {
    first -= 1;
    isUncompleted ||= rowAt(screen, first).isUncompleted;
  }
  const { prefix, prefixIfEnded } = first === 0 ? terminal.log : NO_PREFIX;
  if (!isUncompleted && prefix?.isUncompleted !== true) return;
  let plain = prefix?.plain ?? "";
  if (prefix !== undefined) prefix.isUncompleted = false;
  if (prefixIfEnded !== undefined) prefixIfEnded.isUncompleted = false;
  for (let at = first; at <= y; at += 1) {
    const row = rowAt(screen, at);
    row.isUncompleted = false;
    if (plain.length < COMPLETED_LENGTH_MAX) plain += renderRow(terminal, row, at < y).plain;
  }
  pushCompleted(terminal, lineNumberAt(terminal, first), plain);
}

function pushCompleted({ log }: Terminal, n: number, plain: string): void {
  log.completed.push({ n, text: plain.slice(0, COMPLETED_LENGTH_MAX) });
}

/** @param first row of the normal screen in which the line begins, or continues from above the screen. */
function lineNumberAt(terminal: Terminal, first: number): number {
  let number = terminal.log.settledCount + 1;
  for (let y = 1; y <= first; y += 1) if (!rowAt(terminal.normal, y).isWrapped) number += 1;
  return number;
}

/** Calls `found` for each line of the normal screen with its last row, down to the last row that counts. */
function forEachLiveLine(terminal: Terminal, found: (line: OpenLine, lastRow: number) => void): void {
  const { rows } = terminal.normal;
  const end = liveEnd(terminal);
  let line = terminal.log.prefix;
  for (let y = 0; y < end; y += 1) {
    const row = rowAt(terminal.normal, y);
    const isContinued = rows[y + 1]?.isWrapped === true;
    const rendered = renderRow(terminal, row, isContinued);
    if (line !== undefined && isTooLong(line, rendered)) {
      found(line, y - 1);
      line = undefined;
    }
    line =
      line === undefined
        ? openLine(rendered, row)
        : joinRow(terminal, line, rendered, row, COMPLETED_LENGTH_MAX);
    if (isContinued) continue;
    found(line, y);
    line = undefined;
  }
}

/** Rows of the screen that have content, or the cursor below it. */
function liveEnd(terminal: Terminal): number {
  const screen = terminal.normal;
  let end = terminal.height;
  while (end > screen.y + 1 && contentEnd(rowAt(screen, end - 1)) === 0) end -= 1;
  while (screen.rows[end]?.isWrapped === true) end += 1;
  return end;
}

export function liveLines(terminal: Terminal): Line[] {
  const lines: Line[] = [];
  forEachLiveLine(terminal, (line) => lines.push({ text: closedText(terminal, line), at: line.at }));
  return lines;
}

export function cursorLineNumber(terminal: Terminal): number {
  let before = 0;
  forEachLiveLine(terminal, (_, lastRow) => {
    if (lastRow < terminal.normal.y) before += 1;
  });
  return terminal.log.settledCount + before + 1;
}

/** The program has ended: all lines of the screen settle. The line of the cursor does not count if it is the last one and empty. */
export function settleAll(terminal: Terminal): void {
  const lines = liveOpenLines(terminal);
  if (lines.at(-1)?.plain === "" && liveEnd(terminal) === terminal.normal.y + 1) lines.pop();
  settleEach(terminal, lines);
}

/** Called before the screen is cleared: its lines settle, down to the last one with content. */
export function settleContent(terminal: Terminal): void {
  // An empty row does not continue a line then.
  for (let y = terminal.height - 1; y >= 0 && contentEnd(rowAt(terminal.normal, y)) === 0; y -= 1) {
    rowAt(terminal.normal, y).isWrapped = false;
  }
  settleDetached(terminal);
  const lines = liveOpenLines(terminal);
  while (lines.at(-1)?.plain === "") lines.pop();
  settleEach(terminal, lines);
}

function liveOpenLines(terminal: Terminal): OpenLine[] {
  const lines: OpenLine[] = [];
  forEachLiveLine(terminal, (line) => lines.push(line));
  return lines;
}

function settleEach(terminal: Terminal, lines: readonly OpenLine[]): void {
  terminal.log.prefix = undefined;
  terminal.log.prefixIfEnded = undefined;
  for (const line of lines) settle(terminal, line);
}
