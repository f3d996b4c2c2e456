// Reads a journal file from any position: for the holder that writes it, and for workers when the holder has ended.
//
// Three things end or interrupt a file besides its last record: a record that was truncated when the machine went down (the
// journal ends before it), a block of zeros for the same reason (likewise), and a gap, where output was lost and the file has a
// hole of the same length.

import {
  HEADER_BYTES,
  PAYLOAD_BYTES_MAX,
  RECORD,
  RECORD_KIND_MAX,
  decodeRecord,
  encodeJson,
  parseJson,
  type GapPayload,
} from "./frames.ts";
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { type HolderRecord } from "./messages.ts";

/** Longer than the longest record, so each read gets at least one. */
export const READ_BYTES = PAYLOAD_BYTES_MAX;
export const GAP_JSON_BYTES_MAX = 100;

export class NotARecord extends Error {
  override name = "NotARecord";
  constructor(position: number) {
    super(`no record of the journal begins at ${position}`);
  }
}

export const journalPath = (directory: string): string => join(directory, "journal");

/** Whether the journal exists; it is removed when everything in it is stored. */
export const hasJournal = (directory: string): boolean => existsSync(journalPath(directory));

/**
 * The records from a position to the end; none when the journal was removed.
 * @param directory the job's directory
 * @throws NotARecord when no record begins at the position, or the file is damaged
 */
export function* readJournal(directory: string, fromPosition: number): Generator<HolderRecord> {
  let fd: number;
  try {
    fd = openSync(journalPath(directory), "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return;
    }
    throw error;
  }
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

/**
 * Whole records between two positions, at most 256 KiB of them, as they are sent; `next` equals `position` when there is none.
 */
export function readFrames(fd: number, position: number, end: number): { frames: Buffer; next: number } {
  const bytes = readAt(fd, position, Math.min(READ_BYTES, end - position));
  let offset = 0;
  for (;;) {
    const header = readHeader(bytes, offset);
    if (header === undefined) {
      break;
    }
    if (header.kind === RECORD.gap || !isRecord(header, position + offset)) {
      return offset === 0
        ? skipGap(fd, position, bytes)
        : { frames: bytes.subarray(0, offset), next: position + offset };
    }
    if (offset + HEADER_BYTES + header.length > bytes.length) {
      break;
    }
    offset += HEADER_BYTES + header.length;
  }
  return { frames: bytes.subarray(0, offset), next: position + offset };
}

/** A gap as it is sent: its JSON, without the hole. */
export function gapFrame(position: number, end: number): Buffer {
  const gap: GapPayload = { until: end, lostBytes: end - position };
  return encodeJson(RECORD.gap, gap, Date.now(), position);
}

type Header = {
  length: number;
  kind: number;
  position: number;
};

function readHeader(bytes: Buffer, offset: number): Header | undefined {
  return bytes.length - offset < HEADER_BYTES
    ? undefined
    : {
        length: bytes.readUInt32LE(offset),
        kind: bytes.readUInt8(offset + 4),
        position: bytes.readUIntLE(offset + 5, 6),
      };
}

function isRecord(header: Header, position: number): boolean {
  return header.kind >= 1 && header.kind <= RECORD_KIND_MAX && header.position === position;
}

/** Continues after a gap: one that begins here, or one that replaced output in the middle of which the reader was. */
function skipGap(fd: number, position: number, bytes: Buffer): { frames: Buffer; next: number } {
  const header = readHeader(bytes, 0);
  if (header !== undefined && isRecord(header, position)) {
    const { until } = parseJson<GapPayload>(jsonOf(bytes, header.length));
    return { frames: gapFrame(position, until), next: until };
  }
  if (header?.kind !== 0 || header.length !== 0 || header.position !== 0) {
    throw new NotARecord(position);
  }
  const until = findGapEnd(fd, position);
  return until === undefined
    ? { frames: Buffer.alloc(0), next: position }
    : { frames: gapFrame(position, until), next: until };
}

/** The end of the gap that contains a position; undefined when none does. Walks the headers from the beginning. */
function findGapEnd(fd: number, position: number): number | undefined {
  for (let at = 0; at <= position;) {
    const header = readHeader(readAt(fd, at, HEADER_BYTES), 0);
    if (header === undefined || !isRecord(header, at)) {
      return undefined;
    }
    const next = at + HEADER_BYTES + header.length;
    if (header.kind === RECORD.gap && position < next) {
      return next;
    }
    at = next;
  }
  return undefined;
}

function jsonOf(bytes: Buffer, length: number): Buffer {
  const json = bytes.subarray(HEADER_BYTES, HEADER_BYTES + Math.min(length, GAP_JSON_BYTES_MAX));
  const end = json.indexOf(0);
  return end < 0 ? json : json.subarray(0, end);
}

function readAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
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
    if (record !== undefined) {
      yield record;
    }
    offset += HEADER_BYTES + length;
  }
}
