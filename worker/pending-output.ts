// What a job has printed and is not stored yet, gathered into chunks: a burst of output becomes few rows, and no row spans
// so much time that its lines would all seem to be of one moment.
import type { NewChunk, PhaseChange } from "#lib/db/output.ts";
import type { Progress } from "#lib/wire/schemas.ts";

/** A chunk has one time for all its lines, so it may not span more of it than this. */
const CHUNK_SPAN_MS = 100;
const CHUNK_BYTES_MAX = 256 * 1024;

export type OutputPiece = {
  at: Date;
  /** The place in the journal up to which everything is accounted for with this piece. */
  journalEnd: number;
  /** Bytes of the output behind that place that are accounted for too. */
  journalSkip: number;
  raw: Buffer;
  /** The lines that it completes, without the last newline. */
  text: string;
  lineCount: number;
  /** The unfinished line behind them. */
  openLine: string;
  phases: readonly PhaseChange[];
  /** Set when the first line that this piece completes is sensitive: what the log must not show. */
  sensitive?: string;
};

type Shown = { progress: Progress | null; status: string | null };

export type OutputBatch = Shown & {
  chunks: readonly PendingChunk[];
  phases: readonly PhaseChange[];
  /** Of the terminal. */
  bytes: number;
  /** Progress or status are not what they were when they were stored last. */
  isShownNew: boolean;
  isEmpty: boolean;
};

export type PendingOutput = {
  add(piece: OutputPiece): void;
  setProgress(progress: Progress | null): void;
  setStatus(status: string | null): void;
  /** Of the terminal. */
  readonly bytes: number;
  readonly isEmpty: boolean;
  /** Everything; nothing is pending then. */
  take(): OutputBatch;
  /** It could not be stored: it is pending again, before all that was added since. */
  putBack(batch: OutputBatch): void;
};

/** @param stored what is shown of the job already. */
export function createPendingOutput(stored: Shown): PendingOutput {
  let { progress, status } = stored;
  let isShownNew = false;
  let chunks: PendingChunk[] = [];
  let phases: PhaseChange[] = [];
  let bytes = 0;
  /** The bytes of the last chunk, joined when it is complete. */
  let parts: Buffer[] = [];
  let partsBytes = 0;

  const isEmpty = () => chunks.length === 0 && phases.length === 0 && !isShownNew;

  function append(piece: OutputPiece): void {
    const last = chunks.at(-1);
    const fits =
      last !== undefined &&
      parts.length > 0 &&
      piece.at.getTime() - last.at.getTime() <= CHUNK_SPAN_MS &&
      partsBytes + piece.raw.length <= CHUNK_BYTES_MAX;
    if (last === undefined || !fits) {
      sealLast();
      const chunk = { at: piece.at, raw: piece.raw, lineCount: 0, text: "", sensitive: [], ...endOf(piece) };
      chunks.push(chunk);
      addLines(chunk, piece);
    } else {
      addLines(last, piece);
      Object.assign(last, endOf(piece));
    }
    parts.push(piece.raw);
    partsBytes += piece.raw.length;
  }

  function sealLast(): void {
    const last = chunks.at(-1);
    if (last !== undefined && parts.length > 0) last.raw = Buffer.concat(parts);
    parts = [];
    partsBytes = 0;
  }

  return {
    add(piece) {
      append(piece);
      bytes += piece.raw.length;
      phases.push(...piece.phases);
    },
    setProgress(next) {
      progress = next;
      isShownNew = true;
    },
    setStatus(next) {
      status = next;
      isShownNew = true;
    },
    get bytes() {
      return bytes;
    },
    get isEmpty() {
      return isEmpty();
    },
    take() {
      sealLast();
      const batch = { chunks, phases, progress, status, bytes, isShownNew, isEmpty: isEmpty() };
      chunks = [];
      phases = [];
      bytes = 0;
      isShownNew = false;
      return batch;
    },
    putBack(batch) {
      chunks = [...batch.chunks, ...chunks];
      phases = [...batch.phases, ...phases];
      bytes += batch.bytes;
      isShownNew ||= batch.isShownNew;
    },
  };
}

type PendingChunk = NewChunk & { sensitive: { offset: number; text: string }[] };

function addLines(chunk: PendingChunk, piece: OutputPiece): void {
  if (piece.lineCount === 0) return;
  if (piece.sensitive !== undefined) chunk.sensitive.push({ offset: chunk.lineCount, text: piece.sensitive });
  chunk.text = chunk.lineCount === 0 ? piece.text : `${chunk.text}\n${piece.text}`;
  chunk.lineCount += piece.lineCount;
}

/** How the chunk ends with this piece. */
function endOf({ journalEnd, journalSkip, openLine }: OutputPiece) {
  return { journalEnd, journalSkip, openLine };
}
