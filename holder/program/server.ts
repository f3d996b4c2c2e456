// Serves a job to its clients over the socket of its directory.
//
// Each client is sent the journal from where it wants it, at its own pace, straight from the journal: a slow one is
// behind, and costs nobody anything. Facts about reads follow the output they belong to. Orders carry the epoch of
// the client's lease; once a higher epoch has been seen, whoever has a lower one is told so and put out.

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

export interface OrderTaker {
  type(order: TypeOrder): Promise<Typed>;
  signal(order: SignalOrder): Promise<Signalled>;
  resize(columns: number, rows: number): void;
  reply(order: ReplyOrder): void;
}

/** While no command runs an order has nothing to act on. It is answered all the same: whoever gave it waits for that. */
const NO_COMMAND: OrderTaker = {
  type: ({ interactionId, readId }) =>
    Promise.resolve({ interactionId, readId, result: "not_reading", firstResult: null, at: Date.now() }),
  signal: ({ signalId }) => Promise.resolve({ signalId, count: 0, pids: [] }),
  resize: () => undefined,
  reply: () => undefined,
};

interface Client {
  socket: Socket;
  frames: FrameReader;
  /** null until it has attached; 0 may only watch. */
  epoch: number | null;
  position: number;
  /** The fact it was told last, to tell it only of what is new. */
  toldReading: Reading | null;
}

/** More connections than this are refused: workers have one each, people look with a few. */
const CLIENTS_MAX = 64;
const ATTACH_WITHIN_MS = 5000;
/** Answers to a client that does not read them; the journal is never buffered beyond one chunk. */
const UNSENT_BYTES_MAX = 2 * 1024 * 1024;

export class JobServer {
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #describe: () => Omit<Attached, "fromPosition" | "endPosition">;
  readonly #clients = new Set<Client>();
  #server: Server | null = null;
  #orders: OrderTaker = NO_COMMAND;
  #epoch: number;
  #reading: Reading | null = null;
  /** Of the last read that is over. */
  #overReadId = 0;
  #fault: Buffer | null = null;
  #wakeQueued = false;
  #complete = false;
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
        // The directory's own mode keeps others out; this is for a directory that was opened up by hand.
        chmodSync(address.path, 0o600);
        resolve();
      });
    });
  }

  takeOrders(orders: OrderTaker): void {
    this.#orders = orders;
  }

  /** To be called when the journal has grown. Cheap: clients are served at the end of the turn. */
  wake(): void {
    if (!this.#wakeQueued) {
      this.#wakeQueued = true;
      setImmediate(() => {
        this.#wakeQueued = false;
        this.#clients.forEach((client) => this.#serve(client));
      });
    }
  }

  publishReading(reading: Reading): void {
    this.#reading = reading;
    this.wake();
  }

  publishNotReading(readId: number): void {
    this.#reading = null;
    this.#overReadId = readId;
    for (const client of this.#clients) {
      if (client.toldReading !== null) {
        client.toldReading = null;
        this.#send(client, encodeJson(FRAME.notReading, { readId }, Date.now()));
      }
    }
  }

  publishFault(message: string | null, unsavedBytes: number): void {
    const frame = encodeJson(FRAME.journalFault, { message, unsavedBytes }, Date.now());
    this.#fault = message === null ? null : frame;
    for (const client of this.#clients) {
      if (client.epoch !== null) {
        this.#send(client, frame);
      }
    }
  }

  /** The journal has its last record: let each client go when it has it. Resolves when all are gone, at the latest after `boundMs`. */
  async finish(boundMs: number): Promise<void> {
    this.#complete = true;
    this.wake();
    if (this.#clients.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
        setTimeout(resolve, boundMs);
      });
    }
    this.#server?.close();
    this.#clients.forEach((client) => client.socket.destroy());
  }

  #accept(socket: Socket): void {
    const client: Client = { socket, frames: new FrameReader(), epoch: null, position: 0, toldReading: null };
    this.#clients.add(client);
    const impatience = setTimeout(() => {
      if (client.epoch === null) {
        socket.destroy();
      }
    }, ATTACH_WITHIN_MS);
    socket.on("data", (chunk: Buffer) => this.#receive(client, chunk));
    socket.on("drain", () => this.#serve(client));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(impatience);
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
          this.#obey(client, decodeOrder(frame));
        }
      }
    } catch (error) {
      const message = messageOf(error);
      this.#log("a client was put out", { error: message });
      this.#refuse(client, message);
    }
  }

  #obey(client: Client, order: Order): void {
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
      this.#refuse(client, "epoch 0 may watch, not order");
    } else if (this.#admit(client, order.epoch)) {
      client.epoch = order.epoch;
      this.#carryOut(client, order);
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
      // A position that is not the beginning of a record is refused here, before anything was sent.
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
    if (this.#fault !== null) {
      this.#send(client, this.#fault);
    }
    // It may have been told of a read over an earlier connection, and would take that to be open.
    if (this.#reading === null && this.#overReadId > 0) {
      this.#send(client, encodeJson(FRAME.notReading, { readId: this.#overReadId }, Date.now()));
    }
    this.#serve(client);
  }

  /** Whether an epoch is still good. A higher one puts everybody with a lower one out. */
  #admit(client: Client, epoch: number): boolean {
    if (epoch < this.#epoch) {
      this.#putOutStale(client);
      return false;
    }
    if (epoch > this.#epoch) {
      this.#epoch = epoch;
      for (const other of this.#clients) {
        if (other !== client && other.epoch !== null && other.epoch > 0 && other.epoch < epoch) {
          this.#putOutStale(other);
        }
      }
    }
    return true;
  }

  #putOutStale(client: Client): void {
    client.socket.end(encodeJson(FRAME.stale, { epoch: this.#epoch }, Date.now()));
    this.#forget(client);
  }

  #refuse(client: Client, reason: string): void {
    client.socket.end(encodeJson(FRAME.refused, { reason }, Date.now()));
    this.#forget(client);
  }

  /** Nothing it says counts any more; what it was told last is still sent, for a moment. */
  #forget(client: Client): void {
    client.epoch = null;
    client.position = Number.POSITIVE_INFINITY;
    client.socket.removeAllListeners("data");
    client.socket.resume();
    setTimeout(() => client.socket.destroy(), 1000).unref();
  }

  #carryOut(client: Client, order: Exclude<Order, { order: "attach" | "ping" }>): void {
    const orders = this.#orders;
    switch (order.order) {
      case "type":
        void orders.type(order).then((typed) => this.#reply(client, FRAME.typed, typed));
        break;
      case "signal":
        void orders.signal(order).then((signalled) => this.#reply(client, FRAME.signalled, signalled));
        break;
      case "resize":
        orders.resize(order.columns, order.rows);
        break;
      case "reply":
        orders.reply(order);
        break;
    }
  }

  #reply(client: Client, kind: number, answer: Typed | Signalled): void {
    // The record of what was done first, for a client that is not behind.
    this.#serve(client);
    this.#send(client, encodeJson(kind, answer, Date.now()));
  }

  /** Sends what the client has not had yet, as long as it takes it. */
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
    if (reading !== null && reading !== client.toldReading && client.position >= reading.position) {
      client.toldReading = reading;
      this.#send(client, encodeJson(FRAME.reading, reading, Date.now()));
    }
    if (this.#complete && client.position >= this.#journal.end) {
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
