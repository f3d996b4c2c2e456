// What a job has printed and is not stored yet, gathered into chunks of bytes and blocks of lines: a burst of output
// becomes few rows, and no row spans so much time that its lines would all seem to be of one moment.
import type { NewBlock, NewChunk, NewOutput } from "#lib/db/output.ts";
import type { PhaseChange } from "#lib/db/phases.ts";
import type { Progress } from "#lib/contract/job.ts";
import type { Line } from "./terminal/types.ts";

/** A row has one time for all that is in it, so it may not span more of it than this. */
const SPAN_MS = 100;
const CHUNK_BYTES_MAX = 256 * 1024;
/** At most three bytes each. */
const BLOCK_CHARACTERS_MAX = 128 * 1024;

export type OutputPiece = {
  at: Date;
  /** The place in the journal up to which everything is accounted for with this piece. */
  journalEnd: number;
  /** Bytes of the output behind that place that are accounted for too. */
  journalSkip: number;
  raw: Buffer;
  /** The lines that can never change again from now on. */
  settled: readonly Line[];
  /** It completes no line and settles none: it only changes what stands on the screen. */
  isRedraw: boolean;
  phases: readonly PhaseChange[];
  /** What the log must not show, and the line in which its notice stands. */
  sensitive?: { line: number; text: string };
};

type Shown = { progress: Progress | null; status: string | null };

/** All that was pending but the tail of the log, which is as of the moment at which this is stored. */
export type OutputBatch = Shown &
  Omit<NewOutput, "tail"> & {
    phases: readonly PhaseChange[];
    /** Of the terminal. */
    bytes: number;
    isTailNew: boolean;
    /** Progress or status are not what they were when they were stored last. */
    isShownNew: boolean;
    isRedraw: boolean;
    isEmpty: boolean;
  };

export type PendingOutput = {
  add(piece: OutputPiece): void;
  setProgress(progress: Progress | null): void;
  setStatus(status: string | null): void;
  /** The tail of the log is not what it was, though nothing was printed. */
  touchTail(): void;
  /** Of the terminal. */
  readonly bytes: number;
  readonly isEmpty: boolean;
  /** Nothing but redraws of what stands on the screen, and progress: it may wait longer. */
  readonly isRedraw: boolean;
  /** Everything; nothing is pending then. */
  take(): OutputBatch;
  /** It could not be stored: it is pending again, before all that was added since. */
  putBack(batch: OutputBatch): void;
};

/** @param stored what is shown of the job already. */
export function createPendingOutput(stored: Shown): PendingOutput {
  let { progress, status } = stored;
  let isShownNew = false;
  let isTailNew = false;
  let isRedraw = true;
  let chunks: readonly NewChunk[] = [];
  let blocks: readonly NewBlock[] = [];
  let gatheredChunks = createChunks();
  let gatheredBlocks = createBlocks();
  let sensitive: { line: number; text: string }[] = [];
  let phases: PhaseChange[] = [];
  let bytes = 0;

  const isEmpty = () => !isTailNew && phases.length === 0 && !isShownNew;

  return {
    add(piece) {
      gatheredChunks.add(piece);
      gatheredBlocks.add(piece.settled);
      if (piece.sensitive !== undefined) sensitive.push(piece.sensitive);
      phases.push(...piece.phases);
      bytes += piece.raw.length;
      isTailNew = true;
      isRedraw &&= piece.isRedraw;
    },
    setProgress(next) {
      progress = next;
      isShownNew = true;
    },
    setStatus(next) {
      status = next;
      isShownNew = true;
      isRedraw = false;
    },
    touchTail() {
      isTailNew = true;
    },
    get bytes() {
      return bytes;
    },
    get isEmpty() {
      return isEmpty();
    },
    get isRedraw() {
      return isRedraw;
    },
    take() {
      const batch = {
        chunks: [...chunks, ...gatheredChunks.end()],
        blocks: [...blocks, ...gatheredBlocks.end()],
        sensitive,
        phases,
        progress,
        status,
        bytes,
        isTailNew,
        isShownNew,
        isRedraw,
        isEmpty: isEmpty(),
      };
      chunks = [];
      blocks = [];
      gatheredChunks = createChunks();
      gatheredBlocks = createBlocks();
      sensitive = [];
      phases = [];
      bytes = 0;
      isTailNew = false;
      isShownNew = false;
      isRedraw = true;
      return batch;
    },
    putBack(batch) {
      chunks = [...batch.chunks, ...chunks];
      blocks = [...batch.blocks, ...blocks];
      sensitive = [...batch.sensitive, ...sensitive];
      phases = [...batch.phases, ...phases];
      bytes += batch.bytes;
      isTailNew ||= batch.isTailNew;
      isShownNew ||= batch.isShownNew;
      isRedraw &&= batch.isRedraw;
    },
  };
}

function createChunks() {
  const chunks: NewChunk[] = [];
  let first: OutputPiece | undefined;
  let last: OutputPiece | undefined;
  let parts: Buffer[] = [];
  let length = 0;

  function end(): NewChunk[] {
    if (first !== undefined && last !== undefined) {
      const { journalEnd, journalSkip } = last;
      const raw = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
      chunks.push({ at: first.at, journalEnd, journalSkip, raw });
    }
    first = undefined;
    parts = [];
    length = 0;
    return chunks;
  }

  return {
    end,
    add(piece: OutputPiece): void {
      const isWithin = first !== undefined && piece.at.getTime() - first.at.getTime() <= SPAN_MS;
      if (!isWithin || length + piece.raw.length > CHUNK_BYTES_MAX) end();
      first ??= piece;
      last = piece;
      parts.push(piece.raw);
      length += piece.raw.length;
    },
  };
}

function createBlocks() {
  const blocks: NewBlock[] = [];
  let at = 0;
  let texts: string[] = [];
  let length = 0;

  function end(): NewBlock[] {
    if (texts.length > 0) blocks.push({ at: new Date(at), lineCount: texts.length, text: texts.join("\n") });
    texts = [];
    length = 0;
    return blocks;
  }

  return {
    end,
    add(lines: readonly Line[]): void {
      for (const line of lines) {
        // Lines that were redrawn later than those below them have a later time.
        const isWithin = Math.abs(line.at - at) <= SPAN_MS;
        if (!isWithin || length + line.text.length > BLOCK_CHARACTERS_MAX) end();
        if (texts.length === 0) at = line.at;
        texts.push(line.text);
        length += line.text.length;
      }
    },
  };
}
