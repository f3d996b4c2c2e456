// Turns the bytes of a terminal into lines for people. A line ends at a newline; what a carriage return wrote
// over is gone, as it is on the screen, so a progress bar that was drawn a thousand times is one line. Colours
// stay; the page and the SQL view deal with them. The bytes themselves are stored beside the lines.
//
// The lines depend on the bytes alone, never on how reads cut them: a worker that takes a job over, or a database
// that was away, must not show in the log.

/** A line without an end is cut here, so that a program that never ends one cannot fill the memory. */
export const LINE_BYTES_MAX = 64 * 1024;

const NUL = 0x00;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const EMPTY = Buffer.alloc(0);

export type CompletedLines = {
  /** Lines joined by newlines, without a newline at the end. */
  text: string;
  count: number;
};

export type LineAssembler = {
  /** @returns the lines that these bytes complete. */
  push(bytes: Buffer): CompletedLines;
  /** The unfinished last line, as it stands. */
  openLine(): string;
  /** Ends the unfinished line, when the program has ended without doing so. */
  finish(): CompletedLines;
};

/** @param tail the bytes of the terminal since its last newline, when an earlier worker stored them. */
export function createLineAssembler(tail: Buffer = EMPTY): LineAssembler {
  /** What the unfinished line shows, and at most one return behind it. */
  let open: Buffer = EMPTY;
  const assembler: LineAssembler = { push, openLine: () => toText(open), finish };
  // Lines that were cut out of it are stored already.
  push(tail);
  return assembler;

  function push(given: Buffer): CompletedLines {
    // PostgreSQL's text cannot hold a NUL, and a terminal shows none; the raw bytes keep it.
    const bytes = given.includes(NUL) ? Buffer.from(given.filter((byte) => byte !== NUL)) : given;
    const all = open.length === 0 ? bytes : Buffer.concat([open, bytes]);
    const lines = new Lines();
    const end = all.lastIndexOf(NEWLINE);
    if (end !== -1) addWhole(lines, all.subarray(0, end));
    open = Buffer.from(cut(lines, all.subarray(end + 1)));
    return lines.result();
  }

  function finish(): CompletedLines {
    const lines = new Lines();
    if (toText(open) !== "") lines.add(open);
    open = EMPTY;
    return lines.result();
  }
}

class Lines {
  readonly #texts: string[] = [];
  #count = 0;

  add(block: Buffer): void {
    this.#texts.push(toText(block));
    this.#count += countNewlines(block) + 1;
  }

  result(): CompletedLines {
    return { text: this.#texts.join("\n"), count: this.#count };
  }
}

/** @param block lines with newlines between them. */
function addWhole(lines: Lines, block: Buffer): void {
  if (block.length < LINE_BYTES_MAX) return lines.add(block);
  let start = 0;
  for (;;) {
    const newline = block.indexOf(NEWLINE, start);
    const line = block.subarray(start, newline === -1 ? block.length : newline);
    lines.add(cut(lines, line));
    if (newline === -1) return;
    start = newline + 1;
  }
}

/**
 * Cuts off what is too long to be one line. @returns what the rest shows: its last stretch that is not empty, with a
 * return behind it if there was one, because what comes next overwrites it then.
 */
function cut(lines: Lines, line: Buffer): Buffer {
  let rest = line;
  for (let long = findLong(rest); long !== undefined; long = findLong(rest)) {
    lines.add(rest.subarray(long.start, long.end));
    rest = rest.subarray(long.end);
  }
  let shown = rest.length;
  while (shown > 0 && rest[shown - 1] === CARRIAGE_RETURN) shown -= 1;
  const start = shown === 0 ? 0 : rest.lastIndexOf(CARRIAGE_RETURN, shown - 1) + 1;
  return rest.subarray(start, shown + 1);
}

/** The first stretch without a return that is as long as a line may be, and where to cut it. */
function findLong(line: Buffer): { start: number; end: number } | undefined {
  for (let start = 0; line.length - start >= LINE_BYTES_MAX;) {
    const found = line.indexOf(CARRIAGE_RETURN, start);
    const end = found === -1 ? line.length : found;
    if (end - start >= LINE_BYTES_MAX)
      return { start, end: beforeBrokenCharacter(line, start + LINE_BYTES_MAX) };
    if (found === -1) return undefined;
    start = found + 1;
  }
  return undefined;
}

/** `end`, or the beginning of the character that would be broken by a cut there. */
function beforeBrokenCharacter(bytes: Buffer, end: number): number {
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes[end - back] ?? 0;
    if (byte < 0x80) return end;
    if (byte < 0xc0) continue;
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? end - back : end;
  }
  return end;
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function toText(bytes: Buffer): string {
  const text = decoder.decode(bytes).replaceAll("\r\n", "\n");
  if (!text.includes("\r")) return text;
  return text.split("\n").map(lastDrawn).join("\n");
}

/** What a line shows after its carriage returns: the last stretch that is not empty. */
function lastDrawn(line: string): string {
  const drawn = line.replace(/\r+$/, "");
  return drawn.slice(drawn.lastIndexOf("\r") + 1);
}
