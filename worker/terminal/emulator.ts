// The terminal emulator: combines the parts of this folder behind the interface of types.ts. See README.md.
import { controlSequence, escape, execute } from "./commands.ts";
import { cursorLineNumber, liveLines, settleAll, settleDetached } from "./log.ts";
import { takeOsc } from "./osc.ts";
import { createParserState, flush, parse, type ParserHandlers } from "./parser.ts";
import { printAscii, printCharacter } from "./print.ts";
import { refuseSettingRequest } from "./replies.ts";
import { restoreTerminal } from "./restore.ts";
import { markAnswered, markUnanswered, readCursorLine, readScreen, takeSnapshot } from "./snapshot.ts";
import { saveTerminal } from "./state.ts";
import { createTerminal, isAlternate, type Terminal } from "./terminal.ts";
import type { Emulator, EmulatorState, TerminalSize } from "./types.ts";

export function createEmulator(size: TerminalSize, restored?: EmulatorState): Emulator {
  const terminal = createTerminal(size.columns, size.rows);
  let parser = createParserState();

  const handlers = createHandlers(terminal);

  const emulator: Emulator = {
    write: (bytes, at) => {
      terminal.now = at;
      parse(parser, handlers, bytes);
    },
    takeCompleted: () => {
      const { completed } = terminal.log;
      terminal.log.completed = [];
      return completed;
    },
    takeSettled: () => {
      const { settled } = terminal.log;
      terminal.log.settled = [];
      return settled;
    },
    live: () => liveLines(terminal),
    get settledCount() {
      return terminal.log.settledCount;
    },
    cursorLineNumber: () => cursorLineNumber(terminal),
    cursorLine: () => readCursorLine(terminal),
    takeReplies: () => terminal.replies.splice(0),
    end: () => {
      flush(parser, handlers);
      settleAll(terminal);
    },
    screen: () => readScreen(terminal),
    snapshot: (position) => takeSnapshot(terminal, position),
    markAnswered: () => markAnswered(terminal),
    markUnanswered: () => markUnanswered(terminal),
    get modes() {
      const { applicationCursorKeys, bracketedPaste, cursorHidden } = terminal.modes;
      return { alternate: isAlternate(terminal), applicationCursorKeys, bracketedPaste, cursorHidden };
    },
    state: () => saveTerminal(terminal, parser),
    restore: (state) => {
      parser = restoreTerminal(terminal, state);
    },
  };
  if (restored !== undefined) emulator.restore(restored);
  return emulator;
}

/** What each token of the output does to the terminal. Only characters that are printed join the one before (a ZWJ sequence). */
function createHandlers(terminal: Terminal): ParserHandlers {
  return {
    printAscii: (bytes, from, to) => printAscii(terminal, bytes, from, to),
    print: (code) => printCharacter(terminal, code),
    execute: (code) => {
      execute(terminal, code);
      terminal.joinWidth = 0;
    },
    csi: (prefix, intermediates, final, params) => {
      controlSequence(terminal, prefix, intermediates, final, params);
      settleDetached(terminal);
      terminal.joinWidth = 0;
    },
    esc: (intermediates, final) => {
      escape(terminal, intermediates, final);
      settleDetached(terminal);
      terminal.joinWidth = 0;
    },
    osc: (payload) => {
      takeOsc(terminal, payload);
      terminal.joinWidth = 0;
    },
    dcs: (name) => {
      if (name === "$q") refuseSettingRequest(terminal);
      terminal.joinWidth = 0;
    },
  };
}
