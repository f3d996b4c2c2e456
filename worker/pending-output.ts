// Output of a job that is not stored yet, collected into chunks of bytes and blocks of lines: a burst of output becomes few rows, and
// no row spans so much time that its single time would be wrong for some lines.
import type { NewBlock, NewChunk, NewOutput } from "#lib/db/output.ts";
import type { PhaseChange } from "#lib/domain/phase.ts";
import type { Progress } from "#lib/contract/job.ts";
import type { Line } from "./terminal/types.ts";

/** A row has one time for all its content, so it must not span more time than this. */
const SPAN_MS = 100;
const CHUNK_BYTES_MAX = 256 * 1024;
/** At most three bytes each. */
const BLOCK_CHARACTERS_MAX = 128 * 1024;

export type OutputPiece = {
  at: Date;
  /** The position in the journal up to which everything is processed with this piece. */
  journalEnd: number;
  /** Bytes of the output after that position that are processed too. */
  journalSkip: number;
  raw: Buffer;
  /** Lines that can no longer change. */
  settled: readonly Line[];
  /** It completes no line and settles none: it only changes the screen. */
  isRedraw: boolean;
  phases: readonly PhaseChange[];
  /** The text of a sensitive line, and the number of the line that contains the notice. */
  sensitive?: { line: number; text: string };
};

type Shown = { progress: Progress | null; status: string | null };

/** Everything pending except the tail of the log, which is read when the batch is stored. */
export type OutputBatch = Shown &
  Omit<NewOutput, "tail"> & {
    phases: readonly PhaseChange[];
    /** Bytes of terminal output. */
    bytes: number;
    isTailNew: boolean;
    /** Progress or status changed since they were last stored. */
    isShownNew: boolean;
    isRedraw: boolean;
    isEmpty: boolean;
  };

export type PendingOutput = {
  add(piece: OutputPiece): void;
  setProgress(progress: Progress | null): void;
  setStatus(status: string | null): void;
  /** The tail of the log changed without output. */
  touchTail(): void;
  /** Bytes of terminal output. */
  readonly bytes: number;
  readonly isEmpty: boolean;
  /** Only redraws of the screen, and progress: they may wait longer. */
  readonly isRedraw: boolean;
  /** Removes and returns everything pending. */
  take(): OutputBatch;
  /** Makes a batch that could not be stored pending again, before everything that was added since. */
  putBack(batch: OutputBatch): void;
};

/** What is pending, without progress and status, of which only the latest counts. */
type Content = Omit<OutputBatch, keyof Shown | "isEmpty">;

const NOTHING: Content = {
  chunks: [],
  blocks: [],
  sensitive: [],
  phases: [],
  bytes: 0,
  isTailNew: false,
  isShownNew: false,
  isRedraw: true,
};

/** @param stored the stored progress and status of the job */
export function createPendingOutput(stored: Shown): PendingOutput {
  let { progress, status } = stored;
  /** Batches that could not be stored. */
  let returned = NOTHING;
  let added = createAdded();
  const isEmpty = () => isNothing(returned) && isNothing(added.flags);

  return {
    add: (piece) => added.add(piece),
    setProgress(next) {
      progress = next;
      added.flags.isShownNew = true;
    },
    setStatus(next) {
      status = next;
      added.flags.isShownNew = true;
      added.flags.isRedraw = false;
    },
    touchTail() {
      added.flags.isTailNew = true;
    },
    get bytes() {
      return returned.bytes + added.flags.bytes;
    },
    get isEmpty() {
      return isEmpty();
    },
    get isRedraw() {
      return returned.isRedraw && added.flags.isRedraw;
    },
    take() {
      const batch = { ...join(returned, added.end()), progress, status, isEmpty: isEmpty() };
      returned = NOTHING;
      added = createAdded();
      return batch;
    },
    putBack(batch) {
      returned = join(batch, returned);
    },
  };
}

const isNothing = ({ isTailNew, isShownNew, phases }: Pick<Content, "isTailNew" | "isShownNew" | "phases">) =>
  !isTailNew && !isShownNew && phases.length === 0;

function join(earlier: Content, later: Content): Content {
  return {
    chunks: [...earlier.chunks, ...later.chunks],
    blocks: [...earlier.blocks, ...later.blocks],
    sensitive: [...earlier.sensitive, ...later.sensitive],
    phases: [...earlier.phases, ...later.phases],
    bytes: earlier.bytes + later.bytes,
    isTailNew: earlier.isTailNew || later.isTailNew,
    isShownNew: earlier.isShownNew || later.isShownNew,
    isRedraw: earlier.isRedraw && later.isRedraw,
  };
}

/** Pieces that were added since the last batch was taken. */
function createAdded() {
  const chunks = createChunks();
  const blocks = createBlocks();
  const sensitive: { line: number; text: string }[] = [];
  const phases: PhaseChange[] = [];
  const flags = { bytes: 0, isTailNew: false, isShownNew: false, isRedraw: true, phases };

  return {
    flags,
    add(piece: OutputPiece): void {
      chunks.add(piece);
      blocks.add(piece.settled);
      if (piece.sensitive !== undefined) sensitive.push(piece.sensitive);
      phases.push(...piece.phases);
      flags.bytes += piece.raw.length;
      flags.isTailNew = true;
      flags.isRedraw &&= piece.isRedraw;
    },
    end: (): Content => ({ ...flags, chunks: chunks.end(), blocks: blocks.end(), sensitive }),
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
