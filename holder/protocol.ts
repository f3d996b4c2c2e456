// The framing that the holder, its journal and its clients share.
//
// A record of the journal and a frame on the socket have the same shape, so the journal can be sent to a client
// as it lies on the disk:
//
//     u32 length of the payload · u8 kind · u48 position · u8 zero · f64 time (ms since 1970) · payload
//
// All numbers are little-endian. `position` is the record's own place in the journal, which lets a reader notice
// that it has lost its place; frames that are not records carry 0. Payloads are raw bytes for output and JSON for
// everything else. No zod here: the holder stays small and starts fast; the few orders are checked by hand.

/** Of everything that a holder says, on the disk and over its socket. The README says what needs a new one. */
export const PROTOCOL_VERSION = 1;

/** What a holder says first wherever it is met, so that whoever is older than it reads on no further. */
export interface Versioned {
  /** Absent in what holders said before they had a version: 1. */
  version?: number;
}

export const versionOf = ({ version = 1 }: Versioned): number => version;

export const HEADER_BYTES = 20;
/** Output records are split so that no payload is longer than this. */
export const OUTPUT_BYTES_MAX = 64 * 1024;
/** No frame that a peer may send is longer; a longer one is a malformed peer. */
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
  journalFault: 23,
  pong: 24,
  attach: 32,
  type: 33,
  signal: 34,
  resize: 35,
  ping: 36,
  reply: 37,
} as const;

/** What the terminal does with a typed line: shows it, hides it, or hands over single keys. */
export type TerminalMode = "line" | "secret" | "key" | "unknown";

/** The kernel's word that a process of the job waits for terminal input. */
export interface Reading {
  /** Grows by one for each new read; an order to type names the read it is for. */
  readId: number;
  /**
   * The first of the reads, from this one backwards without a gap, that were for the same thing: each was left and taken
   * up again without anything having been typed or printed meanwhile. An order for any of them is typed into this one.
   * Absent in what holders said before they knew.
   */
  sinceReadId?: number;
  /** Everything the process wrote before it began to read lies before this place in the journal. */
  position: number;
  how: "read" | "poll" | "unknown";
  hasTimeout: boolean;
  onlyTerminal: boolean;
  mainThread: boolean;
  mode: TerminalMode;
  pid: number;
  command: string;
}

export interface InputRecord {
  interactionId: string;
  /** null for a secret. */
  text: string | null;
  by: string;
}

export type SignalKind = "interrupt" | "interrupt_group" | "terminate" | "kill";

export interface SignalRecord {
  signalId: string;
  kind: SignalKind;
  by: string;
  pids: number[];
}

export interface ExitRecord {
  /** null when a signal ended the command, or when it never ran. */
  exitCode: number | null;
  signal: number | null;
  /** Why the command could not be started; null when it ran. */
  failure: string | null;
}

export type NoteRecord =
  | { what: "childExited"; exitCode: number | null; signal: number | null }
  | { what: "typed"; interactionId: string; result: TypeResult }
  | { what: "resized"; columns: number; rows: number }
  /** Programs of the job are stopped, and nothing goes on until they are continued. */
  | { what: "stopped"; commands: string[] }
  | { what: "continued" }
  /** What the terminal itself had to say to a query of a program; no answer of a person. */
  | { what: "replied"; position: number; text: string }
  /** Processes that the command left running and that were ended; `names` in the order of the pids. */
  | { what: "leftovers"; pids: number[]; names: string[] };

interface Placed {
  /** Where the record begins. */
  position: number;
  /** Where the record after it begins: the place to resume from. */
  next: number;
  /** Milliseconds since 1970. */
  at: number;
}

export type HolderRecord = Placed &
  (
    | { kind: "output"; bytes: Buffer }
    | { kind: "input"; input: InputRecord }
    | { kind: "signal"; signal: SignalRecord }
    | { kind: "exit"; exit: ExitRecord }
    | { kind: "note"; note: NoteRecord }
    /** Output that could neither be written to the disk nor kept in memory. */
    | { kind: "gap"; lostBytes: number }
  );

export type TypeResult =
  | "consumed"
  | "not_consumed"
  | "not_reading"
  | "already_typed"
  | "echo_on"
  | "invalid";

export interface TypeOrder {
  interactionId: string;
  readId: number;
  text: string;
  secret: boolean;
  by: string;
  epoch: number;
}

export interface SignalOrder {
  signalId: string;
  kind: SignalKind;
  by: string;
  epoch: number;
}

/** More than a terminal says to all that one piece of output can sensibly ask. */
export const REPLY_LENGTH_MAX = 1024;

/**
 * What a terminal replies to a query that a program has printed (where is the cursor, what are you). The worker owns the
 * screen and knows it; the holder types it while the program waits for it.
 */
export interface ReplyOrder {
  /** End of the output record that completed the query. Each is replied to once. */
  position: number;
  text: string;
}

export type Order =
  | { order: "attach"; fromPosition: number; epoch: number }
  | ({ order: "type" } & TypeOrder)
  | ({ order: "signal" } & SignalOrder)
  | { order: "resize"; columns: number; rows: number; epoch: number }
  | ({ order: "reply"; epoch: number } & ReplyOrder)
  | { order: "ping"; pingId: number };

export interface Typed {
  interactionId: string;
  readId: number;
  result: TypeResult;
  /** With `already_typed`: how that ended, if it is known. */
  firstResult: TypeResult | null;
  /** Milliseconds since 1970. */
  at: number;
}

export interface Signalled {
  signalId: string;
  count: number;
  pids: number[];
}

export interface Attached extends Versioned {
  jobId: string;
  pid: number;
  childPid: number | null;
  fromPosition: number;
  endPosition: number;
}

export interface JournalFault {
  /** null when the journal can be written again. */
  message: string | null;
  unsavedBytes: number;
}

export interface Frame {
  kind: number;
  position: number;
  at: number;
  payload: Buffer;
}

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

/** Cuts a byte stream into frames. The payloads are views into what was pushed: use them before the next push. */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0);

  /** @throws MalformedFrame when the peer does not speak this protocol; the stream is of no use after that. */
  push(chunk: Buffer): Frame[] {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const frames: Frame[] = [];
    let offset = 0;
    while (bytes.length - offset >= HEADER_BYTES) {
      const length = bytes.readUInt32LE(offset);
      if (length > PAYLOAD_BYTES_MAX) {
        throw new MalformedFrame(`a frame of ${length} bytes is longer than ${PAYLOAD_BYTES_MAX}`);
      }
      const end = offset + HEADER_BYTES + length;
      if (end > bytes.length) {
        break;
      }
      frames.push({
        kind: bytes.readUInt8(offset + 4),
        position: bytes.readUIntLE(offset + 5, 6),
        at: bytes.readDoubleLE(offset + 12),
        payload: bytes.subarray(offset + HEADER_BYTES, end),
      });
      offset = end;
    }
    this.#held = bytes.subarray(offset);
    return frames;
  }
}

/** Reads one record; null for a kind that a newer holder may have written and this reader does not know. */
export function decodeRecord(frame: Frame): HolderRecord | null {
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
      // In the file the gap is as long as what was lost; on the socket only its text is sent.
      const { until, lostBytes } = parseJson<GapText>(payload);
      return { ...placed, next: until, kind: "gap", lostBytes };
    }
    default:
      return null;
  }
}

export interface GapText {
  until: number;
  lostBytes: number;
}

/** Unchecked: for the holder's own journal. What a worker reads of it is checked there (payloads.ts). */
export function parseJson<T>(payload: Buffer): T {
  return JSON.parse(payload.toString("utf8")) as T;
}
