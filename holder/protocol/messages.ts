// The messages between a holder and its clients, and the records of the journal. Types only. The holder validates orders without a library
// (program/decode-order.ts), because it starts faster without zod; clients validate everything else with zod
// (client/payloads.ts).

/** Version of everything that a holder writes to the disk and to its socket. The README says when it changes. */
export const PROTOCOL_VERSION = 1;

/** In holder.json and in `attached`, so that an older worker reads nothing else of a newer holder. */
export type Versioned = {
  version: number;
};

/** How the terminal treats typed text: echoes the line, hides it, or passes on single keys. */
export type TerminalMode = "line" | "secret" | "key" | "unknown";

/** The kernel shows that a process of the job waits for terminal input. */
export type Reading = {
  /** Grows by one for each new read; an order to type names the read it is for. */
  readId: number;
  /**
   * The first of the reads, from this one backwards without a gap, that were for the same thing: each was left and taken
   * up again without anything having been typed or printed meanwhile. An order for any of them is typed into this one.
   */
  sinceReadId: number;
  /** Everything that the process wrote before it began to read is before this position in the journal. */
  position: number;
  how: "read" | "poll" | "unknown";
  hasTimeout: boolean;
  onlyTerminal: boolean;
  mainThread: boolean;
  mode: TerminalMode;
  pid: number;
  command: string;
};

export type InputRecord = {
  interactionId: string;
  /** null for a secret. */
  text: string | null;
  by: string;
};

export type SignalKind = "interrupt" | "interrupt_group" | "terminate" | "kill";

export type SignalRecord = {
  signalId: string;
  kind: SignalKind;
  by: string;
  pids: number[];
};

export type ExitRecord = {
  /** null when a signal ended the command, or when it never ran. */
  exitCode: number | null;
  signal: number | null;
  /** Why the command could not be started; null when it ran. */
  failure: string | null;
};

export type NoteRecord =
  | { what: "childExited"; exitCode: number | null; signal: number | null }
  | { what: "typed"; interactionId: string; result: TypeResult }
  | { what: "resized"; columns: number; rows: number }
  /** Programs of the job are stopped; the job makes no progress until they are continued. */
  | { what: "stopped"; commands: string[] }
  | { what: "continued" }
  /** The terminal replied to a query of a program. Not an answer of a person. */
  | { what: "replied"; position: number; text: string }
  /** Processes that the command left behind and that were ended; `names` in the order of the pids. */
  | { what: "leftovers"; pids: number[]; names: string[] };

type Positioned = {
  /** Where the record begins. */
  position: number;
  /** Where the record after it begins: the place to resume from. */
  next: number;
  /** Milliseconds since 1970. */
  at: number;
};

export type HolderRecord = Positioned &
  (
    | { kind: "output"; bytes: Buffer }
    | { kind: "input"; input: InputRecord }
    | { kind: "signal"; signal: SignalRecord }
    | { kind: "exit"; exit: ExitRecord }
    | { kind: "note"; note: NoteRecord }
    /** Output that could neither be written nor kept in memory. */
    | { kind: "gap"; lostBytes: number }
  );

/** What became of an order to type. */
export type TypeResult =
  /** The process read it. */
  | "consumed"
  /** Typed; the process did not read it within two seconds, and it was removed again. */
  | "not_consumed"
  /** Not typed: no process was in this read. */
  | "not_reading"
  /** Not typed: the terminal would have shown the secret. */
  | "echo_on"
  /** Not typed: the text has characters that are never sent. */
  | "invalid";

export type TypeOrder = {
  interactionId: string;
  readId: number;
  text: string;
  secret: boolean;
  by: string;
  epoch: number;
};

export type SignalOrder = {
  signalId: string;
  kind: SignalKind;
  by: string;
  epoch: number;
};

/** More than the replies to all queries that one piece of output can reasonably contain. */
export const REPLY_LENGTH_MAX = 1024;

/**
 * The reply of a terminal to a query that a program has printed (cursor position, device attributes). The worker, which has the
 * screen, computes it; the holder types it while the program waits for it.
 */
export type ReplyOrder = {
  /** End of the output record that completed the query. Each position is replied to once. */
  position: number;
  text: string;
};

export type Order =
  | { order: "attach"; fromPosition: number; epoch: number }
  | ({ order: "type" } & TypeOrder)
  | ({ order: "signal" } & SignalOrder)
  | { order: "resize"; columns: number; rows: number; epoch: number }
  | ({ order: "reply"; epoch: number } & ReplyOrder)
  | { order: "ping"; pingId: number };

export type Typed = {
  interactionId: string;
  readId: number;
  result: TypeResult;
  /** The order was carried out before, with this result; nothing was typed again. */
  isRepeat: boolean;
  /** Milliseconds since 1970. */
  at: number;
};

export type Signalled = {
  signalId: string;
  count: number;
  pids: number[];
};

export type Attached = {
  jobId: string;
  pid: number;
  childPid: number | null;
  fromPosition: number;
  endPosition: number;
} & Versioned;

export type JournalError = {
  /** null when the journal can be written again. */
  message: string | null;
  unsavedBytes: number;
};
