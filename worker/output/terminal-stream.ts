// Splits the output in the journal into terminal output and messages of scap's protocol, and tracks the position to resume from: bytes
// that the parser still holds back are not processed, so after a failover exactly these bytes are read again.
import { createProtocolParser, type Part } from "../prompt/protocol.ts";

/** Where to resume: a record of the journal, and how many bytes of its output are processed. */
export type ResumePoint = { journalEnd: number; journalSkip: number };

/** A part of an output record: long records are processed in several slices. */
export type RecordSlice = {
  /** Position of the record. */
  position: number;
  next: number;
  /** Offset of the slice in the bytes of the record. */
  offset: number;
  bytes: Buffer;
  isLast: boolean;
};

export type TerminalStream = {
  push(slice: RecordSlice): Part[];
  /** Releases bytes that are held back, because nothing arrived for a while. */
  flush(): Part[];
  readonly isHolding: boolean;
  /** The bytes that are held back are almost certainly the beginning of a message. */
  readonly holdsMessage: boolean;
  /** The position to resume from when all parts returned so far are stored. */
  resumePoint(): ResumePoint;
};

/** A slice that is not processed completely; `offset` is that of its first byte in the record. */
type PendingSlice = { position: number; start: number; end: number; offset: number };

/** @param key of scap's protocol; undefined without the protocol. @param resumed where the stored output ends */
export function createTerminalStream(key: string | undefined, resumed: ResumePoint): TerminalStream {
  const parser = createProtocolParser(key);
  let toSkip = resumed.journalSkip;
  let pushed = 0;
  /** The position after everything that was pushed. */
  let reached = resumed;
  /** Slices that are not processed completely; oldest first. */
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
