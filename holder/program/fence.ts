// Fences: short markers that the holder writes to the terminal from the program's side, and removes from the output when they
// arrive at its own side.
//
// A program that waits in read() has written all its output, but the last bytes may still be on their way through the kernel.
// The kernel keeps the order of what is written to a terminal, so when a marker written after that moment has come back,
// everything the program wrote before has been received as well. No delay could prove that.
//
// A marker is 16 control characters that neither move the cursor nor are changed by output processing (so they do
// not disturb the kernel's column count either), chosen at random each time: a program cannot print one by chance.
//
// A marker does not come back when a program discards pending output (tcflush). It then stays expected, so that it is removed
// if it comes late, and the caller falls back to checking twice.

import { randomBytes } from "node:crypto";

export const MARKER_BYTES = 16;
/** So many lost markers show that fences do not work on this terminal. */
const LOST_MAX = 8;
/** Fewer bytes than this at the end of the output are not held back for a marker that is overdue. */
const OVERDUE_BYTES_MIN = 4;

const ALPHABET = Buffer.from([1, 2, 3, 4, 5, 6, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);

export type FencedPart = { output: Buffer } | { marker: Buffer };

export class FenceFilter {
  /** The marker that is expected next. */
  #awaited: Buffer | null = null;
  /** Overdue markers: no longer waited for, but are removed if they come. */
  #lost: Buffer[] = [];
  /** The end of the output so far, when it may be the beginning of a marker. */
  #held: Buffer = Buffer.alloc(0);

  /** A marker to write; null when too many were lost. */
  create(): Buffer | null {
    if (this.#lost.length >= LOST_MAX) {
      return null;
    }
    return Buffer.from(randomBytes(MARKER_BYTES).map((byte) => ALPHABET[byte % ALPHABET.length] ?? 1));
  }

  /** Called right after a marker was written; one at a time. */
  expect(marker: Buffer): void {
    this.#awaited = marker;
  }

  /** Called right after only the beginning of a marker was written: it is removed, and proves nothing. */
  expectPart(part: Buffer): void {
    this.#lost.push(part);
  }

  /** Gives up waiting. Returns output that was held back because it looked like the marker. */
  giveUp(): Buffer {
    if (this.#awaited !== null) {
      this.#lost.push(this.#awaited);
      this.#awaited = null;
    }
    const released = this.#held.length < OVERDUE_BYTES_MIN ? this.#held : Buffer.alloc(0);
    this.#held = this.#held.subarray(released.length);
    return released;
  }

  /** Splits what the terminal sent into output and markers, in order. */
  push(chunk: Buffer): FencedPart[] {
    if (this.#awaited === null && this.#lost.length === 0) {
      return [{ output: chunk }];
    }
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const parts: FencedPart[] = [];
    for (let found = this.#findFirst(rest); found !== null; found = this.#findFirst(rest)) {
      const { index, marker } = found;
      if (index > 0) {
        parts.push({ output: rest.subarray(0, index) });
      }
      parts.push({ marker });
      this.#lost = this.#lost.filter((lost) => lost !== marker);
      this.#awaited = this.#awaited === marker ? null : this.#awaited;
      rest = rest.subarray(index + marker.length);
    }
    const heldBytes = this.#countHeld(rest);
    // A copy: the caller keeps the chunk.
    this.#held = Buffer.from(rest.subarray(rest.length - heldBytes));
    if (rest.length > heldBytes) {
      parts.push({ output: rest.subarray(0, rest.length - heldBytes) });
    }
    return parts;
  }

  #findFirst(bytes: Buffer): { index: number; marker: Buffer } | null {
    let first: { index: number; marker: Buffer } | null = null;
    for (const marker of this.#awaited === null ? this.#lost : [...this.#lost, this.#awaited]) {
      const index = bytes.indexOf(marker);
      if (index >= 0 && (first === null || index < first.index)) {
        first = { index, marker };
      }
    }
    return first;
  }

  /** What is held back for the awaited marker is released soon; for overdue ones only what can hardly be output is held. */
  #countHeld(bytes: Buffer): number {
    const overdue = Math.max(0, ...this.#lost.map((marker) => overlap(bytes, marker)));
    return Math.max(
      overdue < OVERDUE_BYTES_MIN ? 0 : overdue,
      this.#awaited === null ? 0 : overlap(bytes, this.#awaited),
    );
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
