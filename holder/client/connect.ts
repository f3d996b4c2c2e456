// The worker's side of a holder: follow a job from any position, and give orders.
//
// One way for every case: while the holder lives the records come over its socket; when it is gone, or goes before it
// has sent everything, they come from the journal on the disk. Each record is handed over once, in order, and the next
// one only when the listener is done with it, so a slow database slows nothing but this reader.

import { connect, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { z } from "zod";
import { findHolder } from "./find-holder.ts";
import { jobDirectory, socketAddress } from "../protocol/job-directory.ts";
import { hasJournal, readJournal } from "../protocol/journal-reader.ts";
import { messageOf } from "../protocol/errors.ts";
import {
  FRAME,
  FrameReader,
  MalformedFrame,
  decodeRecord,
  encodeJson,
  type Frame,
} from "../protocol/frames.ts";
import * as payloads from "./payloads.ts";
import { checkRecord, MalformedPayload, readPayload } from "./payloads.ts";
import {
  PROTOCOL_VERSION,
  versionOf,
  type Attached,
  type ExitRecord,
  type HolderRecord,
  type JournalFault,
  type Reading,
  type ReplyOrder,
  type SignalOrder,
  type Signalled,
  type TypeOrder,
  type Typed,
} from "../protocol/messages.ts";

export interface ConnectOptions {
  /** The lease under which orders are given; 0 to watch only. */
  epoch: number;
  /** 0, or the `next` of the last record that was dealt with. */
  fromPosition: number;
  /**
   * Awaited before the next record comes. Must not wait for an order given on the same connection: its answer comes
   * behind the records.
   */
  onRecord(record: HolderRecord): void | Promise<void>;
  /** A read is open, or the output before an open one has grown. Told again after each connect. */
  onReading?(reading: Reading): void;
  onNotReading?(readId: number): void;
  /** The holder's disk does not take the journal (message), or takes it again (null). */
  onJournalFault?(fault: JournalFault): void;
}

export type Closed =
  /** The exit record was handed over, or lies before the position: there is nothing more, ever. */
  | { reason: "ended" }
  /** The job has ended and its journal was removed: of what had not been handed over before, only the end is known. */
  | { reason: "removed"; exit: ExitRecord; endedAt: number }
  /** The holder is gone without an exit record; all that it wrote was handed over. */
  | { reason: "dead" }
  /** Somebody has a higher epoch. */
  | { reason: "stale"; epoch: number }
  /** The connection broke: connect again from the last `next`. */
  | { reason: "lost"; message: string }
  /** What the holder said could not be understood, or a listener threw: connect again likewise, and say so. */
  | { reason: "faulty"; message: string }
  /** `close` was called. */
  | { reason: "closed" };

export interface HolderConnection {
  /** null when the holder was gone already. */
  readonly attached: Attached | null;
  /** Settles after the last record was dealt with; never rejects. */
  readonly closed: Promise<Closed>;
  /** @throws ConnectionLost when the answer did not come: order again, with the same id, after connecting again. */
  type(order: Omit<TypeOrder, "epoch">): Promise<Typed>;
  /** @throws ConnectionLost as above. */
  signal(order: Omit<SignalOrder, "epoch">): Promise<Signalled>;
  resize(columns: number, rows: number): void;
  /** What the terminal says to a query in the output that ends there. Lost with the connection: then it is too late. */
  reply(order: ReplyOrder): void;
  /** Resolves when the holder has answered. @throws ConnectionLost */
  ping(): Promise<void>;
  /** Stops; no listener is called any more. Idempotent. */
  close(): void;
}

export class ConnectionLost extends Error {
  override name = "ConnectionLost";
}

export class HolderMissing extends Error {
  override name = "HolderMissing";
}

/** What the holder says and wants to hear has another meaning than this version knows. */
export class HolderNewer extends Error {
  override name = "HolderNewer";
  readonly version: number;

  constructor(version: number) {
    super(`the holder speaks version ${version} of the protocol, and this program only ${PROTOCOL_VERSION}`);
    this.version = version;
  }
}

export class HolderRefused extends Error {
  override name = "HolderRefused";
}

const ATTACH_WITHIN_MS = 10_000;

/**
 * Follows a job from `fromPosition`. Listeners are first called after the promise has resolved.
 * @throws HolderMissing when the job was never started on this machine; HolderNewer when its holder is to be left to a
 * newer worker; HolderRefused when no record begins at the position; ConnectionLost when the holder lives but cannot be
 * reached.
 */
export async function connectHolder(
  dataDir: string,
  jobId: number | string,
  options: ConnectOptions,
): Promise<HolderConnection> {
  const holder = await findHolder(dataDir, jobId);
  if (holder.state === "none") {
    throw new HolderMissing(`job ${jobId} was never started here`);
  }
  if (holder.state === "newer") {
    throw new HolderNewer(holder.version);
  }
  const connection = new Connection(options, {
    directory: jobDirectory(dataDir, jobId),
    find: () => findHolder(dataDir, jobId),
  });
  if (holder.state === "alive") {
    await connection.attach();
  } else {
    connection.replay();
  }
  return connection;
}

interface Place {
  directory: string;
  find(): ReturnType<typeof findHolder>;
}

interface Waiting {
  resolve: (payload: Buffer) => void;
  reject: (error: Error) => void;
}

class Connection implements HolderConnection {
  attached: Attached | null = null;
  readonly closed: Promise<Closed>;
  readonly #options: ConnectOptions;
  readonly #place: Place;
  readonly #frames = new FrameReader();
  /** Who waits for the answer to which order, in the order in which they asked: each order has an answer of its own. */
  readonly #waiting = new Map<string, Waiting[]>();
  #settleClosed: (closed: Closed) => void = () => undefined;
  #socket: Socket | null = null;
  #position: number;
  #stopped: Closed | null = null;
  #hasEnded = false;
  #pingCount = 0;

  constructor(options: ConnectOptions, place: Place) {
    this.#options = options;
    this.#place = place;
    this.#position = options.fromPosition;
    this.closed = new Promise((settle) => {
      this.#settleClosed = settle;
    });
  }

  /** Connects to a living holder. */
  async attach(): Promise<void> {
    const address = socketAddress(this.#place.directory);
    const socket = connect(address.path);
    this.#socket = socket;
    const impatience = setTimeout(
      () => socket.destroy(new Error("the holder does not answer")),
      ATTACH_WITHIN_MS,
    );
    const attached = this.#await("attach");
    // Not awaited: it goes on for as long as the connection lasts, and ends by settling `closed`.
    void this.#follow(socket);
    const { epoch, fromPosition } = this.#options;
    socket.write(encodeJson(FRAME.attach, { epoch, fromPosition }, Date.now()));
    try {
      await attached;
    } finally {
      clearTimeout(impatience);
      address.release();
    }
  }

  /** Reads what a holder that is gone has left. */
  replay(): void {
    void nextTurn().then(() => this.#conclude("the holder is gone"));
  }

  type(order: Omit<TypeOrder, "epoch">): Promise<Typed> {
    return this.#ask(FRAME.type, order, `type ${order.interactionId}`, payloads.typed);
  }

  signal(order: Omit<SignalOrder, "epoch">): Promise<Signalled> {
    return this.#ask(FRAME.signal, order, `signal ${order.signalId}`, payloads.signalled);
  }

  async ping(): Promise<void> {
    this.#pingCount += 1;
    await this.#ask(FRAME.ping, { pingId: this.#pingCount }, `ping ${this.#pingCount}`, payloads.pong);
  }

  resize(columns: number, rows: number): void {
    this.#order(FRAME.resize, { columns, rows });
  }

  reply(order: ReplyOrder): void {
    this.#order(FRAME.reply, order);
  }

  /** An order that is not answered. */
  #order(kind: number, order: object): void {
    if (this.#socket?.writable === true) {
      const { epoch } = this.#options;
      this.#socket.write(encodeJson(kind, { ...order, epoch }, Date.now()));
    }
  }

  close(): void {
    this.#stop({ reason: "closed" });
  }

  async #ask<T>(kind: number, order: object, key: string, answered: z.ZodType<T>): Promise<T> {
    const socket = this.#socket;
    if (socket === null || !socket.writable || this.#stopped !== null) {
      throw new ConnectionLost("there is no connection to the holder");
    }
    const answer = this.#await(key);
    socket.write(encodeJson(kind, { ...order, epoch: this.#options.epoch }, Date.now()));
    return readPayload(answered, await answer, key);
  }

  #await(key: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), { resolve, reject }]);
    });
  }

  /** Takes frames off the socket, one chunk at a time; the socket waits meanwhile. Never rejects. */
  async #follow(socket: Socket): Promise<void> {
    let message = "the holder closed the connection";
    try {
      for await (const chunk of socket) {
        for (const frame of this.#frames.push(chunk as Buffer)) {
          if (this.#stopped !== null) {
            return;
          }
          await this.#take(frame);
        }
      }
    } catch (error) {
      message = messageOf(error);
      if (isFault(error)) {
        this.#stop({ reason: "faulty", message });
      }
    } finally {
      socket.destroy();
    }
    await this.#conclude(message);
  }

  async #take(frame: Frame): Promise<void> {
    const record = decodeRecord(frame);
    if (record !== null) {
      await this.#hand(record);
      return;
    }
    const { payload } = frame;
    switch (frame.kind) {
      case FRAME.attached: {
        const version = versionOf(readPayload(payloads.versioned, payload, "its version"));
        if (version > PROTOCOL_VERSION) {
          this.#giveUp(new HolderNewer(version));
          break;
        }
        this.attached = readPayload(payloads.attached, payload, "itself");
        this.#answer("attach", payload);
        // The caller gets the connection in hand before its listeners are called.
        await nextTurn();
        break;
      }
      case FRAME.reading:
        this.#options.onReading?.(readPayload(payloads.reading, payload, "a read"));
        break;
      case FRAME.notReading:
        this.#options.onNotReading?.(readPayload(payloads.notReading, payload, "the end of a read").readId);
        break;
      case FRAME.journalFault:
        this.#options.onJournalFault?.(readPayload(payloads.journalFault, payload, "its journal"));
        break;
      case FRAME.typed: {
        const { interactionId } = readPayload(payloads.typed, payload, "an order to type");
        this.#answer(`type ${interactionId}`, payload);
        break;
      }
      case FRAME.signalled: {
        const { signalId } = readPayload(payloads.signalled, payload, "a signal");
        this.#answer(`signal ${signalId}`, payload);
        break;
      }
      case FRAME.pong:
        this.#answer(`ping ${readPayload(payloads.pong, payload, "a ping").pingId}`, payload);
        break;
      case FRAME.stale:
        this.#stop({ reason: "stale", epoch: readPayload(payloads.stale, payload, "a lease").epoch });
        break;
      case FRAME.refused:
        this.#giveUp(new HolderRefused(readPayload(payloads.refused, payload, "a refusal").reason));
        break;
      default:
        break;
    }
  }

  async #hand(record: HolderRecord): Promise<void> {
    checkRecord(record);
    try {
      await this.#options.onRecord(record);
    } catch (cause) {
      throw new ListenerFailed(`a record could not be dealt with: ${messageOf(cause)}`, { cause });
    }
    this.#position = record.next;
    this.#hasEnded ||= record.kind === "exit";
  }

  #answer(key: string, payload: Buffer): void {
    const [first, ...others] = this.#waiting.get(key) ?? [];
    if (others.length > 0) this.#waiting.set(key, others);
    else this.#waiting.delete(key);
    first?.resolve(payload);
  }

  /** The connection is at its end: finds out what that means, and reads what the holder has left. Never rejects. */
  async #conclude(message: string): Promise<void> {
    if (this.#stopped !== null) {
      return;
    }
    this.#rejectOrders(message);
    try {
      const holder = this.#hasEnded ? null : await this.#place.find();
      if (holder?.state === "alive" || holder?.state === "newer") {
        this.#stop({ reason: "lost", message });
        return;
      }
      // The holder went before it had said anything: the caller gets a connection all the same.
      this.#answer("attach", Buffer.alloc(0));
      await nextTurn();
      await this.#readRest();
      // Whoever comes back behind the exit record is given no record, and finds the journal.
      const isComplete = this.#hasEnded || (holder?.state === "ended" && hasJournal(this.#place.directory));
      if (isComplete) this.#stop({ reason: "ended" });
      else if (holder?.state === "ended")
        this.#stop({ reason: "removed", exit: holder.exit, endedAt: holder.endedAt });
      else this.#stop({ reason: "dead" });
    } catch (error) {
      this.#stop({ reason: isFault(error) ? "faulty" : "lost", message: messageOf(error) });
    }
  }

  async #readRest(): Promise<void> {
    if (this.#hasEnded) {
      return;
    }
    for (const record of readJournal(this.#place.directory, this.#position)) {
      if (this.#stopped !== null) {
        return;
      }
      await this.#hand(record);
    }
  }

  /** Whoever waits for an answer is told why there is none. */
  #giveUp(error: Error): void {
    this.#rejectAll(error);
    this.#stop({ reason: "lost", message: error.message });
  }

  #stop(closed: Closed): void {
    if (this.#stopped === null) {
      this.#stopped = closed;
      this.#rejectAll(new ConnectionLost(`the connection was closed (${closed.reason})`));
      this.#socket?.destroy();
      this.#settleClosed(closed);
    }
  }

  #rejectOrders(message: string): void {
    const attach = this.#waiting.get("attach");
    this.#waiting.delete("attach");
    this.#rejectAll(new ConnectionLost(message));
    if (attach !== undefined) {
      this.#waiting.set("attach", attach);
    }
  }

  #rejectAll(error: Error): void {
    for (const { reject } of [...this.#waiting.values()].flat()) {
      reject(error);
    }
    this.#waiting.clear();
  }
}

class ListenerFailed extends Error {
  override name = "ListenerFailed";
}

/** It will not be better by itself when it is tried again. */
function isFault(error: unknown): boolean {
  return (
    error instanceof ListenerFailed || error instanceof MalformedPayload || error instanceof MalformedFrame
  );
}
