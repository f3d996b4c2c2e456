// What a person would see on the job's terminal, kept for the moment somebody asks.
//
// Feeding costs next to nothing, because nearly all output is never looked at: bytes are kept, and interpreted only
// when a snapshot is wanted. What is kept is bounded; when a flood exceeds it, the oldest is dropped and the terminal
// starts empty, since a screen holds far less than the bound anyway. The terminal's replies to queries in the output
// are never handed to anybody: they would reach the program as typed text.
import xterm from "@xterm/headless";
import { createBuriedTail } from "./buried-tail.ts";
import type { ScreenLine, Snapshot } from "./types.ts";

/** Bytes kept without being interpreted. Far more than a screenful, far less than a job's output. */
const PENDING_BYTES_MAX = 64 * 1024;
/** Rows above the screen that a long question may use: a table of fifty changes in a narrow window. */
const SCROLLBACK_ROWS = 300;

export type Screen = {
  /**
   * Takes output; the bytes are copied. @param position where it ends in the journal. @param at when it was written, in
   * ms; left out, the time of the call is taken, which makes a journal that is read again look like a flood.
   */
  feed(bytes: Uint8Array, position: number, at?: number): void;
  /** An answer was typed here: what the cursor's row and those above say has been dealt with. */
  markAnswered(): void;
  /** What was marked last was not typed after all: the question there still waits. */
  markUnanswered(): void;
  /** The screen as of this call, whatever is fed while it is being drawn. */
  snapshot(): Promise<Snapshot>;
  /** Forgets what was fed: what comes next is drawn on an empty screen. */
  clear(): void;
  dispose(): void;
};

/** Small writes are gathered, so that a flood of short lines is a few blocks and not a million objects. */
const BLOCK_BYTES = 16 * 1024;
/** All bytes of a block came within this time of its first. */
const BLOCK_MS = 100;

type Block = { kind: "bytes"; bytes: Uint8Array; used: number; at: number };
type Item = Block | { kind: "answered" | "unanswered" };
/** Where an answer was typed, and what stood before it in that row. */
type Mark = { marker: ReturnType<xterm.Terminal["registerMarker"]>; before: string };

export function createScreen({ columns, rows }: { columns: number; rows: number }): Screen {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: SCROLLBACK_ROWS,
    allowProposedApi: true,
    logLevel: "off",
  });
  const buried = createBuriedTail();
  let pending: Item[] = [];
  let pendingBytes = 0;
  let overflowed = false;
  let fedPosition = 0;
  let answered: Mark | undefined;
  /** The mark before it, should that one have to be taken back. */
  let earlierAnswered: Mark | undefined;
  let decoder = newDecoder();
  let drawing: Promise<unknown> = Promise.resolve();
  let isCleared = false;
  /** For what is drawn aside; made once, because making one takes longer than drawing. */
  let small: Screen | undefined;

  return { feed, markAnswered, markUnanswered, snapshot, clear, dispose };

  function feed(bytes: Uint8Array, position: number, at: number = performance.now()): void {
    fedPosition = position;
    if (bytes.length === 0) return;
    for (let taken = 0; taken < bytes.length;) {
      const last = pending.at(-1);
      const block = last?.kind === "bytes" && hasRoom(last, at) ? last : openBlock(at);
      const part = bytes.subarray(taken, taken + BLOCK_BYTES - block.used);
      block.bytes.set(part, block.used);
      block.used += part.length;
      taken += part.length;
    }
    pendingBytes += bytes.length;
    if (pendingBytes > PENDING_BYTES_MAX) dropOldest();
  }

  function openBlock(at: number): Block {
    const block: Block = { kind: "bytes", bytes: new Uint8Array(BLOCK_BYTES), used: 0, at };
    pending.push(block);
    return block;
  }

  function clear(): void {
    pending = [];
    pendingBytes = 0;
    overflowed = false;
    isCleared = true;
    buried.forget();
  }

  function dispose(): void {
    terminal.dispose();
    small?.dispose();
  }

  function markAnswered(): void {
    pending.push({ kind: "answered" });
    // Marks take no bytes; without output between them only the last one says anything.
    if (pending.at(-2)?.kind === "answered") pending.pop();
  }

  function markUnanswered(): void {
    pending.push({ kind: "unanswered" });
    if (pending.at(-2)?.kind === "unanswered") pending.pop();
  }

  function dropOldest(): void {
    overflowed = true;
    let dropped = 0;
    while (pendingBytes > PENDING_BYTES_MAX) {
      const item = pending[dropped];
      if (item === undefined) break;
      dropped += 1;
      if (item.kind === "bytes") pendingBytes -= item.used;
      look(item);
    }
    pending = pending.slice(dropped);
  }

  function look(item: Item): void {
    if (item.kind === "bytes") buried.look(usedBytes(item), item.at);
    else if (item.kind === "answered") buried.forget();
  }

  function snapshot(): Promise<Snapshot> {
    const items = pending;
    const position = fedPosition;
    const isCut = overflowed;
    const restart = isCut || isCleared;
    pending = [];
    pendingBytes = 0;
    overflowed = false;
    isCleared = false;
    for (const item of items) look(item);
    const tail = buried.tail();
    const aside = tail === undefined ? undefined : drawAlone(tail, position);
    const drawn = drawing.then(async () => {
      if (restart) {
        terminal.reset();
        answered = undefined;
        earlierAnswered = undefined;
        decoder = newDecoder();
      }
      await draw(isCut ? withoutBrokenStart(items) : items);
      const seen = read(position);
      return aside === undefined ? seen : { ...seen, buried: await aside };
    });
    drawing = drawn;
    return drawn;
  }

  async function draw(items: readonly Item[]): Promise<void> {
    let written = Promise.resolve();
    for (const item of items) {
      if (item.kind === "bytes") written = write(item);
      else {
        await written;
        if (item.kind === "answered") {
          earlierAnswered = answered;
          answered = { marker: terminal.registerMarker(0), before: beforeCursor() };
        } else answered = earlierAnswered;
      }
    }
    await written;
  }

  function write(block: Block): Promise<void> {
    const text = decoder.decode(usedBytes(block), { stream: true });
    return new Promise((resolve) => {
      // The terminal draws in a later turn of the loop, a millisecond away, but for the first write after a key was
      // pressed, whose echo somebody waits for. Here somebody waits for a question.
      terminal.input("", true);
      terminal.write(text, resolve);
    });
  }

  function drawAlone(tail: Uint8Array, position: number): Promise<Snapshot> {
    small ??= createScreen({ columns, rows });
    small.clear();
    small.feed(tail, position, 0);
    return small.snapshot();
  }

  function read(position: number): Snapshot {
    const buffer = terminal.buffer.active;
    const cursorLine = buffer.baseY + buffer.cursorY;
    const lines: ScreenLine[] = [];
    for (let row = 0; row < buffer.length; row += 1) {
      const line = buffer.getLine(row);
      if (line === undefined) break;
      lines.push(readLine(line, buffer.getLine(row + 1)?.isWrapped === true));
    }
    while (lines.length > cursorLine + 1 && lines.at(-1)?.text === "") lines.pop();
    return {
      position,
      lines,
      cursorRow: cursorLine,
      cursorColumn: buffer.cursorX,
      cursorOffset: beforeCursor().length,
      alternate: buffer.type === "alternate",
      ...(buffer.type === "alternate" ? {} : answeredPlace(lines)),
    };
  }

  function beforeCursor(): string {
    const buffer = terminal.buffer.active;
    const line = buffer.getLine(buffer.baseY + buffer.cursorY);
    return line?.translateToString(false, 0, buffer.cursorX) ?? "";
  }

  function answeredPlace(lines: readonly ScreenLine[]): Pick<Snapshot, "answeredRow" | "answeredOffset"> {
    if (answered?.marker === undefined || answered.marker.isDisposed) return {};
    const { marker, before } = answered;
    const isAsItWas = lines[marker.line]?.text.startsWith(before) === true;
    return { answeredRow: marker.line, ...(isAsItWas ? { answeredOffset: before.length } : {}) };
  }
}

/** The terminal's own decoder loses characters such as "—" when a write ends after their second byte (6.0.0). */
function newDecoder(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}

type BufferLine = NonNullable<ReturnType<xterm.Terminal["buffer"]["active"]["getLine"]>>;

function readLine(line: BufferLine, goesOn: boolean): ScreenLine {
  const text = goesOn ? fullRow(line) : line.translateToString(true);
  const bold: [number, number][] = [];
  let coloured = false;
  let offset = 0;
  let cell = line.getCell(0);
  for (let column = 0; column < line.length && offset < text.length; column += 1) {
    cell = line.getCell(column, cell);
    if (cell === undefined) break;
    if (cell.getWidth() === 0) continue;
    const end = offset + Math.max(1, cell.getChars().length);
    if (!cell.isFgDefault() || !cell.isBgDefault()) coloured ||= text.slice(offset, end) !== " ";
    if (cell.isBold() !== 0) {
      const last = bold.at(-1);
      if (last !== undefined && last[1] === offset) last[1] = end;
      else bold.push([offset, end]);
    }
    offset = end;
  }
  return { text, bold, coloured, isWrapped: line.isWrapped };
}

/** A row that goes on below is full, but for the last cell when a wide character did not fit into it. */
function fullRow(line: BufferLine): string {
  const text = line.translateToString(false);
  const last = line.getCell(line.length - 1);
  const isGap = last !== undefined && last.getWidth() === 1 && last.getChars() === "";
  return isGap ? text.slice(0, -1) : text;
}

function hasRoom(block: Block, at: number): boolean {
  return block.used < BLOCK_BYTES && at - block.at <= BLOCK_MS;
}

function usedBytes(block: Block): Uint8Array {
  return block.bytes.subarray(0, block.used);
}

/** After a cut the text begins in the middle of a line, a character or a colour: start at the next line. */
function withoutBrokenStart(items: readonly Item[]): readonly Item[] {
  const [first, ...rest] = items;
  if (first?.kind !== "bytes") return items;
  const next = usedBytes(first).indexOf(0x0a) + 1;
  return [
    { kind: "bytes", bytes: first.bytes.subarray(next), used: first.used - next, at: first.at },
    ...rest,
  ];
}
