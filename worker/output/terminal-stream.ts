// Splits what the journal holds into what a terminal would show and what scap said through its own protocol, and
// keeps account of the place to go on from: bytes that the parser still holds back are not dealt with yet, so a
// worker that takes over has to read them again, and only them.
import { createProtocolParser, type Part } from "../prompt/protocol.ts";

/** Where to go on: a record of the journal, and how many bytes of its output have been dealt with. */
export type ResumePoint = { journalEnd: number; journalSkip: number };

export type TerminalStream = {
  /** @param record one output record of the journal. */
  push(record: { position: number; next: number; bytes: Buffer }): Part[];
  /** Lets go of what was held back, because nothing came for a while. */
  flush(): Part[];
  readonly isHolding: boolean;
  /** What it holds back is the beginning of a message, as surely as can be known. */
  readonly holdsMessage: boolean;
  /** The place to resume from once all parts given out so far are stored. */
  resumePoint(): ResumePoint;
};

type PendingRecord = { position: number; start: number; end: number; skipped: number };

/** @param key of scap's protocol; undefined when it was given none. @param resumed where the stored output ends. */
export function createTerminalStream(key: string | undefined, resumed: ResumePoint): TerminalStream {
  const parser = createProtocolParser(key);
  let toSkip = resumed.journalSkip;
  let pushed = 0;
  let next = resumed.journalEnd;
  /** Records that are not dealt with entirely; oldest first. */
  let pending: PendingRecord[] = [];

  function settle(): void {
    const released = pushed - parser.heldBytes();
    pending = pending.filter((record) => record.end > released);
  }

  return {
    push(record) {
      const skipped = Math.min(toSkip, record.bytes.length);
      toSkip -= skipped;
      const bytes = record.bytes.subarray(skipped);
      pending.push({ position: record.position, start: pushed, end: pushed + bytes.length, skipped });
      pushed += bytes.length;
      next = record.next;
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
      if (first === undefined) return { journalEnd: next, journalSkip: 0 };
      const released = pushed - parser.heldBytes();
      return { journalEnd: first.position, journalSkip: first.skipped + Math.max(0, released - first.start) };
    },
  };
}
