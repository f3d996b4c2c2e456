// Keeps the newest text that may be a question when other output pushes it off the screen.
//
// If another process prints megabytes per second, a question leaves the screen within milliseconds. This keeps the bytes up to
// the newest ending of a question of scap. They are drawn on a screen of their own and recognised there if nothing at the cursor
// explains why a process reads.
//
// The work is linear in the bytes: they are copied into a window, in which only endings are searched for, and the bytes
// before an ending are copied again only when the window slides.

/** The endings of scap's questions: all close a bracket before a colon, which is a fast search. */
const CLOSES = ["]: ", "): "].map((text) => Buffer.from(text));
const ENDING = /(?:\/[nN][\])]|\]\)): $/;
const ENDING_BYTES_MAX = 5;
const CANDIDATES_MAX = 32;
/** The longest question that is kept: a table of a few dozen changes. */
const TAIL_BYTES_MAX = 16 * 1024;
/**
 * The holder checks for a read at least every 50 ms, so a question is not older than that, and some scheduling delay, when its
 * read is reported. Older text was printed by a process that does not wait.
 */
const AGE_MS_MAX = 1000;

/** What a person may have typed after a question, with its newline: then it was answered. */
// oxlint-disable-next-line no-control-regex -- the escape that begins a colour is not an answer
const ANSWERED = /^[^\s\x1b]{0,12}\r?\n/;
const AFTER_BYTES = 16;

/** When the window is full, its older half is dropped. */
const WINDOW_BYTES = 4 * TAIL_BYTES_MAX;

export type BuriedTail = {
  /** All output in order; the bytes are copied. @param at when it was written, in ms */
  add(bytes: Uint8Array, at: number): void;
  /** undefined when there is none, it was answered, or it is at the very end: then it is not buried. */
  tail(): Uint8Array | undefined;
  /** Everything so far was answered. */
  forget(): void;
};

type Found = { at: number; tail: Buffer; after: Buffer };

export function createBuriedTail(): BuriedTail {
  const window = Buffer.allocUnsafe(WINDOW_BYTES);
  let used = 0;
  let lastAt = 0;
  /** The newest ending, as long as the bytes before it are in the window: where it ends. */
  let end: { offset: number; at: number } | undefined;
  /** The newest ending, once the window has slid past it. */
  let kept: Found | undefined;

  return { add, tail, forget };

  function add(bytes: Uint8Array, at: number): void {
    lastAt = at;
    for (let from = 0; from < bytes.length; from += TAIL_BYTES_MAX) {
      take(bytes.subarray(from, from + TAIL_BYTES_MAX), at);
    }
  }

  function take(piece: Uint8Array, at: number): void {
    if (used + piece.length > WINDOW_BYTES) slide();
    const from = Math.max(0, used - ENDING_BYTES_MAX + 1);
    window.set(piece, used);
    used += piece.length;
    const newest = newestEnding(window.subarray(from, used));
    // One that is entirely in the overlap was found before.
    if (newest !== undefined && from + newest > used - piece.length) end = { offset: from + newest, at };
  }

  function slide(): void {
    const moved = used - 2 * TAIL_BYTES_MAX;
    if (end !== undefined && end.offset - TAIL_BYTES_MAX < moved) {
      kept = found(end);
      end = undefined;
    } else if (end !== undefined) {
      end = { ...end, offset: end.offset - moved };
    }
    window.copyWithin(0, moved, used);
    used -= moved;
  }

  function found({ offset, at }: { offset: number; at: number }): Found {
    const tail = Buffer.from(window.subarray(Math.max(0, offset - TAIL_BYTES_MAX), offset));
    return { at, tail, after: Buffer.from(window.subarray(offset, Math.min(used, offset + AFTER_BYTES))) };
  }

  function tail(): Uint8Array | undefined {
    const newest = end === undefined ? kept : found(end);
    if (newest === undefined || lastAt - newest.at > AGE_MS_MAX) return undefined;
    const { after } = newest;
    return after.length === 0 || ANSWERED.test(after.toString("latin1")) ? undefined : newest.tail;
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
    // Few lines have one; if all have, the last few are enough.
    let at = bytes.lastIndexOf(close);
    for (let tries = 0; tries < CANDIDATES_MAX && at !== -1 && at >= (newest ?? 0); tries += 1) {
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
