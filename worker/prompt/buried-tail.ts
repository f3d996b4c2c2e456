// Keeps the newest question-like text that other output has pushed away.
//
// When a sibling of the process that asks prints megabytes a second, the question leaves the screen within
// milliseconds. This keeps the bytes up to the newest ending that scap's questions have, to be drawn on a screen of their
// own and judged there if nothing at the cursor explains why a process reads.
//
// The work is linear in the bytes: they are copied into a window, in which only endings are searched for, and the bytes
// before an ending are copied again only when the window moves on.

/** The endings of scap's questions: they all close a bracket before a colon, which is quickly searched for. */
const CLOSES = ["]: ", "): "].map((text) => Buffer.from(text));
const ENDING = /(?:\/[nN][\])]|\]\)): $/;
const ENDING_BYTES_MAX = 5;
const LOOKS_MAX = 32;
/** The longest question that is kept: a table of a few dozen changes. */
const TAIL_BYTES_MAX = 16 * 1024;
/**
 * The holder checks for a read every 50 ms at the least, so a question is not older than that, and some scheduling, when
 * its read is seen. What is older was printed by a process that does not wait.
 */
const AGE_MS_MAX = 1000;

/** What a person may have typed behind a question: then it has been answered, with its newline. */
// oxlint-disable-next-line no-control-regex -- the escape that begins a colour is no answer
const ANSWERED = /^[^\s\x1b]{0,12}\r?\n/;
const BEHIND_BYTES = 16;

/** When the window is full, the older half of it goes. */
const WINDOW_BYTES = 4 * TAIL_BYTES_MAX;

export type BuriedTail = {
  /** All output in order; the bytes are copied. @param at when it was written, in ms */
  look(bytes: Uint8Array, at: number): void;
  /** Undefined when there is none, or it has been answered, or stands at the very end: then it is not buried. */
  tail(): Uint8Array | undefined;
  /** What was seen so far has been answered. */
  forget(): void;
};

type Found = { at: number; tail: Buffer; behind: Buffer };

export function createBuriedTail(): BuriedTail {
  const window = Buffer.allocUnsafe(WINDOW_BYTES);
  let used = 0;
  let lastAt = 0;
  /** The newest ending, as long as the bytes before it are in the window: where it ends. */
  let end: { offset: number; at: number } | undefined;
  /** The newest ending, once the window has moved on. */
  let kept: Found | undefined;

  return { look, tail, forget };

  function look(bytes: Uint8Array, at: number): void {
    lastAt = at;
    for (let from = 0; from < bytes.length; from += TAIL_BYTES_MAX)
      take(bytes.subarray(from, from + TAIL_BYTES_MAX), at);
  }

  function take(piece: Uint8Array, at: number): void {
    if (used + piece.length > WINDOW_BYTES) moveOn();
    const from = Math.max(0, used - ENDING_BYTES_MAX + 1);
    window.set(piece, used);
    used += piece.length;
    const newest = newestEnding(window.subarray(from, used));
    // One that lies in the overlap as a whole was found before.
    if (newest !== undefined && from + newest > used - piece.length) end = { offset: from + newest, at };
  }

  function moveOn(): void {
    const moved = used - 2 * TAIL_BYTES_MAX;
    if (end !== undefined && end.offset - TAIL_BYTES_MAX < moved) {
      kept = found(end);
      end = undefined;
    } else if (end !== undefined) end = { ...end, offset: end.offset - moved };
    window.copyWithin(0, moved, used);
    used -= moved;
  }

  function found({ offset, at }: { offset: number; at: number }): Found {
    const tail = Buffer.from(window.subarray(Math.max(0, offset - TAIL_BYTES_MAX), offset));
    return { at, tail, behind: Buffer.from(window.subarray(offset, Math.min(used, offset + BEHIND_BYTES))) };
  }

  function tail(): Uint8Array | undefined {
    const newest = end === undefined ? kept : found(end);
    if (newest === undefined || lastAt - newest.at > AGE_MS_MAX) return undefined;
    const { behind } = newest;
    return behind.length === 0 || ANSWERED.test(behind.toString("latin1")) ? undefined : newest.tail;
  }

  function forget(): void {
    end = undefined;
    kept = undefined;
    used = 0;
  }
}

/** Offset right after the last ending in `bytes`. */
function newestEnding(bytes: Buffer): number | undefined {
  let newest: number | undefined;
  for (const close of CLOSES) {
    // Few lines have one at all; where all have, the last few are enough.
    let at = bytes.lastIndexOf(close);
    for (let look = 0; look < LOOKS_MAX && at !== -1 && at >= (newest ?? 0); look += 1) {
      const end = at + close.length;
      if (ENDING.test(bytes.toString("latin1", Math.max(0, end - ENDING_BYTES_MAX), end))) {
        newest = end;
        break;
      }
      at = at === 0 ? -1 : bytes.lastIndexOf(close, at - 1);
    }
  }
  return newest;
}
