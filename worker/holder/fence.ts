// Fences: short markers that the holder writes to the terminal from the program's side, and takes out again when
// they arrive at its own.
//
// A program that waits in read() has written all it had to write, but its last bytes may still be on their way
// through the kernel. The kernel keeps the order of what is written to a terminal, so when a marker written after
// that moment has come back, everything the program wrote before has come too. No waiting time can say that.
//
// A marker is 16 control characters that neither move the cursor nor are changed by output processing (so they do
// not disturb the kernel's column count either), chosen at random each time: a program cannot print one by chance.
//
// A marker does not come back when a program throws pending output away (tcflush). It then stays expected, so that
// it is taken out if it comes late, and the caller falls back to looking twice.

import { randomBytes } from "node:crypto";

export const MARKER_BYTES = 16;
/** So many lost markers say that fences do not work on this terminal. */
const LOST_MAX = 8;
/** Fewer bytes than this at the end of the output are not taken for a marker that got stuck half-way. */
const STUCK_BYTES_MIN = 4;

const ALPHABET = Buffer.from([1, 2, 3, 4, 5, 6, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);

export type Passed = { output: Buffer } | { marker: Buffer };

export class FenceFilter {
  #expected: Buffer[] = [];
  /** The end of the output so far, when it may be the beginning of a marker. */
  #held: Buffer = Buffer.alloc(0);

  /** A marker to write; null when too many were lost. */
  create(): Buffer | null {
    if (this.#expected.length >= LOST_MAX) {
      return null;
    }
    return Buffer.from(randomBytes(MARKER_BYTES).map((byte) => ALPHABET[byte % ALPHABET.length] ?? 1));
  }

  /** To be called right after the marker, or as much of it as fitted, was written. */
  expect(marker: Buffer): void {
    this.#expected.push(marker);
  }

  /** Gives up waiting for a marker. Returns output that was held back because it looked like one. */
  giveUp(): Buffer {
    if (this.#held.length >= STUCK_BYTES_MIN) {
      return Buffer.alloc(0);
    }
    const released = this.#held;
    this.#held = Buffer.alloc(0);
    return released;
  }

  /** Splits what came from the terminal into output and markers, in their order. */
  push(chunk: Buffer): Passed[] {
    if (this.#expected.length === 0) {
      return [{ output: chunk }];
    }
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const passed: Passed[] = [];
    for (;;) {
      const found = this.#findFirst(rest);
      if (found === null) {
        break;
      }
      if (found.index > 0) {
        passed.push({ output: rest.subarray(0, found.index) });
      }
      passed.push({ marker: found.marker });
      this.#expected = this.#expected.filter((marker) => marker !== found.marker);
      rest = rest.subarray(found.index + found.marker.length);
    }
    const heldBytes = Math.max(0, ...this.#expected.map((marker) => overlap(rest, marker)));
    // A copy: the chunk belongs to whoever gave it.
    this.#held = Buffer.from(rest.subarray(rest.length - heldBytes));
    if (rest.length > heldBytes) {
      passed.push({ output: rest.subarray(0, rest.length - heldBytes) });
    }
    return passed;
  }

  #findFirst(bytes: Buffer): { index: number; marker: Buffer } | null {
    let first: { index: number; marker: Buffer } | null = null;
    for (const marker of this.#expected) {
      const index = bytes.indexOf(marker);
      if (index >= 0 && (first === null || index < first.index)) {
        first = { index, marker };
      }
    }
    return first;
  }
}

/** How many bytes at the end of `bytes` are the beginning, but not the whole, of `marker`. */
function overlap(bytes: Buffer, marker: Buffer): number {
  for (let length = Math.min(bytes.length, marker.length - 1); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(marker.subarray(0, length))) {
      return length;
    }
  }
  return 0;
}
