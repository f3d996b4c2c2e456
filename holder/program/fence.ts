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

export type FenceFilter = {
  /** A marker to write; undefined when too many were lost. */
  create(): Buffer | undefined;
  /** Called right after a marker was written; one at a time. */
  expect(marker: Buffer): void;
  /** Called right after only the beginning of a marker was written: it is removed, and proves nothing. */
  expectPart(part: Buffer): void;
  /** Gives up waiting. Returns output that was held back because it looked like the marker. */
  giveUp(): Buffer;
  /** Splits what the terminal sent into output and markers, in order. */
  push(chunk: Buffer): FencedPart[];
};

export function createFenceFilter(): FenceFilter {
  /** The marker that is expected next. */
  let awaited: Buffer | undefined;
  /** Overdue markers: no longer waited for, but are removed if they come. */
  let lost: Buffer[] = [];
  /** The end of the output so far, when it may be the beginning of a marker. */
  let held: Buffer = Buffer.alloc(0);

  return {
    create() {
      if (lost.length >= LOST_MAX) return undefined;
      return Buffer.from(randomBytes(MARKER_BYTES).map((byte) => ALPHABET[byte % ALPHABET.length] ?? 1));
    },
    expect(marker) {
      awaited = marker;
    },
    expectPart: (part) => void lost.push(part),
    giveUp() {
      if (awaited !== undefined) lost.push(awaited);
      awaited = undefined;
      const released = held.length < OVERDUE_BYTES_MIN ? held : Buffer.alloc(0);
      held = held.subarray(released.length);
      return released;
    },
    push(chunk) {
      if (awaited === undefined && lost.length === 0) return [{ output: chunk }];
      let rest = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const parts: FencedPart[] = [];
      for (let found = findFirst(rest, lost, awaited); found; found = findFirst(rest, lost, awaited)) {
        const { index, marker } = found;
        if (index > 0) parts.push({ output: rest.subarray(0, index) });
        parts.push({ marker });
        lost = lost.filter((one) => one !== marker);
        if (awaited === marker) awaited = undefined;
        rest = rest.subarray(index + marker.length);
      }
      const heldBytes = countHeld(rest, lost, awaited);
      // A copy: the caller keeps the chunk.
      held = Buffer.from(rest.subarray(rest.length - heldBytes));
      if (rest.length > heldBytes) parts.push({ output: rest.subarray(0, rest.length - heldBytes) });
      return parts;
    },
  };
}

type FoundMarker = { index: number; marker: Buffer };

function findFirst(bytes: Buffer, lost: Buffer[], awaited: Buffer | undefined): FoundMarker | undefined {
  let first: FoundMarker | undefined;
  for (const marker of awaited === undefined ? lost : [...lost, awaited]) {
    const index = bytes.indexOf(marker);
    if (index >= 0 && (first === undefined || index < first.index)) first = { index, marker };
  }
  return first;
}

/** What is held back for the awaited marker is released soon; for overdue ones only what can hardly be output is held. */
function countHeld(bytes: Buffer, lost: Buffer[], awaited: Buffer | undefined): number {
  const overdue = Math.max(0, ...lost.map((marker) => overlap(bytes, marker)));
  return Math.max(
    overdue < OVERDUE_BYTES_MIN ? 0 : overdue,
    awaited === undefined ? 0 : overlap(bytes, awaited),
  );
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
