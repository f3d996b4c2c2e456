// Decodes UTF-8 byte by byte, so that a character may be split over any number of reads and an incomplete one is plain data. Malformed
// bytes become U+FFFD exactly as in TextDecoder (the WHATWG decoder).

const REPLACEMENT = 0xfffd;

export type Utf8State = {
  /** Bytes that are still missing. */
  needed: number;
  code: number;
  /** Bounds of the next byte. */
  lower: number;
  upper: number;
};

export function createUtf8State(): Utf8State {
  return { needed: 0, code: 0, lower: 0x80, upper: 0xbf };
}

/**
 * Takes one byte that is not ASCII, or any byte while a character is unfinished.
 * @returns the code point, `-1` when more bytes are needed, or `-2` when the unfinished character was malformed: it counts
 * as U+FFFD, and this byte must be decoded again
 */
export function decodeByte(state: Utf8State, byte: number): number {
  if (state.needed === 0) return begin(state, byte);
  if (byte < state.lower || byte > state.upper) {
    reset(state);
    return -2;
  }
  state.lower = 0x80;
  state.upper = 0xbf;
  state.code = (state.code << 6) | (byte & 0x3f);
  state.needed -= 1;
  return state.needed === 0 ? state.code : -1;
}

function begin(state: Utf8State, byte: number): number {
  if (byte < 0x80) return byte;
  if (byte >= 0xc2 && byte <= 0xdf) return expect(state, 1, byte & 0x1f);
  if (byte >= 0xe0 && byte <= 0xef) {
    if (byte === 0xe0) state.lower = 0xa0;
    if (byte === 0xed) state.upper = 0x9f;
    return expect(state, 2, byte & 0x0f);
  }
  if (byte >= 0xf0 && byte <= 0xf4) {
    if (byte === 0xf0) state.lower = 0x90;
    if (byte === 0xf4) state.upper = 0x8f;
    return expect(state, 3, byte & 0x07);
  }
  return REPLACEMENT;
}

function expect(state: Utf8State, needed: number, code: number): number {
  state.needed = needed;
  state.code = code;
  return -1;
}

function reset(state: Utf8State): void {
  state.needed = 0;
  state.lower = 0x80;
  state.upper = 0xbf;
}
