// Parses bytes into commands: the state machine of a VT500 (as described by Paul Williams) with xterm's extensions, over UTF-8. Its
// state is plain data. Payloads, parameters and intermediate characters are bounded.
import { clearParams, createParams, takeParamCode, type Params } from "./params.ts";
import { createUtf8State, decodeByte, type Utf8State } from "./utf8.ts";

/** UTF-16 units of an operating system command; a longer one is ignored. Titles and links are far shorter. */
const OSC_LENGTH_MAX = 4096;

export type ParserPhase =
  | "ground"
  | "escape"
  | "escapeIntermediate"
  | "csiParams"
  | "csiIntermediate"
  | "csiIgnore"
  | "osc"
  | "dcsParams"
  | "dcsIntermediate"
  | "dcsIgnore"
  | "dcsData"
  | "string";

export type ParserState = {
  phase: ParserPhase;
  params: Params;
  /** Only digits and separators may follow a first parameter character. */
  hasParams: boolean;
  /** One of < = > ? before the parameters, or "". */
  prefix: string;
  /**
   * Up to two characters; "!!!" represents more, which no command has. In the data of a device control string, with its prefix and
   * final character.
   */
  intermediates: string;
  osc: string;
  /** The payload was too long. */
  isOscCut: boolean;
  utf8: Utf8State;
};

export type ParserHandlers = {
  printAscii(bytes: Uint8Array, from: number, to: number): void;
  print(code: number): void;
  execute(code: number): void;
  csi(prefix: string, intermediates: string, final: number, params: Params): void;
  esc(intermediates: string, final: number): void;
  osc(payload: string): void;
  /** A device control string ended, with this prefix, intermediate and final characters; "" when it was cancelled. */
  dcs(name: string): void;
};

export function createParserState(): ParserState {
  return {
    phase: "ground",
    params: createParams(),
    hasParams: false,
    prefix: "",
    intermediates: "",
    osc: "",
    isOscCut: false,
    utf8: createUtf8State(),
  };
}

const REPLACEMENT = 0xfffd;
const BYTE_ORDER_MARK = 0xfeff;

export function parse(state: ParserState, handlers: ParserHandlers, bytes: Uint8Array): void {
  const { utf8 } = state;
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80 || utf8.needed > 0) {
      const code = decodeByte(utf8, byte);
      if (code === -2) {
        takeCode(state, handlers, REPLACEMENT);
      } else {
        at += 1;
        if (code >= 0 && code !== BYTE_ORDER_MARK) takeCode(state, handlers, code);
      }
    } else if (state.phase !== "ground") {
      takeCode(state, handlers, byte);
      at += 1;
    } else if (byte >= 0x20 && byte < 0x7f) {
      const end = printableEnd(bytes, at + 1);
      handlers.printAscii(bytes, at, end);
      at = end;
    } else if (byte === 0x1b) {
      const end = bytes[at + 1] === 0x5b ? takeWholeSequence(state, handlers, bytes, at + 2) : -1;
      if (end < 0) enter(state, "escape");
      at = end < 0 ? at + 1 : end;
    } else {
      // DEL is ignored: it does not even change the character that REP repeats.
      if (byte !== 0x7f) handlers.execute(byte);
      at += 1;
    }
  }
}

/**
 * The fast path for a control sequence that has only parameters and is complete in this write.
 * @param from after the introducer
 * @returns where it ends, or `-1` for any other sequence, which is then parsed byte by byte from its beginning
 */
function takeWholeSequence(
  state: ParserState,
  handlers: ParserHandlers,
  bytes: Uint8Array,
  from: number,
): number {
  const { params } = state;
  clearParams(params);
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x30 && byte < 0x3c) {
      takeParamCode(params, byte);
    } else if (byte < 0x40 || byte > 0x7e) {
      return -1;
    } else {
      state.prefix = "";
      state.intermediates = "";
      state.hasParams = at > from;
      handlers.csi("", "", byte, params);
      return at + 1;
    }
  }
  return -1;
}

function printableEnd(bytes: Uint8Array, from: number): number {
  let end = from;
  while (end < bytes.length) {
    const byte = bytes[end] ?? 0;
    if (byte < 0x20 || byte > 0x7e) break;
    end += 1;
  }
  return end;
}

/** The output has ended: an unfinished character is malformed. */
export function flush(state: ParserState, handlers: ParserHandlers): void {
  if (state.utf8.needed === 0) return;
  state.utf8 = createUtf8State();
  takeCode(state, handlers, REPLACEMENT);
}

function takeCode(state: ParserState, handlers: ParserHandlers, code: number): void {
  if (code < 0x80 ? code === 0x1b || code === 0x18 || code === 0x1a : code < 0xa0) {
    takeAnywhere(state, handlers, code);
  } else if (state.phase === "ground") {
    if (code < 0x20) handlers.execute(code);
    else if (code !== 0x7f) handlers.print(code);
  } else if (state.phase === "osc") {
    takeOsc(state, handlers, code);
  } else if (code >= 0xa0) {
    takeForeign(state);
  } else {
    takeInSequence(state, handlers, code);
  }
}

/** ESC, CAN, SUB and the C1 controls end any sequence. */
function takeAnywhere(state: ParserState, handlers: ParserHandlers, code: number): void {
  const isString = code === 0x1b || code === 0x9c || code === 0x18 || code === 0x1a;
  const isComplete = code === 0x1b || code === 0x9c;
  if (state.phase === "osc" && isString) endOsc(state, handlers, isComplete);
  else if (state.phase === "dcsData" && isString) handlers.dcs(isComplete ? state.intermediates : "");
  if (code === 0x1b) {
    enter(state, "escape");
  } else if (code === 0x9b) {
    enter(state, "csiParams");
  } else if (code === 0x9d) {
    enter(state, "osc");
  } else if (code === 0x90) {
    enter(state, "dcsParams");
  } else if (code === 0x98 || code === 0x9e || code === 0x9f) {
    enter(state, "string");
  } else {
    state.phase = "ground";
    if (code !== 0x9c) handlers.execute(code);
  }
}

function enter(state: ParserState, phase: ParserPhase): void {
  state.phase = phase;
  state.hasParams = false;
  state.prefix = "";
  state.intermediates = "";
  clearParams(state.params);
  if (state.osc !== "") state.osc = "";
  state.isOscCut = false;
}

function takeOsc(state: ParserState, handlers: ParserHandlers, code: number): void {
  if (code === 0x07) {
    endOsc(state, handlers, true);
    return;
  }
  if (code < 0x20 || state.isOscCut) return;
  state.osc += String.fromCodePoint(code);
  if (state.osc.length <= OSC_LENGTH_MAX) return;
  state.osc = "";
  state.isOscCut = true;
}

function endOsc(state: ParserState, handlers: ParserHandlers, isComplete: boolean): void {
  const payload = state.osc;
  const isUsable = isComplete && !state.isOscCut;
  enter(state, "ground");
  handlers.osc(isUsable ? payload : "");
}

/** A character beyond ASCII ends a sequence, but is part of a string. */
function takeForeign(state: ParserState): void {
  const { phase } = state;
  if (phase === "string" || phase === "csiIgnore" || phase === "dcsIgnore" || phase === "dcsData") return;
  state.phase = "ground";
}

function takeInSequence(state: ParserState, handlers: ParserHandlers, code: number): void {
  const { phase } = state;
  if (phase === "string" || phase === "dcsData" || phase === "dcsIgnore" || code === 0x7f) return;
  const isDcs = phase === "dcsParams" || phase === "dcsIntermediate";
  if (code < 0x20) {
    if (!isDcs) handlers.execute(code);
  } else if (phase === "escape" || phase === "escapeIntermediate") {
    takeEscape(state, handlers, code);
  } else {
    takeControlSequence(state, handlers, code, isDcs);
  }
}

function takeEscape(state: ParserState, handlers: ParserHandlers, code: number): void {
  if (code < 0x30) {
    collect(state, code);
    state.phase = "escapeIntermediate";
  } else if (state.phase === "escape" && code === 0x5b) {
    enter(state, "csiParams");
  } else if (state.phase === "escape" && code === 0x5d) {
    enter(state, "osc");
  } else if (state.phase === "escape" && code === 0x50) {
    enter(state, "dcsParams");
  } else if (state.phase === "escape" && (code === 0x58 || code === 0x5e || code === 0x5f)) {
    enter(state, "string");
  } else {
    state.phase = "ground";
    handlers.esc(state.intermediates, code);
  }
}

function takeControlSequence(
  state: ParserState,
  handlers: ParserHandlers,
  code: number,
  isDcs: boolean,
): void {
  const { phase } = state;
  if (code >= 0x40) {
    state.phase = isDcs ? "dcsData" : "ground";
    if (isDcs) state.intermediates = state.prefix + state.intermediates + String.fromCharCode(code);
    if (!isDcs && phase !== "csiIgnore") handlers.csi(state.prefix, state.intermediates, code, state.params);
  } else if (phase === "csiIgnore") {
    return;
  } else if (code < 0x30) {
    collect(state, code);
    state.phase = isDcs ? "dcsIntermediate" : "csiIntermediate";
  } else if (state.intermediates !== "") {
    state.phase = isDcs ? "dcsIgnore" : "csiIgnore";
  } else if (code < 0x3c) {
    state.hasParams = true;
    takeParamCode(state.params, code);
  } else if (state.hasParams) {
    state.phase = isDcs ? "dcsIgnore" : "csiIgnore";
  } else {
    state.hasParams = true;
    state.prefix = String.fromCharCode(code);
  }
}

function collect(state: ParserState, code: number): void {
  state.intermediates =
    state.intermediates.length < 2 ? state.intermediates + String.fromCharCode(code) : "!!!";
}
