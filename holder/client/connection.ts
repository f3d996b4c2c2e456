// One connection to the holder of a job, or to the journal that it left. Each record is passed on once, in order, and the next one
// only when the listener has processed it, so a slow database slows down nothing but this reader.

import { connect, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { z } from "zod";
import { messageOf } from "../protocol/errors.ts";
import {
  decodeRecord,
  encodeJson,
  FRAME,
  type Frame,
  FrameReader,
  MalformedFrame,
} from "../protocol/frames.ts";
import { socketAddress } from "../protocol/job-directory.ts";
import { hasJournal, readJournal } from "../protocol/journal-reader.ts";
import {
  type Attached,
  type HolderRecord,
  PROTOCOL_VERSION,
  type ReplyOrder,
  type SignalOrder,
  type Signalled,
  type TypeOrder,
  type Typed,
} from "../protocol/messages.ts";
import {
  type Closed,
  ConnectionLost,
  type ConnectOptions,
  type HolderConnection,
  HolderNewer,
  HolderRefused,
} from "./connection-types.ts";
import type { HolderState } from "./find-holder.ts";
import * as payloads from "./payloads.ts";
import { checkRecord, MalformedPayload, readPayload } from "./payloads.ts";
import { PendingAnswers } from "./pending-answers.ts";

const ATTACH_TIMEOUT_MS = 10_000;
const ATTACH = "attach";

type Place = {
  directory: string;
  find(): Promise<HolderState>;
};

export class Connection implements HolderConnection {
  attached: Attached | null = null;
  readonly closed: Promise<Closed>;
  readonly #options: ConnectOptions;
  readonly #place: Place;
  readonly #frames = new FrameReader();
  readonly #answers = new PendingAnswers();
  #settleClosed: (closed: Closed) => void = () => undefined;
  #socket: Socket | null = null;
  #position: number;
  #stopped: Closed | null = null;
  #hasExit = false;
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
    const timeout = setTimeout(
      () => socket.destroy(new Error("the holder does not respond")),
      ATTACH_TIMEOUT_MS,
    );
    const attached = this.#answers.wait(ATTACH);
    // Not awaited: it runs for as long as the connection lasts, and ends by settling `closed`.
    void this.#follow(socket);
    const { epoch, fromPosition } = this.#options;
    socket.write(encodeJson(FRAME.attach, { epoch, fromPosition }, Date.now()));
    try {
      await attached;
    } finally {
      clearTimeout(timeout);
      address.release();
    }
  }

  /** Reads the journal that a holder has left. */
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
    this.#send(FRAME.resize, { columns, rows });
  }

  reply(order: ReplyOrder): void {
    this.#send(FRAME.reply, order);
  }

  close(): void {
    this.#stop({ reason: "closed" });
  }

  /** Sends an order that has no answer. */
  #send(kind: number, order: object): void {
    if (this.#socket?.writable === true) {
      const { epoch } = this.#options;
      this.#socket.write(encodeJson(kind, { ...order, epoch }, Date.now()));
    }
  }

  async #ask<T>(kind: number, order: object, key: string, schema: z.ZodType<T>): Promise<T> {
    if (this.#socket?.writable !== true || this.#stopped !== null) {
      throw new ConnectionLost("there is no connection to the holder");
    }
    const answer = this.#answers.wait(key);
    this.#send(kind, order);
    return readPayload(schema, await answer, `the answer to "${key}"`);
  }

  /** Reads frames from the socket, one chunk at a time; the socket is paused meanwhile. Never rejects. */
  async #follow(socket: Socket): Promise<void> {
    let message = "the holder closed the connection";
    try {
      for await (const chunk of socket) {
        for (const frame of this.#frames.push(chunk as Buffer)) {
          if (this.#stopped !== null) {
            return;
          }
          await this.#receive(frame);
        }
      }
    } catch (error) {
      message = messageOf(error);
      if (isPermanent(error)) {
        this.#stop({ reason: "failed", message });
      }
    } finally {
      socket.destroy();
    }
    await this.#conclude(message);
  }

  async #receive(frame: Frame): Promise<void> {
    const record = decodeRecord(frame);
    if (record !== null) {
      await this.#passOn(record);
      return;
    }
    const { payload } = frame;
    switch (frame.kind) {
      case FRAME.attached:
        await this.#onAttached(payload);
        break;
      case FRAME.reading:
        this.#options.onReading?.(readPayload(payloads.reading, payload, "a read"));
        break;
      case FRAME.notReading:
        this.#options.onNotReading?.(readPayload(payloads.notReading, payload, "the end of a read").readId);
        break;
      case FRAME.journalError:
        this.#options.onJournalError?.(readPayload(payloads.journalError, payload, "a journal error"));
        break;
      case FRAME.typed: {
        const { interactionId } = readPayload(payloads.typed, payload, "the result of typing");
        this.#answers.resolve(`type ${interactionId}`, payload);
        break;
      }
      case FRAME.signalled: {
        const { signalId } = readPayload(payloads.signalled, payload, "the result of a signal");
        this.#answers.resolve(`signal ${signalId}`, payload);
        break;
      }
      case FRAME.pong:
        this.#answers.resolve(`ping ${readPayload(payloads.pong, payload, "a pong").pingId}`, payload);
        break;
      case FRAME.stale:
        this.#stop({ reason: "stale", epoch: readPayload(payloads.stale, payload, "an epoch").epoch });
        break;
      case FRAME.refused:
        this.#abandon(new HolderRefused(readPayload(payloads.refused, payload, "a refusal").reason));
        break;
      default:
        break;
    }
  }

  async #onAttached(payload: Buffer): Promise<void> {
    const { version } = readPayload(payloads.versioned, payload, "a version");
    if (version > PROTOCOL_VERSION) {
      this.#abandon(new HolderNewer(version));
      return;
    }
    this.attached = readPayload(payloads.attached, payload, "a description");
    this.#answers.resolve(ATTACH, payload);
    // The caller receives the connection before its listeners are called.
    await nextTurn();
  }

  async #passOn(record: HolderRecord): Promise<void> {
    checkRecord(record);
    try {
      await this.#options.onRecord(record);
    } catch (cause) {
      throw new ListenerFailed(`a record could not be processed: ${messageOf(cause)}`, { cause });
    }
    this.#position = record.next;
    this.#hasExit ||= record.kind === "exit";
  }

  /** The connection has ended: finds out what that means, and reads what the holder has left. Never rejects. */
  async #conclude(message: string): Promise<void> {
    if (this.#stopped !== null) {
      return;
    }
    this.#answers.rejectAll(new ConnectionLost(message), ATTACH);
    try {
      const holder = this.#hasExit ? null : await this.#place.find();
      if (holder?.state === "alive" || holder?.state === "newer") {
        this.#stop({ reason: "lost", message });
        return;
      }
      // The holder ended before it had answered: the caller still receives a connection.
      this.#answers.resolve(ATTACH, Buffer.alloc(0));
      await nextTurn();
      await this.#readRest();
      // A client that reconnects after the exit record receives no record, and finds the journal.
      const isComplete = this.#hasExit || (holder?.state === "ended" && hasJournal(this.#place.directory));
      if (isComplete) {
        this.#stop({ reason: "ended" });
      } else if (holder?.state === "ended") {
        this.#stop({ reason: "removed", exit: holder.exit, endedAt: holder.endedAt });
      } else {
        this.#stop({ reason: "dead" });
      }
    } catch (error) {
      this.#stop({ reason: isPermanent(error) ? "failed" : "lost", message: messageOf(error) });
    }
  }

  async #readRest(): Promise<void> {
    if (this.#hasExit) {
      return;
    }
    for (const record of readJournal(this.#place.directory, this.#position)) {
      if (this.#stopped !== null) {
        return;
      }
      await this.#passOn(record);
    }
  }

  /** Rejects pending orders with this error. */
  #abandon(error: Error): void {
    this.#answers.rejectAll(error);
    this.#stop({ reason: "lost", message: error.message });
  }

  #stop(closed: Closed): void {
    if (this.#stopped === null) {
      this.#stopped = closed;
      this.#answers.rejectAll(new ConnectionLost(`the connection was closed (${closed.reason})`));
      this.#socket?.destroy();
      this.#settleClosed(closed);
    }
  }
}

class ListenerFailed extends Error {
  override name = "ListenerFailed";
}

/** An error that a reconnect alone will not fix. */
function isPermanent(error: unknown): boolean {
  return (
    error instanceof ListenerFailed || error instanceof MalformedPayload || error instanceof MalformedFrame
  );
}
