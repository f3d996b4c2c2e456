// Keeps the newest question-like text that other output has pushed away.
//
// When a sibling of the process that asks prints megabytes a second, the question leaves the screen within
// milliseconds. Its words still passed by: this keeps the bytes up to the newest ending that scap's questions have, to
// be drawn and judged like a small screen if nothing at the cursor explains why somebody reads.

/** The endings of scap's questions: they all close a bracket before a colon, which is quickly searched for. */
const CLOSES = ["]: ", "): "].map((text) => Buffer.from(text));
const ENDING = /(?:\/[nN][\])]|\]\)): $/;
const ENDING_BYTES_MAX = 5;
const LOOKS_MAX = 32;
/** The longest question that is kept: a table of a few dozen changes. */
const TAIL_BYTES_MAX = 16 * 1024;
/**
 * The holder looks for a read every 50 ms at the least, so a question is not older than that, and some scheduling, when
 * its read is seen. What is older was printed by somebody who does not wait.
 */
const AGE_MS_MAX = 1000;

/** What a person may have typed behind a question: then it has been answered, with its newline. */
// oxlint-disable-next-line no-control-regex -- the escape that begins a colour is no answer
const ANSWERED = /^[^\s\x1b]{0,12}\r?\n/;
const BEHIND_BYTES = 16;

export type BuriedTail = {
  /** All output in order; `at` is when it was written, in ms. */
  look(bytes: Uint8Array, at: number): void;
  /** Undefined when there is none, or it has been answered, or stands at the very end: then it is not buried. */
  tail(): Uint8Array | undefined;
  /** What was seen so far has been answered. */
  forget(): void;
};

export function createBuriedTail(): BuriedTail {
  let before: Buffer = Buffer.alloc(0);
  let found: { bytes: Buffer; at: number; behind: Buffer } | undefined;
  let lastAt = 0;

  return { look, tail, forget };

  function look(bytes: Uint8Array, at: number): void {
    if (bytes.length === 0) return;
    lastAt = at;
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (found !== undefined && found.behind.length < BEHIND_BYTES) {
      found.behind = Buffer.concat([found.behind, chunk.subarray(0, BEHIND_BYTES)]);
    }
    const end = newestEnding(chunk) ?? endingAcross(before, chunk);
    if (end !== undefined) {
      const bytesUpToEnd = Buffer.concat([before, chunk.subarray(0, end)]).subarray(-TAIL_BYTES_MAX);
      found = { bytes: bytesUpToEnd, at, behind: Buffer.from(chunk.subarray(end, end + BEHIND_BYTES)) };
    }
    before =
      chunk.length >= TAIL_BYTES_MAX
        ? chunk.subarray(-TAIL_BYTES_MAX)
        : Buffer.concat([before, chunk]).subarray(-TAIL_BYTES_MAX);
  }

  function tail(): Uint8Array | undefined {
    if (found === undefined || lastAt - found.at > AGE_MS_MAX) return undefined;
    const isAnswered = found.behind.length === 0 || ANSWERED.test(found.behind.toString("latin1"));
    return isAnswered ? undefined : found.bytes;
  }

  function forget(): void {
    found = undefined;
    before = Buffer.alloc(0);
  }
}

/** An ending that one block begins and the next ends: its end as an offset into `chunk`. */
function endingAcross(before: Buffer, chunk: Buffer): number | undefined {
  const overlap = before.subarray(-(ENDING_BYTES_MAX - 1));
  const end = newestEnding(Buffer.concat([overlap, chunk.subarray(0, ENDING_BYTES_MAX - 1)]));
  return end === undefined || end <= overlap.length ? undefined : end - overlap.length;
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
