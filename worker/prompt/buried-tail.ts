// Keeps the newest question-like text of a flood.
//
// When a sibling of the process that asks prints megabytes a second, the question leaves the screen within
// milliseconds. Its words still passed by: this keeps the bytes up to the newest ending that scap's questions have, to
// be drawn and judged like a small screen if nothing at the cursor explains why somebody reads. It is looked at only
// while output overflows the screen's bound, so an ordinary job pays nothing.

/** Endings that scap's questions have had. Literal bytes: searching for them costs a few GB/s at most. */
const ENDINGS = ["/N]: ", "/n]: ", "]): ", "/n): ", "/N): "].map((text) => Buffer.from(text));
const ENDING_BYTES_MAX = 5;
/** The longest question that is kept: a table of a few dozen changes. */
const TAIL_BYTES_MAX = 16 * 1024;

export function createBuriedTail(): {
  look(bytes: Uint8Array): void;
  tail(): Uint8Array | undefined;
  forget(): void;
} {
  let before = Buffer.alloc(0);
  let found: Buffer | undefined;

  return {
    look(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const overlap = before.subarray(-(ENDING_BYTES_MAX - 1));
      const searched = Buffer.concat([overlap, chunk]);
      const end = newestEnding(searched);
      if (end !== undefined) {
        const whole = Buffer.concat([before, chunk]);
        const endInWhole = before.length - overlap.length + end;
        const start = Math.max(0, endInWhole - TAIL_BYTES_MAX);
        found = Buffer.from(whole.subarray(start, endInWhole));
      }
      before = Buffer.from(
        Buffer.concat([before, chunk.subarray(-TAIL_BYTES_MAX)]).subarray(-TAIL_BYTES_MAX),
      );
    },
    tail: () => found,
    forget() {
      found = undefined;
      before = Buffer.alloc(0);
    },
  };
}

/** Offset right after the last ending in `bytes`. */
function newestEnding(bytes: Buffer): number | undefined {
  let newest: number | undefined;
  for (const ending of ENDINGS) {
    const at = bytes.lastIndexOf(ending);
    if (at !== -1) newest = Math.max(newest ?? 0, at + ending.length);
  }
  return newest;
}
