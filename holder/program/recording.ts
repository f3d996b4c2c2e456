// Records a job: appends the output of the terminal to the journal in batches, and between them what is done to the command. The exit
// record is the last one.
import { RECORD } from "../protocol/frames.ts";
import type { ExitRecord, NoteRecord } from "../protocol/messages.ts";
import type { Journal } from "./journal.ts";
import { createOutputAges } from "./output-ages.ts";

/** Output is appended to the journal once per turn of the event loop, or when it is this much. */
const BATCH_BYTES = 64 * 1024;

export type Recording = {
  takeOutput(bytes: Buffer): void;
  /** Appends all output received so far; returns the end of the journal. */
  flushOutput(): number;
  /** Has no effect after the exit record. */
  record(kind: number, value: unknown): void;
  note(note: NoteRecord): void;
  end(exit: ExitRecord): void;
  /** How long ago the output up to this position was received, in ms. */
  ageOf(position: number): number;
};

/** @param onGrowth the journal has new records; `isOutput` when they are output. */
export function createRecording(journal: Journal, onGrowth: (isOutput: boolean) => void): Recording {
  const ages = createOutputAges();
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let isComplete = false;

  function flushOutput(): number {
    if (pendingBytes > 0) {
      const [only] = pending;
      journal.appendOutput(pending.length === 1 && only !== undefined ? only : Buffer.concat(pending));
      ages.note(journal.end);
      pending = [];
      pendingBytes = 0;
      onGrowth(true);
    }
    return journal.end;
  }

  function record(kind: number, value: unknown): void {
    if (isComplete) return;
    flushOutput();
    journal.append(kind, value);
    onGrowth(false);
  }

  return {
    takeOutput(bytes) {
      // A process that even SIGKILL could not end at once may still write.
      if (isComplete) return;
      if (pending.length === 0) setImmediate(flushOutput);
      pending.push(bytes);
      pendingBytes += bytes.length;
      if (pendingBytes >= BATCH_BYTES) flushOutput();
    },
    flushOutput,
    record,
    note: (note) => record(RECORD.note, note),
    end(exit) {
      record(RECORD.exit, exit);
      isComplete = true;
    },
    ageOf: (position) => ages.ageOf(position),
  };
}
