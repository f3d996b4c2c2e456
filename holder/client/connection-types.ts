// What a caller of `connectHolder` passes and receives.

import { PROTOCOL_VERSION } from "../protocol/messages.ts";
import type {
  Attached,
  ExitRecord,
  HolderRecord,
  JournalError,
  Reading,
  ReplyOrder,
  SignalOrder,
  Signalled,
  TypeOrder,
  Typed,
} from "../protocol/messages.ts";

export type ConnectOptions = {
  /** Of the lease under which orders are given; 0 is read-only. */
  epoch: number;
  /** 0, or the `next` of the last record that was processed. */
  fromPosition: number;
  /**
   * Awaited before the next record. It must not wait for an order on the same connection: the answer comes after the
   * records.
   */
  onRecord(record: HolderRecord): void | Promise<void>;
  /** A read is open, or the output before an open one has grown. Repeated after each connect. */
  onReading?(reading: Reading): void;
  onNotReading?(readId: number): void;
  /** The holder cannot write the journal (message), or can write it again (null). */
  onJournalError?(error: JournalError): void;
};

export type Closed =
  /** The exit record was passed on, or is before the position: nothing will follow. */
  | { reason: "ended" }
  /** The job has ended and its journal was removed: records that had not been passed on are lost, except the exit. */
  | { reason: "removed"; exit: ExitRecord; endedAt: number }
  /** The holder has ended without an exit record; all that it wrote was passed on. */
  | { reason: "dead" }
  /** Another client has a higher epoch. */
  | { reason: "stale"; epoch: number }
  /** The connection broke: reconnect from the last `next`. */
  | { reason: "lost"; message: string }
  /** The holder sent something invalid, or a listener threw: report it, and reconnect likewise. */
  | { reason: "failed"; message: string }
  /** `close` was called. */
  | { reason: "closed" };

export type HolderConnection = {
  /** undefined when the holder had already ended. */
  readonly attached: Attached | undefined;
  /** Settles after the last record was processed; never rejects. */
  readonly closed: Promise<Closed>;
  /** @throws ConnectionLost when there was no answer: reconnect and repeat the order with the same id. */
  type(order: Omit<TypeOrder, "epoch">): Promise<Typed>;
  /** @throws ConnectionLost as above. */
  signal(order: Omit<SignalOrder, "epoch">): Promise<Signalled>;
  resize(columns: number, rows: number): void;
  /** The reply to a query in the output that ends there. Lost with the connection: then it is too late for a reply. */
  reply(order: ReplyOrder): void;
  /** Resolves when the holder has answered. @throws ConnectionLost */
  ping(): Promise<void>;
  /** No listener is called after this. Idempotent. */
  close(): void;
};

export class ConnectionLost extends Error {
  override name = "ConnectionLost";
}

/** The job was never started on this machine. */
export class HolderMissing extends Error {
  override name = "HolderMissing";
}

/** The holder speaks a later version of the protocol, in which messages may have another meaning. */
export class HolderNewer extends Error {
  override name = "HolderNewer";
  readonly version: number;

  constructor(version: number) {
    super(`the holder speaks version ${version} of the protocol, this program only ${PROTOCOL_VERSION}`);
    this.version = version;
  }
}

export class HolderRefused extends Error {
  override name = "HolderRefused";
}
