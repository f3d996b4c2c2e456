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
  createFrameReader,
  type Frame,
  type FrameReader,
  MalformedFrame,
} from "../protocol/frames.ts";
import { socketAddress } from "../protocol/job-directory.ts";
import { hasJournal, readJournal } from "../protocol/journal-reader.ts";
import { type Attached, type HolderRecord, PROTOCOL_VERSION } from "../protocol/messages.ts";
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
import { createPendingAnswers, type PendingAnswers } from "./pending-answers.ts";

const ATTACH_TIMEOUT_MS = 10_000;
const ATTACH = "attach";

type Place = {
  directory: string;
  find(): Promise<HolderState>;
};

type Session = {
  readonly options: ConnectOptions;
  readonly place: Place;
  readonly frames: FrameReader;
  readonly answers: PendingAnswers;
  readonly settleClosed: (closed: Closed) => void;
  attached: Attached | undefined;
  socket: Socket | undefined;
  position: number;
  closedAs: Closed | undefined;
  hasExit: boolean;
};

export type Connection = HolderConnection & {
  /** Connects to a living holder. */
  attach(): Promise<void>;
  /** Reads the journal that a holder has left. */
  replay(): void;
};

export function createConnection(options: ConnectOptions, place: Place): Connection {
  const { promise: closed, resolve: settleClosed } = Promise.withResolvers<Closed>();
  const session: Session = {
    options,
    place,
    frames: createFrameReader(),
    answers: createPendingAnswers(),
    settleClosed,
    attached: undefined,
    socket: undefined,
    position: options.fromPosition,
    closedAs: undefined,
    hasExit: false,
  };
  let pingCount = 0;

  return {
    get attached() {
      return session.attached;
    },
    closed,
    attach: () => attach(session),
    replay: () => void nextTurn().then(() => conclude(session, "the holder has ended")),
    type: (order) => ask(session, FRAME.type, order, `type ${order.interactionId}`, payloads.typed),
    signal: (order) => ask(session, FRAME.signal, order, `signal ${order.signalId}`, payloads.signalled),
    async ping() {
      pingCount += 1;
      await ask(session, FRAME.ping, { pingId: pingCount }, `ping ${pingCount}`, payloads.pong);
    },
    resize: (columns, rows) => send(session, FRAME.resize, { columns, rows }),
    reply: (order) => send(session, FRAME.reply, order),
    close: () => stop(session, { reason: "closed" }),
  };
}

async function attach(session: Session): Promise<void> {
  const address = socketAddress(session.place.directory);
  const socket = connect(address.path);
  session.socket = socket;
  const timeout = setTimeout(
    () => socket.destroy(new Error("the holder does not respond")),
    ATTACH_TIMEOUT_MS,
  );
  const attached = session.answers.wait(ATTACH);
  // Not awaited: it runs for as long as the connection lasts, and ends by settling `closed`.
  void follow(session, socket);
  const { epoch, fromPosition } = session.options;
  socket.write(encodeJson(FRAME.attach, { epoch, fromPosition }, Date.now()));
  try {
    await attached;
  } finally {
    clearTimeout(timeout);
    address.release();
  }
}

/** Sends an order that has no answer. */
function send(session: Session, kind: number, order: object): void {
  if (session.socket?.writable === true) {
    const { epoch } = session.options;
    session.socket.write(encodeJson(kind, { ...order, epoch }, Date.now()));
  }
}

async function ask<T>(
  session: Session,
  kind: number,
  order: object,
  key: string,
  schema: z.ZodType<T>,
): Promise<T> {
  if (session.socket?.writable !== true || session.closedAs !== undefined) {
    throw new ConnectionLost("there is no connection to the holder");
  }
  const answer = session.answers.wait(key);
  send(session, kind, order);
  return readPayload(schema, await answer, `the answer to "${key}"`);
}

/** Reads frames from the socket, one chunk at a time; the socket is paused meanwhile. Never rejects. */
async function follow(session: Session, socket: Socket): Promise<void> {
  let message = "the holder closed the connection";
  try {
    for await (const chunk of socket) {
      for (const frame of session.frames.push(chunk as Buffer)) {
        if (session.closedAs !== undefined) return;
        await receive(session, frame);
      }
    }
  } catch (error) {
    message = messageOf(error);
    if (isPermanent(error)) {
      stop(session, { reason: "failed", message });
    }
  } finally {
    socket.destroy();
  }
  await conclude(session, message);
}

async function receive(session: Session, frame: Frame): Promise<void> {
  const record = decodeRecord(frame);
  if (record !== undefined) {
    await passOn(session, record);
    return;
  }
  const { payload } = frame;
  switch (frame.kind) {
    case FRAME.attached:
      await onAttached(session, payload);
      break;
    case FRAME.reading:
      session.options.onReading?.(readPayload(payloads.reading, payload, "a read"));
      break;
    case FRAME.notReading:
      session.options.onNotReading?.(readPayload(payloads.notReading, payload, "the end of a read").readId);
      break;
    case FRAME.journalError:
      session.options.onJournalError?.(readPayload(payloads.journalError, payload, "a journal error"));
      break;
    case FRAME.typed: {
      const { interactionId } = readPayload(payloads.typed, payload, "the result of typing");
      session.answers.resolve(`type ${interactionId}`, payload);
      break;
    }
    case FRAME.signalled: {
      const { signalId } = readPayload(payloads.signalled, payload, "the result of a signal");
      session.answers.resolve(`signal ${signalId}`, payload);
      break;
    }
    case FRAME.pong:
      session.answers.resolve(`ping ${readPayload(payloads.pong, payload, "a pong").pingId}`, payload);
      break;
    case FRAME.stale:
      stop(session, { reason: "stale", epoch: readPayload(payloads.stale, payload, "an epoch").epoch });
      break;
    case FRAME.refused:
      abandon(session, new HolderRefused(readPayload(payloads.refused, payload, "a refusal").reason));
      break;
    default:
      break;
  }
}

async function onAttached(session: Session, payload: Buffer): Promise<void> {
  const { version } = readPayload(payloads.versioned, payload, "a version");
  if (version > PROTOCOL_VERSION) {
    abandon(session, new HolderNewer(version));
    return;
  }
  session.attached = readPayload(payloads.attached, payload, "a description");
  session.answers.resolve(ATTACH, payload);
  // The caller receives the connection before its listeners are called.
  await nextTurn();
}

async function passOn(session: Session, record: HolderRecord): Promise<void> {
  checkRecord(record);
  try {
    await session.options.onRecord(record);
  } catch (cause) {
    throw new ListenerFailed(`a record could not be processed: ${messageOf(cause)}`, { cause });
  }
  session.position = record.next;
  session.hasExit ||= record.kind === "exit";
}

/** The connection has ended: finds out what that means, and reads what the holder has left. Never rejects. */
async function conclude(session: Session, message: string): Promise<void> {
  if (session.closedAs !== undefined) return;
  session.answers.rejectAll(new ConnectionLost(message), ATTACH);
  try {
    const holder = session.hasExit ? undefined : await session.place.find();
    if (holder?.state === "alive" || holder?.state === "newer") {
      stop(session, { reason: "lost", message });
      return;
    }
    // The holder ended before it had answered: the caller still receives a connection.
    session.answers.resolve(ATTACH, Buffer.alloc(0));
    await nextTurn();
    await readRest(session);
    // A client that reconnects after the exit record receives no record, and finds the journal.
    const isComplete = session.hasExit || (holder?.state === "ended" && hasJournal(session.place.directory));
    if (isComplete) {
      stop(session, { reason: "ended" });
    } else if (holder?.state === "ended") {
      stop(session, { reason: "removed", exit: holder.exit, endedAt: holder.endedAt });
    } else {
      stop(session, { reason: "dead" });
    }
  } catch (error) {
    stop(session, { reason: isPermanent(error) ? "failed" : "lost", message: messageOf(error) });
  }
}

async function readRest(session: Session): Promise<void> {
  if (session.hasExit) return;
  for (const record of readJournal(session.place.directory, session.position)) {
    if (session.closedAs !== undefined) return;
    await passOn(session, record);
  }
}

/** Rejects pending orders with this error. */
function abandon(session: Session, error: Error): void {
  session.answers.rejectAll(error);
  stop(session, { reason: "lost", message: error.message });
}

function stop(session: Session, closed: Closed): void {
  if (session.closedAs === undefined) {
    session.closedAs = closed;
    session.answers.rejectAll(new ConnectionLost(`the connection was closed (${closed.reason})`));
    session.socket?.destroy();
    session.settleClosed(closed);
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
