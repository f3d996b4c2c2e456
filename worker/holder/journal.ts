// The journal of a job: every byte of output and everything that was done to the command, in order, on the disk.
//
// Appending never fails. When the disk does not take the bytes they are kept in memory (up to a bound, then the
// oldest output goes), the live stream goes on from there, and writing is tried again every second. A position never
// changes its meaning: output that had to be dropped leaves a gap record of exactly its length (a hole in the file).
//
// The reading half needs no holder: the worker uses it for the journal of a holder that is gone.

import { closeSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import {
  HEADER_BYTES,
  OUTPUT_BYTES_MAX,
  PAYLOAD_BYTES_MAX,
  RECORD,
  RECORD_KIND_MAX,
  decodeRecord,
  encodeFrame,
  encodeJson,
  writeHeader,
  type GapText,
  type HolderRecord,
} from "./protocol.ts";

export interface JournalOptions {
  /** Called when the disk refuses (message) and when it takes everything again (null). */
  onFault(message: string | null, unsavedBytes: number): void;
  /** Bytes kept in memory while the disk refuses. */
  unsavedBytesMax?: number;
  retryMs?: number;
}

interface Unsaved {
  position: number;
  /** Where it ends; longer than the bytes for a gap. */
  end: number;
  bytes: Buffer;
  kind: number;
  /** How much of `bytes` the disk has taken already. */
  savedBytes: number;
}

const UNSAVED_BYTES_MAX = 64 * 1024 * 1024;
const RETRY_MS = 1000;
/** A gap record's payload length must fit in 32 bits; several gaps follow each other beyond that. */
const GAP_BYTES_MAX = 1024 * 1024 * 1024;

export class Journal {
  readonly #fd: number;
  readonly #options: JournalOptions;
  #unsaved: Unsaved[] = [];
  #unsavedBytes = 0;
  #end = 0;
  #retryTimer: NodeJS.Timeout | null = null;
  #faultMessage: string | null = null;

  /** @throws when the file exists already or cannot be made. */
  constructor(path: string, options: JournalOptions) {
    this.#options = options;
    this.#fd = openSync(path, "wx+", 0o600);
  }

  /** Where the next record will begin. */
  get end(): number {
    return this.#end;
  }

  /** Appends output, in records of at most 64 KiB. */
  appendOutput(bytes: Buffer, at = Date.now()): void {
    for (let offset = 0; offset < bytes.length; offset += OUTPUT_BYTES_MAX) {
      const part = bytes.subarray(offset, offset + OUTPUT_BYTES_MAX);
      this.#append(RECORD.output, encodeFrame(RECORD.output, part, at, this.#end));
    }
  }

  append(kind: number, value: unknown, at = Date.now()): void {
    this.#append(kind, encodeJson(kind, value, at, this.#end));
  }

  /** Waits until the disk has everything. False when it has not, for want of room or otherwise. */
  sync(): boolean {
    if (this.#unsaved.length > 0 && !this.#save()) {
      return false;
    }
    try {
      fsyncSync(this.#fd);
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /**
   * Whole records from `position` on, as they are sent to a client; at least one if there is one.
   * @throws when `position` is not where a record begins.
   */
  read(position: number): { frames: Buffer; next: number } {
    const firstUnsaved = this.#unsaved[0]?.position ?? this.#end;
    if (position < firstUnsaved) {
      return readFrames(this.#fd, position, firstUnsaved);
    }
    return this.#readUnsaved(position);
  }

  close(): void {
    if (this.#retryTimer !== null) {
      clearTimeout(this.#retryTimer);
    }
    closeSync(this.#fd);
  }

  #append(kind: number, bytes: Buffer): void {
    const entry = { position: this.#end, end: this.#end + bytes.length, bytes, kind, savedBytes: 0 };
    this.#end = entry.end;
    // Not behind a queue when there is none: this is the hot path of a flood of output.
    if (this.#unsaved.length === 0 && this.#write(entry)) {
      return;
    }
    this.#unsaved.push(entry);
    this.#unsavedBytes += bytes.length;
    this.#dropOldest();
  }

  #write(entry: Unsaved): boolean {
    try {
      while (entry.savedBytes < entry.bytes.length) {
        entry.savedBytes += writeSync(
          this.#fd,
          entry.bytes,
          entry.savedBytes,
          entry.bytes.length - entry.savedBytes,
          entry.position + entry.savedBytes,
        );
      }
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #save(): boolean {
    let saved = 0;
    for (const entry of this.#unsaved) {
      if (!this.#write(entry)) {
        break;
      }
      this.#unsavedBytes -= entry.bytes.length;
      saved += 1;
    }
    this.#unsaved = this.#unsaved.slice(saved);
    if (this.#unsaved.length > 0) {
      return false;
    }
    if (this.#faultMessage !== null) {
      this.#faultMessage = null;
      this.#options.onFault(null, 0);
    }
    return true;
  }

  #fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (this.#faultMessage === null) {
      this.#faultMessage = message;
      this.#options.onFault(message, this.#unsavedBytes);
    }
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = null;
      this.sync();
    }, this.#options.retryMs ?? RETRY_MS);
  }

  /** Turns the oldest unsaved output into gaps until the rest fits. What was done to the command always stays. */
  #dropOldest(): void {
    const bytesMax = this.#options.unsavedBytesMax ?? UNSAVED_BYTES_MAX;
    if (this.#unsavedBytes <= bytesMax) {
      return;
    }
    // A sixteenth more than needed, so that this work is not done for each record.
    let excess = this.#unsavedBytes - bytesMax + Math.floor(bytesMax / 16);
    const kept: Unsaved[] = [];
    for (const entry of this.#unsaved) {
      const previous = kept.at(-1);
      // A record that the disk has taken half of must be finished: its header is there already.
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
    this.#unsaved = kept;
    this.#unsavedBytes = kept.reduce((sum, entry) => sum + entry.bytes.length, 0);
    this.#options.onFault(this.#faultMessage, this.#unsavedBytes);
  }

  #readUnsaved(position: number): { frames: Buffer; next: number } {
    const parts: Buffer[] = [];
    let next = position;
    let bytes = 0;
    for (const entry of this.#unsaved) {
      if (entry.position < position) {
        continue;
      }
      if (entry.position !== next) {
        throw new NotARecord(position);
      }
      parts.push(entry.kind === RECORD.gap ? gapFrame(entry.bytes) : entry.bytes);
      next = entry.end;
      bytes += entry.bytes.length;
      if (bytes >= READ_BYTES) {
        break;
      }
    }
    if (next === position && position !== this.#end) {
      throw new NotARecord(position);
    }
    return { frames: parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts), next };
  }
}

export class NotARecord extends Error {
  override name = "NotARecord";
  constructor(position: number) {
    super(`no record of the journal begins at ${position}`);
  }
}

const GAP_TEXT_BYTES_MAX = 100;

/** A gap's own text has to fit into what it replaces; smaller records are kept. */
function fitsGap(entry: Unsaved): boolean {
  return entry.end - entry.position >= HEADER_BYTES + GAP_TEXT_BYTES_MAX;
}

function gapEntry(position: number, end: number): Unsaved {
  const text: GapText = { until: end, lostBytes: end - position };
  const bytes = encodeJson(RECORD.gap, text, Date.now(), position);
  // In the file the record is as long as what it replaces. Nothing is written behind its text: a hole reads as zeros.
  writeHeader(bytes, RECORD.gap, end - position - HEADER_BYTES, Date.now(), position);
  return { position, end, bytes, kind: RECORD.gap, savedBytes: 0 };
}

/** A gap as it is sent: with the length of its text instead of that of the hole. */
function gapFrame(record: Buffer): Buffer {
  const textEnd = record.indexOf(0, HEADER_BYTES);
  const frame = Buffer.from(textEnd < 0 ? record : record.subarray(0, textEnd));
  frame.writeUInt32LE(frame.length - HEADER_BYTES, 0);
  return frame;
}

const READ_BYTES = PAYLOAD_BYTES_MAX;

/** Whole records of a journal file between two positions, at most 256 KiB of them, as they are sent. */
function readFrames(fd: number, position: number, end: number): { frames: Buffer; next: number } {
  const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, end - position));
  const bytes = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, position));
  let offset = 0;
  while (bytes.length - offset >= HEADER_BYTES) {
    const length = bytes.readUInt32LE(offset);
    const kind = bytes.readUInt8(offset + 4);
    if (kind < 1 || kind > RECORD_KIND_MAX || bytes.readUIntLE(offset + 5, 6) !== position + offset) {
      throw new NotARecord(position + offset);
    }
    if (kind === RECORD.gap) {
      if (offset > 0) {
        break;
      }
      return {
        frames: gapFrame(bytes.subarray(0, HEADER_BYTES + Math.min(length, GAP_TEXT_BYTES_MAX))),
        next: position + HEADER_BYTES + length,
      };
    }
    if (offset + HEADER_BYTES + length > bytes.length) {
      break;
    }
    offset += HEADER_BYTES + length;
  }
  return { frames: bytes.subarray(0, offset), next: position + offset };
}

/**
 * The records of a journal from `fromPosition` to its end, read from the disk. A record that was cut off by a crash
 * of the machine ends the journal.
 * @throws NotARecord when `fromPosition` is not where a record begins, or the file is damaged.
 */
export function* readJournalFile(path: string, fromPosition: number): Generator<HolderRecord> {
  const fd = openSync(path, "r");
  try {
    for (let position = fromPosition; ;) {
      const { frames, next } = readFrames(fd, position, Number.MAX_SAFE_INTEGER);
      if (next === position) {
        return;
      }
      yield* decodeAll(frames);
      position = next;
    }
  } finally {
    closeSync(fd);
  }
}

function* decodeAll(frames: Buffer): Generator<HolderRecord> {
  for (let offset = 0; offset < frames.length;) {
    const length = frames.readUInt32LE(offset);
    const record = decodeRecord({
      kind: frames.readUInt8(offset + 4),
      position: frames.readUIntLE(offset + 5, 6),
      at: frames.readDoubleLE(offset + 12),
      payload: frames.subarray(offset + HEADER_BYTES, offset + HEADER_BYTES + length),
    });
    if (record !== null) {
      yield record;
    }
    offset += HEADER_BYTES + length;
  }
}
