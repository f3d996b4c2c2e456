// What the holder and its clients say to each other, and what the journal says of a job. Types only: the holder checks orders
// by hand (program/decode-order.ts), because it stays small and starts fast without zod; clients check everything else with
// zod (client/payloads.ts).

/** Of everything that a holder says, on the disk and over its socket. The README says what needs a new one. */
export const PROTOCOL_VERSION = 1;

/** What a holder says first wherever it is met, so that whoever is older than it reads on no further. */
export interface Versioned {
  /** Absent in what holders said before they had a version: 1. */
  version?: number;
}

export const versionOf = ({ version = 1 }: Versioned): number => version;

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
