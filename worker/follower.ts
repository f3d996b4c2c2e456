// Follows the holder of a job: connects, and reconnects whenever the connection breaks, until the journal has the end of the job or
// certainly never will. Orders to type wait here for a connection.
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
} from "../holder/protocol/messages.ts";
import type { Typist } from "./question-effects.ts";

const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 2000;
/** A holder does not change its version, but a person may correct `holder.json`. */
const RECONNECT_NEWER_MS = 5000;

export type Follower = {
  /**
   * Passes on every record after this position, in order and each once.
   * @returns how the job ended; undefined when `stop` was called before.
   * @throws LeaseLost when the holder knows of a newer lease.
   */
  follow(fromPosition: number): Promise<End | undefined>;
  /** Retried with the same id while the holder is unreachable, so that nothing is typed twice. */
  type: Typist;
  /** The terminal's reply to a query in the output that ends at this position; lost while the holder is unreachable. */
  reply(text: string, position: number): void;
  /** undefined while the holder is unreachable. */
  readonly client: HolderConnection | undefined;
  stop(): void;
};

export type FollowerOptions = {
  dataDir: string;
  lease: Lease;
  clock: DatabaseClock;
  log: Log;
  /** The journal begins with records that an earlier worker has processed; `onCaughtUp` is called after them. */
  isReplaying: boolean;
  onConnected: () => void;
  onCaughtUp: () => void;
  /** Called for each record, in order, and awaited before the next one. If it rejects, the record is repeated. */
  onRecord: (record: HolderRecord) => Promise<void>;
  /** Awaited before the next record. */
  whenRoom: () => Promise<void>;
  onReading: (fact: Reading) => void;
  onNotReading: (readId: number) => void;
};

export function createFollower(options: FollowerOptions): Follower {
  const { lease } = options;
  const stopping = new AbortController();
  let client: HolderConnection | undefined;
  const records = createRecordReader(options, () => client?.attached?.endPosition);
  const connector = createConnector(options, records);
  let retryMs = RECONNECT_MS_MIN;

  async function follow(fromPosition: number): Promise<End | undefined> {
    records.startAt(fromPosition);
    while (!stopping.signal.aborted) {
      // Nothing follows the exit record, but a holder whose disk is full keeps the connection open for minutes.
      const closed = await Promise.race([followOnce(), records.untilEnd]);
      const end = records.end() ?? endOfClosed(closed, options.clock);
      if (end !== undefined) return records.endAs(end);
      if (closed?.reason === "stale") throw new LeaseLost(lease);
      if (closed?.reason === "failed") connector.logOnce(closed.message);
      await pause(retryMs);
      retryMs = Math.min(retryMs * 2, RECONNECT_MS_MAX);
    }
    return undefined;
  }

  /** Ends early when `stop` is called. */
  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  /** @returns why the connection ended; undefined when the holder lives and is unreachable. */
  async function followOnce(): Promise<Closed | undefined> {
    const connection = await connector.connect(() => (retryMs = RECONNECT_MS_MIN));
    if (connection === "newer") retryMs = RECONNECT_NEWER_MS;
    if (connection === undefined || connection === "newer") return undefined;
    if ("reason" in connection) return connection;
    client = connection;
    // `stop` may have been called before there was a connection to close.
    if (stopping.signal.aborted) {
      client.close();
    } else {
      records.checkCaughtUp();
      options.onConnected();
    }
    const closed = await client.closed;
    client = undefined;
    return closed;
  }

  return {
    follow,
    type: createTypist({
      lease,
      client: () => client,
      end: records.end,
      isStopping: () => stopping.signal.aborted,
    }),
    reply: createReplies(() => client),
    get client() {
      return client;
    },
    stop() {
      stopping.abort();
      client?.close();
    },
  };
}

type RecordReader = ReturnType<typeof createRecordReader>;

/** @param endPosition where the journal ended when this worker connected */
function createRecordReader(options: FollowerOptions, endPosition: () => number | undefined) {
  let { isReplaying } = options;
  let position = 0;
  let end: End | undefined;
  const { promise: untilEnd, resolve: foundEnd } = Promise.withResolvers<undefined>();

  async function take(record: HolderRecord, onProcessed: () => void): Promise<void> {
    // Before the record is processed: if the connection breaks meanwhile, the next one must not send the record again.
    position = record.next;
    try {
      await options.onRecord(record);
    } catch (cause) {
      position = record.position;
      throw cause;
    }
    onProcessed();
    checkCaughtUp();
    if (record.kind === "exit") {
      end = endOfExit(record, options.clock);
      foundEnd(undefined);
    }
    await options.whenRoom();
  }

  /** Checks whether everything that the journal contained when this worker connected has been read. */
  function checkCaughtUp(): void {
    const endsAt = endPosition();
    if (!isReplaying || endsAt === undefined || position < endsAt) return;
    isReplaying = false;
    options.onCaughtUp();
  }

  return {
    take,
    checkCaughtUp,
    startAt: (from: number) => void (position = from),
    position: () => position,
    end: () => end,
    endAs: (found: End) => (end = found),
    untilEnd,
  };
}

function createConnector({ dataDir, lease, log, ...options }: FollowerOptions, records: RecordReader) {
  const { jobId } = lease;
  let hasLoggedNewer = false;
  let lastError: string | undefined;

  /** @returns "newer" when only a newer worker can follow the holder; undefined when the holder is unreachable for now. */
  async function connect(onProcessed: () => void): Promise<HolderConnection | Closed | "newer" | undefined> {
    const to: ConnectOptions = {
      epoch: lease.epoch,
      fromPosition: records.position(),
      onRecord: (record) => records.take(record, onProcessed),
      onReading: options.onReading,
      onNotReading: options.onNotReading,
      onJournalError: (error) => log.error("job: the holder cannot write the journal", { jobId, ...error }),
    };
    try {
      return await connectHolder(dataDir, String(jobId), to);
    } catch (error) {
      if (error instanceof HolderMissing) return { reason: "dead" };
      if (error instanceof HolderNewer) return reportNewer(error);
      log.warn("job: the holder is unreachable", { jobId, error });
      return undefined;
    }
  }

  function reportNewer({ version }: HolderNewer): "newer" {
    if (!hasLoggedNewer) {
      hasLoggedNewer = true;
      log.error(
        "job: the holder is of a newer version than this worker and is left alone: start the newer worker and stop this one",
        { jobId, holderVersion: version, knownVersion: PROTOCOL_VERSION },
      );
    }
    return "newer";
  }

  /** Each message once: an invalid record is sent again with every connection. */
  function logOnce(message: string): void {
    if (message === lastError) return;
    lastError = message;
    log.error("job: cannot be followed for now; scap is not affected", { jobId, message });
  }

  return { connect, logOnce };
}

function createTypist(follower: {
  lease: Lease;
  client: () => HolderConnection | undefined;
  end: () => End | undefined;
  isStopping: () => boolean;
}): Typist {
  return async (order) => {
    while (!follower.isStopping()) {
      try {
        const client = follower.client();
        if (client !== undefined) return (await client.type(order)).result;
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
      }
      const end = follower.end();
      if (end !== undefined) return end.outcome === "holder_lost" ? "unknown" : "not_reading";
      await sleep(RECONNECT_MS_MIN);
    }
    throw new LeaseLost(follower.lease);
  };
}

/** All replies for one position are sent together: the holder accepts one per position. */
function createReplies(client: () => HolderConnection | undefined): Follower["reply"] {
  let pending: { position: number; text: string } | undefined;

  return (text, position) => {
    if (pending?.position === position) {
      if (pending.text.length + text.length <= REPLY_LENGTH_MAX) pending.text += text;
      return;
    }
    const order = { position, text };
    pending = order;
    queueMicrotask(() => {
      if (pending === order) pending = undefined;
      client()?.reply(order);
    });
  };
}

function endOfExit(record: Extract<HolderRecord, { kind: "exit" }>, clock: DatabaseClock): End {
  const { exitCode, signal, failure } = record.exit;
  const at = clock.at(record.at);
  if (failure !== null) return { outcome: "spawn_failed", detail: failure, at };
  return { exitCode, exitSignal: signal === 0 ? null : signal, at };
}

/** How the job ended, if a connection ended without an exit record; undefined when the follower must reconnect. */
function endOfClosed(closed: Closed | undefined, clock: DatabaseClock): End | undefined {
  switch (closed?.reason) {
    case "removed":
      return {
        outcome: "holder_lost",
        detail: `scap ended ${howOf(closed.exit)}, but its journal was removed after the database had everything, and the database was restored to an earlier state since.`,
        at: clock.at(closed.endedAt),
      };
    case "ended":
    case "dead":
      return {
        outcome: "holder_lost",
        detail: "The holder of the terminal is gone, and how scap ended is unknown.",
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
