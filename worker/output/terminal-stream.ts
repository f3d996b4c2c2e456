// Splits what the journal holds into what a terminal would show and what scap said through its own protocol, and
// keeps account of the place to go on from: bytes that the parser still holds back are not dealt with yet, so a
// worker that takes over has to read them again, and only them.
import { createProtocolParser, type Part } from "../prompt/protocol.ts";

/** Where to go on: a record of the journal, and how many bytes of its output have been dealt with. */
export type ResumePoint = { journalEnd: number; journalSkip: number };

/** A part of an output record of the journal: long ones are dealt with in several. */
export type RecordSlice = {
  /** Of the record. */
  position: number;
  next: number;
  /** Of the slice in the bytes of the record. */
  offset: number;
  bytes: Buffer;
  isLast: boolean;
};

export type TerminalStream = {
  push(slice: RecordSlice): Part[];
  /** Lets go of what was held back, because nothing came for a while. */
  flush(): Part[];
  readonly isHolding: boolean;
  /** What it holds back is the beginning of a message, as surely as can be known. */
  readonly holdsMessage: boolean;
  /** The place to resume from once all parts given out so far are stored. */
  resumePoint(): ResumePoint;
};

/** A slice of which not all is dealt with; `offset` is that of its first byte in the record. */
type PendingSlice = { position: number; start: number; end: number; offset: number };

/** @param key of scap's protocol; undefined when it was given none. @param resumed where the stored output ends. */
export function createTerminalStream(key: string | undefined, resumed: ResumePoint): TerminalStream {
  const parser = createProtocolParser(key);
  let toSkip = resumed.journalSkip;
  let pushed = 0;
  /** The place behind all that was pushed. */
  let reached = resumed;
  /** Slices that are not dealt with entirely; oldest first. */
  const pending: PendingSlice[] = [];

  function settle(): void {
    const released = pushed - parser.heldBytes();
    while (pending[0] !== undefined && pending[0].end <= released) pending.shift();
  }

  return {
    push({ position, next, offset, bytes: given, isLast }) {
      const skipped = Math.min(toSkip, given.length);
      toSkip -= skipped;
      const bytes = given.subarray(skipped);
      pending.push({ position, start: pushed, end: pushed + bytes.length, offset: offset + skipped });
      pushed += bytes.length;
      reached = isLast
        ? { journalEnd: next, journalSkip: 0 }
        : { journalEnd: position, journalSkip: offset + given.length };
      const parts = parser.push(bytes);
      settle();
      return parts;
    },
    flush() {
      const parts = parser.flush();
      settle();
      return parts;
    },
    get isHolding() {
      return parser.heldBytes() > 0;
    },
    get holdsMessage() {
      return parser.holdsMessage();
    },
    resumePoint() {
      const [first] = pending;
      if (first === undefined) return reached;
      const released = pushed - parser.heldBytes();
      return { journalEnd: first.position, journalSkip: first.offset + Math.max(0, released - first.start) };
    },
  };
}
