// Executes control characters and sequences. Those that only concern a window, a mouse or a keyboard are ignored.
import { backspace, moveBy, moveDownward, moveTo, moveToColumn, moveUp } from "./cursor.ts";
import { restoreCursor, restrictCursor, saveCursor, tabBackward, tabForward } from "./cursor.ts";
import { DEFAULT_CHARSET, isCharset } from "./charsets.ts";
import { eraseInDisplay, eraseInLine } from "./erase.ts";
import { settleContent } from "./log.ts";
import { resetModes, resetTerminal, setAnsiModes, setPrivateModes } from "./modes.ts";
import { countAt, type Params } from "./params.ts";
import { repeatLast } from "./print.ts";
import { reportAttributes, reportMode, reportStatus } from "./replies.ts";
import { deleteCells, eraseCells, insertCells, type Row } from "./row.ts";
import { deleteLines, index, insertLines, lineFeed, reverseIndex, shiftDown, shiftUp } from "./scroll.ts";
import { applyProtection, applySgr } from "./sgr.ts";
import { sweepIfLarge } from "./sweep.ts";
import { eraseStyle, rowAt, setPen, type Terminal } from "./terminal.ts";

/** C0 and C1 controls. */
export function execute(terminal: Terminal, code: number): void {
  const { screen } = terminal;
  if (code === 0x0a || code === 0x0b || code === 0x0c) lineFeed(terminal);
  else if (code === 0x0d) screen.x = 0;
  else if (code === 0x08) backspace(terminal);
  else if (code === 0x09) tabForward(terminal, 1);
  else if (code === 0x0e) invokeCharset(terminal, 1);
  else if (code === 0x0f) invokeCharset(terminal, 0);
  else if (code === 0x84) index(terminal);
  else if (code === 0x85) nextLine(terminal);
  else if (code === 0x88) setTab(terminal);
}

function nextLine(terminal: Terminal): void {
  terminal.screen.x = 0;
  index(terminal);
}

function setTab(terminal: Terminal): void {
  const { screen } = terminal;
  if (screen.x < terminal.columns) screen.tabs[screen.x] = 1;
}

function invokeCharset(terminal: Terminal, level: number): void {
  terminal.charsetLevel = level;
  terminal.charset = terminal.charsets[level] ?? DEFAULT_CHARSET;
}

function designateCharset(terminal: Terminal, level: number, name: string): void {
  if (!isCharset(name)) return;
  terminal.charsets[level] = name;
  if (terminal.charsetLevel === level) terminal.charset = name;
}

/** First character of the sequence → the set that is designated. */
const DESIGNATED: Readonly<Record<string, number>> = { "(": 0, ")": 1, "*": 2, "+": 3, "-": 1, ".": 2 };
/** Locking shifts. */
const LEVELS: Readonly<Record<string, number>> = { n: 2, o: 3, "|": 3, "}": 2, "~": 1 };

export function escape(terminal: Terminal, intermediates: string, finalCode: number): void {
  const final = String.fromCharCode(finalCode);
  const designated = DESIGNATED[intermediates];
  if (intermediates === "") {
    escapeAlone(terminal, final);
  } else if (designated !== undefined) {
    designateCharset(terminal, designated, final);
  } else if (intermediates === "%" && (final === "@" || final === "G")) {
    invokeCharset(terminal, 0);
    designateCharset(terminal, 0, DEFAULT_CHARSET);
  } else if (intermediates === "#" && final === "8") {
    alignmentPattern(terminal);
  }
}

function escapeAlone(terminal: Terminal, final: string): void {
  const level = LEVELS[final];
  if (level !== undefined) {
    invokeCharset(terminal, level);
  } else if (final === "7") {
    saveCursor(terminal);
  } else if (final === "8") {
    restoreCursor(terminal);
  } else if (final === "D") {
    index(terminal);
  } else if (final === "E") {
    nextLine(terminal);
  } else if (final === "H") {
    setTab(terminal);
  } else if (final === "M") {
    reverseIndex(terminal);
  } else if (final === "c") {
    settleContent(terminal);
    resetTerminal(terminal);
  }
}

/**
 * DECALN fills the screen with the letter E, as a test of a cathode ray tube. Here three bytes would become 8,000 characters of the
 * log, so only its other effects are implemented.
 */
function alignmentPattern(terminal: Terminal): void {
  for (const row of terminal.screen.rows) row.isWrapped = false;
  moveTo(terminal, 0, 0);
}

export function controlSequence(
  terminal: Terminal,
  prefix: string,
  intermediates: string,
  final: number,
  params: Params,
): void {
  if (prefix === "" && intermediates === "") plainSequence(terminal, String.fromCharCode(final), params);
  else otherSequence(terminal, prefix + intermediates + String.fromCharCode(final), params);
}

function plainSequence(terminal: Terminal, final: string, params: Params): void {
  const { screen } = terminal;
  const count = countAt(params, 0);
  switch (final) {
    case "m":
      sweepIfLarge(terminal);
      return setPen(terminal, applySgr(terminal.pen, params));
    case "A":
      return moveUp(terminal, count);
    case "B":
      return moveDownward(terminal, count);
    case "C":
    case "a":
      return moveBy(terminal, count, 0);
    case "D":
      return moveBy(terminal, -count, 0);
    case "E":
      moveDownward(terminal, count);
      return moveToColumn(terminal, 0);
    case "F":
      moveUp(terminal, count);
      return moveToColumn(terminal, 0);
    case "G":
    case "`":
      return moveToColumn(terminal, count - 1);
    case "H":
    case "f":
      return moveTo(terminal, countAt(params, 1) - 1, count - 1);
    case "d":
      return moveTo(terminal, screen.x, count - 1);
    case "e":
      return moveBy(terminal, 0, count);
    case "I":
      return tabForward(terminal, count);
    case "Z":
      return tabBackward(terminal, count);
    case "J":
      return eraseInDisplay(terminal, params.values[0] ?? 0, false);
    case "K":
      return eraseInLine(terminal, params.values[0] ?? 0, false);
    default:
      return editingSequence(terminal, final, params, count);
  }
}

function editingSequence(terminal: Terminal, final: string, params: Params, count: number): void {
  const { screen } = terminal;
  switch (final) {
    case "@":
      return editRow(terminal, (row, x, style) => insertCells(row, x, count, style, terminal.now));
    case "P":
      return editRow(terminal, (row, x, style) => deleteCells(row, x, count, style, terminal.now));
    case "X":
      return editRow(terminal, (row, x, style) => eraseCells(row, x, x + count, style, terminal.now));
    case "L":
      return insertLines(terminal, count);
    case "M":
      return deleteLines(terminal, count);
    case "S":
      return shiftUp(terminal, screen, count, eraseStyle(terminal));
    case "T":
      return shiftDown(terminal, screen, count, 0);
    case "b":
      return repeatLast(terminal, count);
    case "g":
      return clearTab(terminal, params.values[0] ?? 0);
    case "h":
      return setAnsiModes(terminal, params, true);
    case "l":
      return setAnsiModes(terminal, params, false);
    case "r":
      return setScrollRegion(terminal, params);
    case "s":
      return saveCursor(terminal);
    case "u":
      return restoreCursor(terminal);
    case "n":
      return reportStatus(terminal, params.values[0] ?? 0, "");
    case "c":
      return reportAttributes(terminal, params.values[0] ?? 0, false);
  }
}

function otherSequence(terminal: Terminal, name: string, params: Params): void {
  const value = params.values[0] ?? 0;
  switch (name) {
    case "?h":
      return setPrivateModes(terminal, params, true);
    case "?l":
      return setPrivateModes(terminal, params, false);
    case "?J":
      return eraseInDisplay(terminal, value, true);
    case "?K":
      return eraseInLine(terminal, value, true);
    case "?n":
      return reportStatus(terminal, value, "?");
    case "$p":
      return reportMode(terminal, value, "");
    case "?$p":
      return reportMode(terminal, value, "?");
    case ">c":
      return reportAttributes(terminal, value, true);
    case "!p":
      return resetModes(terminal);
    case '"q':
      return setPen(terminal, applyProtection(terminal.pen, value));
    case " @":
      return shiftColumns(terminal, 0, -countAt(params, 0));
    case " A":
      return shiftColumns(terminal, 0, countAt(params, 0));
    case "'}":
      return shiftColumns(terminal, terminal.screen.x, countAt(params, 0));
    case "'~":
      return shiftColumns(terminal, terminal.screen.x, -countAt(params, 0));
  }
}

function editRow(terminal: Terminal, edit: (row: Row, x: number, style: number) => void): void {
  restrictCursor(terminal);
  const { screen } = terminal;
  edit(rowAt(screen, screen.y), screen.x, eraseStyle(terminal));
}

/** SL, SR, DECIC, DECDC: cells of all rows of the scroll region move sideways. */
function shiftColumns(terminal: Terminal, x: number, by: number): void {
  const { screen, now } = terminal;
  if (screen.y < screen.top || screen.y > screen.bottom) return;
  const style = eraseStyle(terminal);
  for (let y = screen.top; y <= screen.bottom; y += 1) {
    const row = rowAt(screen, y);
    row.isWrapped = false;
    if (by > 0) insertCells(row, x, by, style, now);
    else deleteCells(row, x, -by, style, now);
  }
}

function clearTab(terminal: Terminal, what: number): void {
  const { screen } = terminal;
  if (what === 0 && screen.x < terminal.columns) screen.tabs[screen.x] = 0;
  else if (what === 3) screen.tabs.fill(0);
}

/** DECSTBM. */
function setScrollRegion(terminal: Terminal, params: Params): void {
  const { screen, height } = terminal;
  const top = countAt(params, 0);
  const asked = params.values[1] ?? 0;
  const bottom = asked === 0 || asked > height ? height : asked;
  if (bottom <= top) return;
  screen.top = top - 1;
  screen.bottom = bottom - 1;
  moveTo(terminal, 0, 0);
}
