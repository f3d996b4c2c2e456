// A job's holder as its worker sees it: connected to, and again whenever the connection breaks, until the journal has the
// end of the job or it is clear that it never will. Orders to type wait here for a connection.
import { setTimeout as sleep } from "node:timers/promises";
import { type Lease, LeaseLost } from "#lib/db/runs.ts";
import type { Log } from "#lib/log.ts";
import type { DatabaseClock } from "./database-clock.ts";
import type { End } from "./finish-job.ts";
import {
  type Closed,
  ConnectionLost,
  type ConnectOptions,
  type HolderConnection,
  HolderMissing,
  HolderNewer,
} from "../holder/client/connection-types.ts";
import { connectHolder } from "../holder/client/connect.ts";
import {
  type ExitRecord,
  type HolderRecord,
  PROTOCOL_VERSION,
  REPLY_LENGTH_MAX,
  type Reading,
  type TypeResult,
} from "../holder/protocol/messages.ts";
import type { Typist } from "./questions.ts";

const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 2000;
/** A holder does not become older: this is for whoever set `holder.json` right by hand. */
const RECONNECT_NEWER_MS = 5000;

export type Follower = {
  /**
   * Hands on every record behind this place, in order and each once.
   * @returns how the job ended; undefined when it was told to stop before that.
   * @throws LeaseLost when the holder knows of a newer lease.
   */
  follow(fromPosition: number): Promise<End | undefined>;
  /** The holder may be out of reach for a moment; asked again with the same id it types nothing twice. */
  type: Typist;
  /** What the terminal says to a query in the output that ends at this place; lost while the holder is out of reach. */
  reply(text: string, position: number): void;
  /** undefined while the holder is out of reach. */
  readonly client: HolderConnection | undefined;
  stop(): void;
};

export function createFollower(options: {
  dataDir: string;
  lease: Lease;
  clock: DatabaseClock;
  log: Log;
  /** The journal begins with what an earlier worker has dealt with; `onCaughtUp` tells where the present begins. */
  isReplaying: boolean;
  onConnected: () => void;
  onCaughtUp: () => void;
  /** Called for each record, in order, and awaited before the next one comes. When it rejects, the record comes again. */
  onRecord: (record: HolderRecord) => Promise<void>;
  /** Awaited before the next record comes. */
  whenRoom: () => Promise<void>;
  onReading: (fact: Reading) => void;
  onNotReading: (readId: number) => void;
}): Follower {
  const { lease, clock, log, onReading, onNotReading } = options;
  const { jobId } = lease;
  let { isReplaying } = options;
  let client: HolderConnection | undefined;
  let position = 0;
  let retryMs = RECONNECT_MS_MIN;
  let hasSaidNewer = false;
  let lastFault: string | undefined;
  let end: End | undefined;
  let owed: { position: number; text: string } | undefined;
  const stopping = new AbortController();
  const { promise: untilEnd, resolve: foundEnd } = Promise.withResolvers<undefined>();

  async function follow(fromPosition: number): Promise<End | undefined> {
    position = fromPosition;
    while (!stopping.signal.aborted) {
      // There is nothing behind the end, while a holder whose disk is full keeps it, and its clients, for minutes.
      const closed = await Promise.race([followOnce(), untilEnd]);
      if (end !== undefined) return end;
      end = endOfClosed(closed, clock);
      if (end !== undefined) return end;
      if (closed?.reason === "stale") throw new LeaseLost(lease);
      if (closed?.reason === "failed") sayFault(closed.message);
      await pause(retryMs);
      retryMs = Math.min(retryMs * 2, RECONNECT_MS_MAX);
    }
    return undefined;
  }

  /** Ends at once when it is told to stop. */
  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  /** @returns why the connection ended; undefined when the holder lives and could not be reached. */
  async function followOnce(): Promise<Closed | undefined> {
    const connection = await connect({
      epoch: lease.epoch,
      fromPosition: position,
      onRecord: take,
      onReading,
      onNotReading,
      onJournalError: (fault) => log.error("job: the journal cannot be written", { jobId, ...fault }),
    });
    if (connection === undefined || "reason" in connection) return connection;
    client = connection;
    // Told meanwhile, when there was nothing to close yet.
    if (stopping.signal.aborted) client.close();
    else {
      lookForPresent();
      options.onConnected();
    }
    const closed = await client.closed;
    client = undefined;
    return closed;
  }

  async function connect(to: ConnectOptions): Promise<HolderConnection | Closed | undefined> {
    try {
      return await connectHolder(options.dataDir, String(jobId), to);
    } catch (error) {
      if (error instanceof HolderMissing) return { reason: "dead" };
      if (error instanceof HolderNewer) leaveToNewer(error);
      else log.warn("job: the holder could not be reached", { jobId, error });
      return undefined;
    }
  }

  function leaveToNewer({ version }: HolderNewer): void {
    retryMs = RECONNECT_NEWER_MS;
    if (hasSaidNewer) return;
    hasSaidNewer = true;
    log.error(
      "job: its holder is of a newer version than this worker, which leaves it alone: start the newer worker and stop this one",
      { jobId, holderVersion: version, knownVersion: PROTOCOL_VERSION },
    );
  }

  /** Each once: what cannot be understood is sent again with every connection. */
  function sayFault(message: string): void {
    if (message === lastFault) return;
    lastFault = message;
    log.error("job: it cannot be followed as it should, and scap is not touched by that", { jobId, message });
  }

  async function take(record: HolderRecord): Promise<void> {
    // First: were the connection to break meanwhile, the next one would bring the record again.
    position = record.next;
    try {
      await options.onRecord(record);
    } catch (cause) {
      position = record.position;
      throw cause;
    }
    retryMs = RECONNECT_MS_MIN;
    lookForPresent();
    if (record.kind === "exit") {
      end = endOfExit(record, clock);
      foundEnd(undefined);
    }
    await options.whenRoom();
  }

  /** Everything up to where the journal ended when this worker came has been read: from now on it is the present. */
  function lookForPresent(): void {
    const endPosition = client?.attached?.endPosition;
    if (!isReplaying || endPosition === undefined || position < endPosition) return;
    isReplaying = false;
    options.onCaughtUp();
  }

  async function type(order: Parameters<Typist>[0]): Promise<TypeResult | "unknown"> {
    while (!stopping.signal.aborted) {
      try {
        if (client !== undefined) {
          const { result } = await client.type(order);
          return result;
        }
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
      }
      if (end !== undefined) return end.outcome === "holder_lost" ? "unknown" : "not_reading";
      await sleep(RECONNECT_MS_MIN);
    }
    throw new LeaseLost(lease);
  }

  /** All of one place together: the holder takes one reply for each. */
  function reply(text: string, position: number): void {
    if (owed?.position === position) {
      if (owed.text.length + text.length <= REPLY_LENGTH_MAX) owed.text += text;
      return;
    }
    owed = { position, text };
    const order = owed;
    queueMicrotask(() => {
      if (owed === order) owed = undefined;
      client?.reply(order);
    });
  }

  return {
    follow,
    type,
    reply,
    get client() {
      return client;
    },
    stop() {
      stopping.abort();
      client?.close();
    },
  };
}

function endOfExit(record: Extract<HolderRecord, { kind: "exit" }>, clock: DatabaseClock): End {
  const { exitCode, signal, failure } = record.exit;
  const at = clock.at(record.at);
  if (failure !== null) return { outcome: "spawn_failed", detail: failure, at };
  return { exitCode, exitSignal: signal === 0 ? null : signal, at };
}

/** What a connection that ended without an exit record says of the job; undefined when it is to be made again. */
function endOfClosed(closed: Closed | undefined, clock: DatabaseClock): End | undefined {
  switch (closed?.reason) {
    case "removed":
      return {
        outcome: "holder_lost",
        detail: `scap ended ${howOf(closed.exit)}, but the journal of what it printed was removed, as is done when the database has everything. What the database has now is older than that.`,
        at: clock.at(closed.endedAt),
      };
    case "ended":
    case "dead":
      return {
        outcome: "holder_lost",
        detail: "The process that held the terminal is gone, and what became of scap is unknown.",
      };
    case "stale":
    case "lost":
    case "failed":
    case "closed":
    case undefined:
      return undefined;
  }
}

function howOf({ exitCode, signal, failure }: ExitRecord): string {
  if (failure !== null) return `without having been started (${failure})`;
  return signal === null || signal === 0 ? `with exit code ${exitCode}` : `by signal ${signal}`;
}
