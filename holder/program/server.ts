// Serves a job to its clients over the socket of its directory.
//
// Each client receives the journal from the position it asks for, at its own pace, read from the file: a slow client lags behind
// and affects no other. Facts about reads follow the output they belong to. Orders carry the epoch of the client's lease; once a
// higher epoch has been seen, clients with a lower one are sent `stale` and disconnected.

import { describeError, messageOf } from "../protocol/errors.ts";
import { FRAME, FrameReader, encodeJson } from "../protocol/frames.ts";
import { chmodSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { Journal } from "./journal.ts";
import { socketAddress } from "../protocol/job-directory.ts";
import { type Log } from "./log.ts";
import { decodeOrder } from "./decode-order.ts";
import {
  type Attached,
  type Order,
  type Reading,
  type ReplyOrder,
  type SignalOrder,
  type Signalled,
  type TypeOrder,
  type Typed,
} from "../protocol/messages.ts";

export type OrderHandlers = {
  type(order: TypeOrder): Promise<Typed>;
  signal(order: SignalOrder): Promise<Signalled>;
  resize(columns: number, rows: number): void;
  reply(order: ReplyOrder): void;
};

/** While no command runs an order has no effect. It is answered anyway, because the worker waits for that. */
const NO_COMMAND: OrderHandlers = {
  type: ({ interactionId, readId }) =>
    Promise.resolve({ interactionId, readId, result: "not_reading", isRepeat: false, at: Date.now() }),
  signal: ({ signalId }) => Promise.resolve({ signalId, count: 0, pids: [] }),
  resize: () => undefined,
  reply: () => undefined,
};

type Client = {
  socket: Socket;
  frames: FrameReader;
  /** null until it has attached; 0 is read-only. */
  epoch: number | null;
  position: number;
  /** The fact that was sent last; each is sent once. */
  sentReading: Reading | null;
};

/** Further connections are refused: workers have one each, and people who inspect a job a few. */
const CLIENTS_MAX = 64;
const ATTACH_TIMEOUT_MS = 5000;
/** Limit for answers that a client does not read; the journal is never buffered beyond one chunk. */
const UNSENT_BYTES_MAX = 2 * 1024 * 1024;

export class JobServer {
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #describe: () => Omit<Attached, "fromPosition" | "endPosition">;
  readonly #clients = new Set<Client>();
  #server: Server | null = null;
  #handlers: OrderHandlers = NO_COMMAND;
  #epoch: number;
  #reading: Reading | null = null;
  /** The last read that is over. */
  #endedReadId = 0;
  #journalError: Buffer | null = null;
  #isWakeQueued = false;
  #isComplete = false;
  #onEmpty: (() => void) | null = null;

  constructor(
    journal: Journal,
    options: { epoch: number; log: Log; describe: () => Omit<Attached, "fromPosition" | "endPosition"> },
  ) {
    this.#journal = journal;
    this.#epoch = options.epoch;
    this.#log = options.log;
    this.#describe = options.describe;
  }

  /** Resolves when clients can connect. @throws when the socket cannot be made. */
  listen(directory: string): Promise<void> {
    const address = socketAddress(directory);
    const server = createServer((socket) => this.#accept(socket));
    server.maxConnections = CLIENTS_MAX;
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(address.path, () => {
        server.off("error", reject);
        server.on("error", (error) => this.#log("the socket failed", { error: error.message }));
        // The mode of the directory protects the socket already; this is for a directory whose mode was changed by hand.
        chmodSync(address.path, 0o600);
        resolve();
      });
    });
  }

  setHandlers(handlers: OrderHandlers): void {
    this.#handlers = handlers;
  }

  /** Called when the journal has grown. Cheap: clients are served at the end of the turn of the event loop. */
  wake(): void {
    if (!this.#isWakeQueued) {
      this.#isWakeQueued = true;
      setImmediate(() => {
        this.#isWakeQueued = false;
        this.#clients.forEach((client) => this.#serve(client));
      });
    }
  }

  /** Bytes of the journal that the worker has not been sent yet; 0 when no worker is connected. */
  get backlogBytes(): number {
    const sent = [...this.#clients]
      .filter(({ epoch }) => epoch !== null && epoch > 0)
      .map(({ position }) => position);
    return sent.length === 0 ? 0 : this.#journal.end - Math.max(...sent);
  }

  publishReading(reading: Reading): void {
    this.#reading = reading;
    this.wake();
  }

  publishNotReading(readId: number): void {
    this.#reading = null;
    this.#endedReadId = readId;
    for (const client of this.#clients) {
      if (client.sentReading !== null) {
        client.sentReading = null;
        this.#send(client, encodeJson(FRAME.notReading, { readId }, Date.now()));
      }
    }
  }

  publishJournalError(message: string | null, unsavedBytes: number): void {
    const frame = encodeJson(FRAME.journalError, { message, unsavedBytes }, Date.now());
    this.#journalError = message === null ? null : frame;
    for (const client of this.#clients) {
      if (client.epoch !== null) {
        this.#send(client, frame);
      }
    }
  }

  /**
   * The journal has its last record: disconnects each client that has received it. Resolves when all are disconnected, at the
   * latest after `timeoutMs`.
   */
  async finish(timeoutMs: number): Promise<void> {
    this.#isComplete = true;
    this.wake();
    if (this.#clients.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
        setTimeout(resolve, timeoutMs);
      });
    }
    this.#server?.close();
    this.#clients.forEach((client) => client.socket.destroy());
  }

  #accept(socket: Socket): void {
    const client: Client = { socket, frames: new FrameReader(), epoch: null, position: 0, sentReading: null };
    this.#clients.add(client);
    const attachTimeout = setTimeout(() => {
      if (client.epoch === null) {
        socket.destroy();
      }
    }, ATTACH_TIMEOUT_MS);
    socket.on("data", (chunk: Buffer) => this.#receive(client, chunk));
    socket.on("drain", () => this.#serve(client));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(attachTimeout);
      this.#clients.delete(client);
      if (this.#clients.size === 0) {
        this.#onEmpty?.();
      }
    });
  }

  #receive(client: Client, chunk: Buffer): void {
    try {
      for (const frame of client.frames.push(chunk)) {
        if (!client.socket.destroyed) {
          this.#handleOrder(client, decodeOrder(frame));
        }
      }
    } catch (error) {
      const message = messageOf(error);
      this.#log("a client was disconnected", { error: message });
      this.#refuse(client, message);
    }
  }

  #handleOrder(client: Client, order: Order): void {
    if (order.order === "attach") {
      this.#attach(client, order.fromPosition, order.epoch);
      return;
    }
    if (client.epoch === null) {
      this.#refuse(client, "attach first");
      return;
    }
    if (order.order === "ping") {
      this.#send(client, encodeJson(FRAME.pong, { pingId: order.pingId }, Date.now()));
      return;
    }
    if (client.epoch === 0 || order.epoch === 0) {
      this.#refuse(client, "epoch 0 is read-only");
    } else if (this.#admit(client, order.epoch)) {
      client.epoch = order.epoch;
      this.#execute(client, order);
    }
  }

  #attach(client: Client, fromPosition: number, epoch: number): void {
    if (client.epoch !== null) {
      this.#refuse(client, "attached already");
      return;
    }
    if (epoch > 0 && !this.#admit(client, epoch)) {
      return;
    }
    try {
      // A position that is not the beginning of a record is refused before anything is sent.
      if (fromPosition !== this.#journal.end) {
        this.#journal.read(fromPosition);
      }
    } catch (error) {
      this.#refuse(client, messageOf(error));
      return;
    }
    client.epoch = epoch;
    client.position = fromPosition;
    const attached: Attached = { ...this.#describe(), fromPosition, endPosition: this.#journal.end };
    this.#send(client, encodeJson(FRAME.attached, attached, Date.now()));
    if (this.#journalError !== null) {
      this.#send(client, this.#journalError);
    }
    // An earlier connection may have told it of a read, which it would consider still open.
    if (this.#reading === null && this.#endedReadId > 0) {
      this.#send(client, encodeJson(FRAME.notReading, { readId: this.#endedReadId }, Date.now()));
    }
    this.#serve(client);
  }

  /** Whether an epoch is still valid. A higher one disconnects every client with a lower one. */
  #admit(client: Client, epoch: number): boolean {
    if (epoch < this.#epoch) {
      this.#disconnectStale(client);
      return false;
    }
    if (epoch > this.#epoch) {
      this.#epoch = epoch;
      for (const other of this.#clients) {
        if (other !== client && other.epoch !== null && other.epoch > 0 && other.epoch < epoch) {
          this.#disconnectStale(other);
        }
      }
    }
    return true;
  }

  #disconnectStale(client: Client): void {
    client.socket.end(encodeJson(FRAME.stale, { epoch: this.#epoch }, Date.now()));
    this.#forget(client);
  }

  #refuse(client: Client, reason: string): void {
    client.socket.end(encodeJson(FRAME.refused, { reason }, Date.now()));
    this.#forget(client);
  }

  /** Its orders are ignored from now on; what was written to it last is still sent, for a moment. */
  #forget(client: Client): void {
    client.epoch = null;
    client.position = Number.POSITIVE_INFINITY;
    client.socket.removeAllListeners("data");
    client.socket.resume();
    setTimeout(() => client.socket.destroy(), 1000).unref();
  }

  #execute(client: Client, order: Exclude<Order, { order: "attach" | "ping" }>): void {
    const handlers = this.#handlers;
    switch (order.order) {
      case "type":
        void handlers.type(order).then((typed) => this.#answer(client, FRAME.typed, typed));
        break;
      case "signal":
        void handlers.signal(order).then((signalled) => this.#answer(client, FRAME.signalled, signalled));
        break;
      case "resize":
        handlers.resize(order.columns, order.rows);
        break;
      case "reply":
        handlers.reply(order);
        break;
    }
  }

  #answer(client: Client, kind: number, answer: Typed | Signalled): void {
    // The record of what was done comes first, for a client that does not lag behind.
    this.#serve(client);
    this.#send(client, encodeJson(kind, answer, Date.now()));
  }

  /** Sends what the client has not received yet, as long as its socket accepts data. */
  #serve(client: Client): void {
    const { socket } = client;
    if (client.epoch === null) {
      return;
    }
    try {
      while (client.position < this.#journal.end && !socket.writableNeedDrain && socket.writable) {
        const { frames, next } = this.#journal.read(client.position);
        client.position = next;
        socket.write(frames);
      }
    } catch (error) {
      this.#log("the journal cannot be read", { position: client.position, error: describeError(error) });
      this.#refuse(client, messageOf(error));
      return;
    }
    const reading = this.#reading;
    if (reading !== null && reading !== client.sentReading && client.position >= reading.position) {
      client.sentReading = reading;
      this.#send(client, encodeJson(FRAME.reading, reading, Date.now()));
    }
    if (this.#isComplete && client.position >= this.#journal.end) {
      socket.end();
    }
  }

  #send(client: Client, frame: Buffer): void {
    if (client.socket.writable) {
      client.socket.write(frame);
      if (client.socket.writableLength > UNSENT_BYTES_MAX) {
        client.socket.destroy();
      }
    }
  }
}
