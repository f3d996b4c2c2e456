// The clients of a job's socket: what each has been sent, and how it is disconnected.
//
// Each client receives the journal from the position it asks for, at its own pace, read from the file: a slow client lags behind
// and affects no other. Facts about reads follow the output they belong to.
import type { Socket } from "node:net";
import { describeError, messageOf } from "../protocol/errors.ts";
import { encodeJson, FRAME, type FrameReader } from "../protocol/frames.ts";
import type {
  Attached,
  Reading,
  ReplyOrder,
  SignalOrder,
  Signalled,
  TypeOrder,
  Typed,
} from "../protocol/messages.ts";
import type { Journal } from "./journal.ts";
import type { Log } from "./log.ts";

export type OrderHandlers = {
  type(order: TypeOrder): Promise<Typed>;
  signal(order: SignalOrder): Promise<Signalled>;
  resize(columns: number, rows: number): void;
  reply(order: ReplyOrder): void;
};

export type Client = {
  socket: Socket;
  frames: FrameReader;
  /** undefined until it has attached; 0 is read-only. */
  epoch: number | undefined;
  position: number;
  /** The fact that was sent last; each is sent once. */
  sentReading: Reading | undefined;
};

/** The state of a server (server.ts). */
export type Service = {
  readonly journal: Journal;
  readonly log: Log;
  readonly describe: () => Omit<Attached, "fromPosition" | "endPosition">;
  readonly clients: Set<Client>;
  handlers: OrderHandlers;
  /** The highest that was seen. */
  epoch: number;
  reading: Reading | undefined;
  /** The last read that is over. */
  endedReadId: number;
  /** The frame that reports it. */
  journalError: Buffer | undefined;
  isWakeQueued: boolean;
  isComplete: boolean;
};

/** Limit for answers that a client does not read; the journal is never buffered beyond one chunk. */
const UNSENT_BYTES_MAX = 2 * 1024 * 1024;

/** Called when the journal has grown. Cheap: clients are served at the end of the turn of the event loop. */
export function wake(service: Service): void {
  if (!service.isWakeQueued) {
    service.isWakeQueued = true;
    setImmediate(() => {
      service.isWakeQueued = false;
      service.clients.forEach((client) => serve(service, client));
    });
  }
}

/** Sends what the client has not received yet, as long as its socket accepts data. */
export function serve(service: Service, client: Client): void {
  const { socket } = client;
  if (client.epoch === undefined) return;
  try {
    while (client.position < service.journal.end && !socket.writableNeedDrain && socket.writable) {
      const { frames, next } = service.journal.read(client.position);
      client.position = next;
      socket.write(frames);
    }
  } catch (error) {
    service.log("the journal cannot be read", { position: client.position, error: describeError(error) });
    refuse(client, messageOf(error));
    return;
  }
  const reading = service.reading;
  if (reading !== undefined && reading !== client.sentReading && client.position >= reading.position) {
    client.sentReading = reading;
    send(client, encodeJson(FRAME.reading, reading, Date.now()));
  }
  if (service.isComplete && client.position >= service.journal.end) {
    socket.end();
  }
}

export function send(client: Client, frame: Buffer): void {
  if (client.socket.writable) {
    client.socket.write(frame);
    if (client.socket.writableLength > UNSENT_BYTES_MAX) {
      client.socket.destroy();
    }
  }
}

export function disconnectStale(service: Service, client: Client): void {
  client.socket.end(encodeJson(FRAME.stale, { epoch: service.epoch }, Date.now()));
  forget(client);
}

export function refuse(client: Client, reason: string): void {
  client.socket.end(encodeJson(FRAME.refused, { reason }, Date.now()));
  forget(client);
}

/** Its orders are ignored from now on; what was written to it last is still sent, for a moment. */
function forget(client: Client): void {
  client.epoch = undefined;
  client.position = Number.POSITIVE_INFINITY;
  client.socket.removeAllListeners("data");
  client.socket.resume();
  setTimeout(() => client.socket.destroy(), 1000).unref();
}
