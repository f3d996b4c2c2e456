// Modes of the terminal, the alternate screen, and the two resets.
import { moveTo, restoreCursor, saveCursor } from "./cursor.ts";
import { DEFAULT_CHARSET } from "./charsets.ts";
import type { Params } from "./params.ts";
import { resetRow } from "./row.ts";
import { DEFAULT_STYLE } from "./style.ts";
import {
  clearScrollback,
  defaultCharsets,
  defaultModes,
  defaultSavedCursor,
  eraseStyle,
  isAlternate,
  setDefaultTabs,
  setPen,
  type Screen,
  type Terminal,
} from "./terminal.ts";

/** SM and RM. */
export function setAnsiModes(terminal: Terminal, params: Params, isSet: boolean): void {
  for (const mode of params.values) {
    if (mode === 4) terminal.modes.insert = isSet;
    else if (mode === 20) terminal.modes.newLine = isSet;
  }
}

/** DECSET and DECRST. */
export function setPrivateModes(terminal: Terminal, params: Params, isSet: boolean): void {
  for (const mode of params.values) setPrivateMode(terminal, mode, isSet);
}

function setPrivateMode(terminal: Terminal, mode: number, isSet: boolean): void {
  const { modes } = terminal;
  switch (mode) {
    case 1:
      modes.applicationCursorKeys = isSet;
      return;
    case 2:
      if (isSet) resetCharsets(terminal, terminal.charsetLevel);
      return;
    case 6:
      modes.origin = isSet;
      return moveTo(terminal, 0, 0);
    case 7:
      modes.wrap = isSet;
      return;
    case 25:
      modes.cursorHidden = !isSet;
      return;
    case 45:
      modes.reverseWrap = isSet;
      return;
    case 2004:
      modes.bracketedPaste = isSet;
      return;
    case 47:
    case 1047:
      return showAlternate(terminal, isSet);
    case 1048:
      return isSet ? saveCursor(terminal) : restoreCursor(terminal);
    case 1049:
      if (isSet) saveCursor(terminal);
      showAlternate(terminal, isSet);
      if (!isSet) restoreCursor(terminal);
  }
}

/** The alternate screen begins empty each time. The cursor stays where it is. */
function showAlternate(terminal: Terminal, isShown: boolean): void {
  if (isShown === isAlternate(terminal)) return;
  const from = terminal.screen;
  const to = isShown ? terminal.alternate : terminal.normal;
  if (isShown) {
    const style = eraseStyle(terminal);
    for (const row of to.rows) resetRow(row, style, terminal.now);
  }
  to.x = from.x;
  to.y = from.y;
  if (!isShown) {
    from.top = 0;
    from.bottom = terminal.height - 1;
    setDefaultTabs(from.tabs);
  }
  terminal.screen = to;
}

function resetCharsets(terminal: Terminal, level: number): void {
  terminal.charsets = defaultCharsets();
  terminal.charsetLevel = level;
  terminal.charset = DEFAULT_CHARSET;
}

/** DECSTR: modes and pen, not the content and not the cursor. LNM stays, as in xterm. */
export function resetModes(terminal: Terminal): void {
  const { screen } = terminal;
  screen.top = 0;
  screen.bottom = terminal.height - 1;
  setPen(terminal, DEFAULT_STYLE);
  terminal.modes = { ...defaultModes(), newLine: terminal.modes.newLine };
  resetCharsets(terminal, 0);
  screen.saved = { column: 0, row: screen.scrolledOut, pen: DEFAULT_STYLE, charset: DEFAULT_CHARSET };
}

/** RIS: everything but the log. */
export function resetTerminal(terminal: Terminal): void {
  clearScreen(terminal, terminal.normal);
  clearScreen(terminal, terminal.alternate);
  terminal.screen = terminal.normal;
  clearScrollback(terminal);
  terminal.answered = undefined;
  terminal.earlierAnswered = undefined;
  resetModes(terminal);
}

function clearScreen(terminal: Terminal, screen: Screen): void {
  for (const row of screen.rows) resetRow(row, 0, terminal.now);
  screen.x = 0;
  screen.y = 0;
  screen.top = 0;
  screen.bottom = terminal.height - 1;
  setDefaultTabs(screen.tabs);
  screen.saved = defaultSavedCursor();
  screen.scrolledOut = 0;
}
