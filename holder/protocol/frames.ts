// Records and frames: the framing that the holder, its journal and its clients share.
//
// A record of the journal and a frame on the socket have the same shape, so the journal can be sent to a client as it is on
// the disk:
//
//     u32 length of the payload · u8 kind · u48 position · u8 zero · f64 time (ms since 1970) · payload
//
// All numbers are little-endian. `position` is the record's own offset in the journal, so a reader that starts at a wrong
// offset detects it; frames that are not records carry 0. Payloads are raw bytes for output and JSON for everything else.

import type { ExitRecord, HolderRecord, InputRecord, NoteRecord, SignalRecord } from "./messages.ts";

export const HEADER_BYTES = 20;
/** Longer output is split into several records. */
export const OUTPUT_BYTES_MAX = 64 * 1024;
/** A longer frame is malformed. */
export const PAYLOAD_BYTES_MAX = 256 * 1024;

export const RECORD = { output: 1, input: 2, signal: 3, exit: 4, note: 5, gap: 6 } as const;
export const RECORD_KIND_MAX = RECORD.gap;

export const FRAME = {
  attached: 16,
  reading: 17,
  notReading: 18,
  typed: 19,
  signalled: 20,
  stale: 21,
  refused: 22,
  journalError: 23,
  pong: 24,
  attach: 32,
  type: 33,
  signal: 34,
  resize: 35,
  ping: 36,
  reply: 37,
} as const;

export type Frame = {
  kind: number;
  position: number;
  at: number;
  payload: Buffer;
};

export function encodeFrame(kind: number, payload: Buffer, at: number, position = 0): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  writeHeader(frame, kind, payload.length, at, position);
  payload.copy(frame, HEADER_BYTES);
  return frame;
}

export function writeHeader(
  target: Buffer,
  kind: number,
  payloadBytes: number,
  at: number,
  position: number,
): void {
  target.writeUInt32LE(payloadBytes, 0);
  target.writeUInt8(kind, 4);
  target.writeUIntLE(position, 5, 6);
  target.writeUInt8(0, 11);
  target.writeDoubleLE(at, 12);
}

export function encodeJson(kind: number, value: unknown, at: number, position = 0): Buffer {
  return encodeFrame(kind, Buffer.from(JSON.stringify(value)), at, position);
}

export class MalformedFrame extends Error {
  override name = "MalformedFrame";
}

export type FrameReader = {
  /**
   * Returns the frames that are complete. Their payloads are views into what was pushed: use them before the next push.
   * @throws MalformedFrame when the peer does not speak this protocol; the stream cannot be used after that.
   */
  push(chunk: Buffer): Frame[];
};

/** Splits a byte stream into frames. */
export function createFrameReader(): FrameReader {
  let held: Buffer = Buffer.alloc(0);

  return {
    push(chunk) {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const frames: Frame[] = [];
      let offset = 0;
      for (let end = endOfFrame(bytes, offset); end !== undefined; end = endOfFrame(bytes, offset)) {
        frames.push({
          kind: bytes.readUInt8(offset + 4),
          position: bytes.readUIntLE(offset + 5, 6),
          at: bytes.readDoubleLE(offset + 12),
          payload: bytes.subarray(offset + HEADER_BYTES, end),
        });
        offset = end;
      }
      held = bytes.subarray(offset);
      return frames;
    },
  };
}

/** undefined while the frame is incomplete. */
function endOfFrame(bytes: Buffer, offset: number): number | undefined {
  if (bytes.length - offset < HEADER_BYTES) return undefined;
  const length = bytes.readUInt32LE(offset);
  if (length > PAYLOAD_BYTES_MAX) {
    throw new MalformedFrame(`a frame of ${length} bytes is longer than ${PAYLOAD_BYTES_MAX}`);
  }
  const end = offset + HEADER_BYTES + length;
  return end > bytes.length ? undefined : end;
}

/** Reads one record; undefined for a kind that a newer holder may have written and this reader does not know. */
export function decodeRecord(frame: Frame): HolderRecord | undefined {
  const { position, at, payload } = frame;
  const placed = { position, next: position + HEADER_BYTES + payload.length, at };
  switch (frame.kind) {
    case RECORD.output:
      return { ...placed, kind: "output", bytes: payload };
    case RECORD.input:
      return { ...placed, kind: "input", input: parseJson<InputRecord>(payload) };
    case RECORD.signal:
      return { ...placed, kind: "signal", signal: parseJson<SignalRecord>(payload) };
    case RECORD.exit:
      return { ...placed, kind: "exit", exit: parseJson<ExitRecord>(payload) };
    case RECORD.note:
      return { ...placed, kind: "note", note: parseJson<NoteRecord>(payload) };
    case RECORD.gap: {
      // In the file the gap is as long as what was lost; on the socket only its JSON is sent.
      const { until, lostBytes } = parseJson<GapPayload>(payload);
      return { ...placed, next: until, kind: "gap", lostBytes };
    }
    default:
      return undefined;
  }
}

export type GapPayload = {
  until: number;
  lostBytes: number;
};

/** Not validated: for the holder's own journal. Workers validate what they read of it (client/payloads.ts). */
export function parseJson<T>(payload: Buffer): T {
  return JSON.parse(payload.toString("utf8")) as T;
}
