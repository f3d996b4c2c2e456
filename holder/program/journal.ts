// Writes the journal of a job: every byte of output and everything that was done to the command, in order, on the disk.
//
// Appending never fails. While the disk accepts no bytes they are kept in memory (up to a limit, then the oldest output is
// dropped), clients are served from there, and the write is retried every second. A position never changes its meaning: dropped
// output leaves a gap record of exactly its length (a hole in the file).

import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import {
  GAP_JSON_BYTES_MAX,
  NotARecord,
  READ_BYTES,
  gapFrame,
  readFrames,
} from "../protocol/journal-reader.ts";
import { messageOf } from "../protocol/errors.ts";
import { HEADER_BYTES, OUTPUT_BYTES_MAX, RECORD, encodeFrame, encodeJson } from "../protocol/frames.ts";

export type JournalOptions = {
  /** Called when a write fails (message) and when everything is written again (null). */
  onError(message: string | null, unsavedBytes: number): void;
  /** Bytes kept in memory while writes fail. */
  unsavedBytesMax?: number;
  retryMs?: number;
};

type Unsaved = {
  position: number;
  /** Where it ends; longer than the bytes for a gap. */
  end: number;
  bytes: Buffer;
  kind: number;
  /** How much of `bytes` has been written. */
  savedBytes: number;
};

const UNSAVED_BYTES_MAX = 64 * 1024 * 1024;
const RETRY_MS = 1000;
/** A gap record's payload length must fit in 32 bits; several gaps follow each other beyond that. */
const GAP_BYTES_MAX = 1024 * 1024 * 1024;

export type Journal = {
  /** Where the next record will begin. */
  readonly end: number;
  /** Appends output, in records of at most 64 KiB. */
  appendOutput(bytes: Buffer, at?: number): void;
  append(kind: number, value: unknown, at?: number): void;
  /** Waits until everything is on the disk. False when that failed. */
  sync(): boolean;
  /**
   * Whole records from `position` on, in the form in which clients receive them; at least one if there is one.
   * @throws when `position` is not where a record begins.
   */
  read(position: number): Records;
  close(): void;
};

type Records = { frames: Buffer; next: number };

type JournalFile = {
  readonly fd: number;
  readonly options: JournalOptions;
  unsaved: Unsaved[];
  unsavedBytes: number;
  end: number;
  retryTimer: NodeJS.Timeout | undefined;
  errorMessage: string | undefined;
};

/** @throws when the file exists already or cannot be created. */
export function createJournal(path: string, options: JournalOptions): Journal {
  const file: JournalFile = {
    fd: openSync(path, "wx+", 0o600),
    options,
    unsaved: [],
    unsavedBytes: 0,
    end: 0,
    retryTimer: undefined,
    errorMessage: undefined,
  };

  return {
    get end() {
      return file.end;
    },
    appendOutput(bytes, at = Date.now()) {
      for (let offset = 0; offset < bytes.length; offset += OUTPUT_BYTES_MAX) {
        const part = bytes.subarray(offset, offset + OUTPUT_BYTES_MAX);
        add(file, RECORD.output, encodeFrame(RECORD.output, part, at, file.end));
      }
    },
    append: (kind, value, at = Date.now()) => add(file, kind, encodeJson(kind, value, at, file.end)),
    sync: () => sync(file),
    read: (position) => read(file, position),
    close() {
      clearTimeout(file.retryTimer);
      closeSync(file.fd);
    },
  };
}

function sync(file: JournalFile): boolean {
  if (file.unsaved.length > 0 && !save(file)) return false;
  try {
    fsyncSync(file.fd);
  } catch (error) {
    reportError(file, error);
    return false;
  }
  if (file.errorMessage !== undefined) {
    file.errorMessage = undefined;
    file.options.onError(null, 0);
  }
  return true;
}

function read(file: JournalFile, position: number): Records {
  const firstUnsaved = file.unsaved[0]?.position ?? file.end;
  const read =
    position < firstUnsaved ? readFrames(file.fd, position, firstUnsaved) : readUnsaved(file, position);
  if (read.next === position && position !== file.end) throw new NotARecord(position);
  return read;
}

function add(file: JournalFile, kind: number, bytes: Buffer): void {
  const entry = { position: file.end, end: file.end + bytes.length, bytes, kind, savedBytes: 0 };
  file.end = entry.end;
  // Without a queue there is nothing to wait for: this is the hot path during a flood of output.
  if (file.unsaved.length === 0 && write(file, entry)) return;
  file.unsaved.push(entry);
  file.unsavedBytes += bytes.length;
  dropOldest(file);
}

function write(file: JournalFile, entry: Unsaved): boolean {
  try {
    while (entry.savedBytes < entry.bytes.length) {
      entry.savedBytes += writeSync(
        file.fd,
        entry.bytes,
        entry.savedBytes,
        entry.bytes.length - entry.savedBytes,
        entry.position + entry.savedBytes,
      );
    }
    return true;
  } catch (error) {
    reportError(file, error);
    return false;
  }
}

function save(file: JournalFile): boolean {
  let saved = 0;
  for (const entry of file.unsaved) {
    if (!write(file, entry)) break;
    file.unsavedBytes -= entry.bytes.length;
    saved += 1;
  }
  file.unsaved = file.unsaved.slice(saved);
  return file.unsaved.length === 0;
}

function reportError(file: JournalFile, error: unknown): void {
  const message = messageOf(error);
  if (file.errorMessage === undefined) {
    file.errorMessage = message;
    file.options.onError(message, file.unsavedBytes);
  }
  file.retryTimer ??= setTimeout(() => {
    file.retryTimer = undefined;
    sync(file);
  }, file.options.retryMs ?? RETRY_MS);
}

/** Turns the oldest unsaved output into gaps until the rest fits. Records of what was done to the command are kept. */
function dropOldest(file: JournalFile): void {
  const bytesMax = file.options.unsavedBytesMax ?? UNSAVED_BYTES_MAX;
  if (file.unsavedBytes <= bytesMax) return;
  // A sixteenth more than needed, so that this does not run for each record.
  let excess = file.unsavedBytes - bytesMax + Math.floor(bytesMax / 16);
  const kept: Unsaved[] = [];
  for (const entry of file.unsaved) {
    const previous = kept.at(-1);
    // A record that is partly written must be completed: its header is in the file already.
    if (excess <= 0 || entry.kind !== RECORD.output || entry.savedBytes > 0 || !fitsGap(entry)) {
      kept.push(entry);
    } else if (previous?.kind === RECORD.gap && entry.end - previous.position <= GAP_BYTES_MAX) {
      excess -= entry.bytes.length;
      kept[kept.length - 1] = gapEntry(previous.position, entry.end);
    } else {
      excess -= entry.bytes.length;
      kept.push(gapEntry(entry.position, entry.end));
    }
  }
  file.unsaved = kept;
  file.unsavedBytes = kept.reduce((sum, entry) => sum + entry.bytes.length, 0);
  file.options.onError(file.errorMessage ?? null, file.unsavedBytes);
}

function readUnsaved(file: JournalFile, position: number): Records {
  const parts: Buffer[] = [];
  let next = position;
  let bytes = 0;
  for (const entry of file.unsaved) {
    if (entry.end <= next) continue;
    if (entry.kind === RECORD.gap) {
      // A client in the middle of what became a gap continues after it.
      parts.push(gapFrame(next, entry.end));
    } else if (entry.position === next) {
      parts.push(entry.bytes);
    } else {
      throw new NotARecord(position);
    }
    next = entry.end;
    bytes += entry.bytes.length;
    if (bytes >= READ_BYTES) break;
  }
  return { frames: Buffer.concat(parts), next };
}

/** The JSON of a gap must fit into what it replaces; smaller records are kept. */
function fitsGap(entry: Unsaved): boolean {
  return entry.end - entry.position >= HEADER_BYTES + GAP_JSON_BYTES_MAX;
}

function gapEntry(position: number, end: number): Unsaved {
  const bytes = gapFrame(position, end);
  // In the file the record is as long as what it replaces. Nothing is written after its JSON: a hole reads as zeros.
  bytes.writeUInt32LE(end - position - HEADER_BYTES, 0);
  return { position, end, bytes, kind: RECORD.gap, savedBytes: 0 };
}
