// Writes the pending output of a job, and one operation with it, in one transaction. While the database is unreachable the
// transaction is retried; what is stored then decides whether an attempt whose result is unknown was committed.
import { type Database, isUnreachable, transaction, type Transaction } from "#lib/db/connection.ts";
import {
  findOutputState,
  type NewTail,
  type OutputState,
  StoredOutputMissing,
  storeOutput,
} from "#lib/db/output.ts";
import { holdLease, type Lease, LeaseLost } from "#lib/db/runs.ts";
import type { Log } from "#lib/log.ts";
import type { OutputBatch, PendingOutput } from "./pending-output.ts";

const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2000;

/** A write of another part of the worker, in the same transaction as the output before it. */
export type Operation = {
  work: (tx: Transaction) => Promise<unknown>;
  done: (value: unknown) => void;
  fail: (cause: unknown) => void;
};

type Options = {
  db: Database;
  lease: Lease;
  stored: OutputState;
  log: Log;
  pending: PendingOutput;
  tail: () => NewTail | undefined;
  /** Called when the pending output was taken. */
  makeRoom: () => void;
  pause: (ms: number) => Promise<void>;
  isAbandoned: () => boolean;
  /** Nothing more can be written. */
  giveUp: (cause: unknown) => void;
};

export function createBatchWriter(options: Options) {
  const { db, lease, pending, isAbandoned, giveUp } = options;
  let { stored } = options;

  /** Stores all pending output and the first operation. */
  async function write(operations: Operation[]): Promise<void> {
    let tail: NewTail | undefined;
    try {
      // First, because it may find progress in the line of the cursor.
      tail = options.tail();
    } catch (cause) {
      return giveUp(cause);
    }
    const batch = pending.take();
    options.makeRoom();
    await writeBatch(batch, tail, operations.shift());
  }

  async function writeBatch(
    batch: OutputBatch,
    tail: NewTail | undefined,
    operation: Operation | undefined,
  ): Promise<void> {
    const firstSeq = stored.seq;
    try {
      const result = await retryTransaction(options, recheckStored, async (tx) => {
        const isStored = batch.chunks.length > 0 && stored.seq > firstSeq;
        const after = await advance(tx, isStored ? undefined : batch, tail);
        return { after, value: await operation?.work(tx) };
      });
      stored = result.after;
      operation?.done(result.value);
    } catch (cause) {
      operation?.fail(cause);
      const isOver = cause instanceof LeaseLost || cause instanceof StoredOutputMissing || isAbandoned();
      if (operation === undefined || isOver) giveUp(cause);
      // A rejected operation does not affect output, which becomes pending again, unless an earlier attempt with an unknown
      // result has stored it.
      else if (stored.seq === firstSeq) pending.putBack(batch);
    }
  }

  /** Either statement locks the row of the job under this worker's lease, before the operation writes anything. */
  async function advance(
    tx: Transaction,
    batch: OutputBatch | undefined,
    tail: NewTail | undefined,
  ): Promise<OutputState> {
    if (batch === undefined || batch.isEmpty) {
      await holdLease(tx, lease);
      return stored;
    }
    const output = tail !== undefined && batch.isTailNew ? { ...batch, tail } : undefined;
    return storeOutput(tx, lease, stored, { ...batch, output });
  }

  /** A connection may break after the commit and before its confirmation. */
  async function recheckStored(): Promise<void> {
    const found = await findOutputState(db, lease.jobId);
    if (found.seq < stored.seq) throw new StoredOutputMissing();
    stored = found;
  }

  return { write };
}

/** @param recheck called before each attempt but the first: it is unknown whether the previous one was committed. */
async function retryTransaction<T>(
  { db, lease, log, pause, isAbandoned }: Options,
  recheck: () => Promise<void>,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  let retryMs = RETRY_MS_MIN;
  let mustRecheck = false;
  for (;;) {
    try {
      if (mustRecheck) await recheck();
      return await transaction(db, work);
    } catch (cause) {
      if (!isUnreachable(cause) || isAbandoned()) throw cause;
      log.warn("job store: the database is unreachable or overloaded, will retry", {
        jobId: lease.jobId,
        retryMs,
        error: cause,
      });
      mustRecheck = true;
      await pause(retryMs);
      if (isAbandoned()) throw cause;
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    }
  }
}
