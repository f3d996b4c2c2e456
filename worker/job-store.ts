// The single writer of a job's rows. All writes of the worker about a job go through it in order, one transaction at a time. While the
// database is unreachable it retries: nothing is dropped, because the holder's journal keeps what is not stored yet, and the worker
// stops reading the journal at a limit.
import { type Database, isUnreachable, transaction, type Transaction } from "#lib/db/connection.ts";
import {
  findOutputState,
  type NewTail,
  StoredOutputMissing,
  type OutputState,
  type StoredOutput,
  storeOutput,
} from "#lib/db/output.ts";
import { holdLease, type Lease, LeaseLost } from "#lib/db/runs.ts";
import type { Log } from "#lib/log.ts";
import type { Progress } from "#lib/contract/job.ts";
import { createPendingOutput, type OutputPiece } from "./pending-output.ts";

/** Minimum interval between two stores of output; a burst within it becomes one chunk. */
const STORE_EVERY_MS = 15;
/** The same for redraws of the screen: a spinner turns as fast as its program can print. */
const REDRAW_EVERY_MS = 100;
/** How long output waits for a question that may belong to it: detection takes one to three milliseconds. */
const QUESTION_WAIT_MS = 5;
/**
 * Limit of pending output; above it the reader waits. While it is stored, as much again is read. A larger limit needs fewer
 * transactions, but blocks the thread for other jobs while the statement is sent.
 */
const PENDING_BYTES_MAX = 1024 * 1024;
const NEWLINE = 0x0a;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2000;

export type JobStore = {
  /** Adds output; stored soon. */
  addOutput(piece: OutputPiece): void;
  setProgress(progress: Progress | null): void;
  setStatus(status: string | null): void;
  /** The end of the log changed without output. */
  touchTail(): void;
  /** Runs `work` after everything added so far is stored. Retried until the database has committed or rejected it. */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * A question may follow. Output waits for it a moment, so that both are stored together: otherwise the question would wait until
   * the output is stored.
   */
  expectQuestion(): void;
  readonly isFull: boolean;
  /** Resolves when there is room for more output. */
  whenRoom(): Promise<void>;
  /** Resolves when everything added so far is stored. */
  flush(): Promise<void>;
  /** Nothing is written after this. */
  abandon(): void;
};

type Operation = {
  work: (tx: Transaction) => Promise<unknown>;
  done: (value: unknown) => void;
  fail: (cause: unknown) => void;
};

export function createJobStore(options: {
  db: Database;
  lease: Lease;
  stored: StoredOutput;
  log: Log;
  /** The current end of the log; undefined while stored output is replayed. */
  tail: () => NewTail | undefined;
  /** Called once, when nothing more can be written: another worker has the job, or the database rejects its output. */
  onError: (cause: unknown) => void;
}): JobStore {
  const { db, lease, log } = options;
  let stored: OutputState = options.stored;
  const pending = createPendingOutput(options.stored);
  const operations: Operation[] = [];
  let isRunning = false;
  let isAbandoned = false;
  let lastStoreAt = 0;
  let questionBy = 0;
  let wake: (() => void) | undefined;
  const waitingForRoom: (() => void)[] = [];

  async function loop(): Promise<void> {
    while (!isAbandoned && (!pending.isEmpty || operations.length > 0)) {
      const storeAt = Math.max(
        lastStoreAt + (pending.isRedraw ? REDRAW_EVERY_MS : STORE_EVERY_MS),
        questionBy,
      );
      const waitMs = operations.length > 0 ? 0 : storeAt - performance.now();
      if (waitMs > 0) {
        await pause(waitMs);
        continue;
      }
      lastStoreAt = performance.now();
      await storeOnce();
    }
    isRunning = false;
  }

  /** Stores all pending output, and the first operation with it in the same transaction. */
  async function storeOnce(): Promise<void> {
    let tail: NewTail | undefined;
    try {
      // First, because it may find progress in the line of the cursor.
      tail = options.tail();
    } catch (cause) {
      return giveUp(cause);
    }
    const batch = pending.take();
    makeRoom();
    const operation = operations.shift();
    const firstSeq = stored.seq;
    try {
      const result = await retryTransaction(async (tx) => {
        const known = stored;
        const isStored = batch.chunks.length > 0 && known.seq > firstSeq;
        const output = tail !== undefined && batch.isTailNew ? { ...batch, tail } : undefined;
        // Either locks the row of the job under this worker's lease, before the operation writes anything.
        let after = known;
        if (batch.isEmpty || isStored) await holdLease(tx, lease);
        else after = await storeOutput(tx, lease, known, { ...batch, output });
        return { after, value: await operation?.work(tx) };
      });
      stored = result.after;
      operation?.done(result.value);
    } catch (cause) {
      const isOver = cause instanceof LeaseLost || cause instanceof StoredOutputMissing || isAbandoned;
      // A rejected operation does not affect output, which becomes pending again, unless an earlier attempt with an unknown
      // result has stored it.
      if (operation !== undefined && !isOver) {
        if (stored.seq === firstSeq) pending.putBack(batch);
        operation.fail(cause);
        return;
      }
      operation?.fail(cause);
      giveUp(cause);
    }
  }

  function giveUp(cause: unknown): void {
    const isFirst = !isAbandoned;
    abandon();
    if (isFirst) options.onError(cause);
  }

  async function retryTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    let retryMs = RETRY_MS_MIN;
    let mustRecheck = false;
    for (;;) {
      try {
        // A connection may break after the commit and before its confirmation, so what is stored decides.
        if (mustRecheck) {
          const found = await findOutputState(db, lease.jobId);
          if (found.seq < stored.seq) throw new StoredOutputMissing();
          stored = found;
        }
        return await transaction(db, work);
      } catch (cause) {
        if (!isUnreachable(cause) || isAbandoned) throw cause;
        log.warn("job store: the database is unreachable or overloaded, will retry", {
          jobId: lease.jobId,
          retryMs,
          error: cause,
        });
        mustRecheck = true;
        await pause(retryMs);
        if (isAbandoned) throw cause;
        retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
      }
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(finish, ms);
      wake = finish;
      function finish() {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      }
    });
  }

  /**
   * In a microtask: the parts of one record are added synchronously and share the position to resume from, so they must be
   * stored together.
   */
  function start(): void {
    if (isRunning || isAbandoned) return;
    isRunning = true;
    queueMicrotask(() => void loop());
  }

  function makeRoom(): void {
    for (const resolve of waitingForRoom.splice(0)) resolve();
  }

  function expectQuestion(): void {
    questionBy = performance.now() + QUESTION_WAIT_MS;
  }

  function abandon(): void {
    isAbandoned = true;
    wake?.();
    makeRoom();
    for (const operation of operations.splice(0)) operation.fail(new LeaseLost(lease));
  }

  function run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (isAbandoned) return Promise.reject(new LeaseLost(lease));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    operations.push({ work, done: (value) => resolve(value as T), fail: reject });
    wake?.();
    start();
    return promise;
  }

  return {
    addOutput(piece) {
      if (isAbandoned) return;
      // Questions end without a newline. So do progress bars, which can wait as well.
      if (piece.raw.at(-1) !== NEWLINE && pending.isEmpty) expectQuestion();
      const waitedAsRedraw = !pending.isEmpty && pending.isRedraw;
      pending.add(piece);
      if (waitedAsRedraw && !piece.isRedraw) wake?.();
      start();
    },
    setProgress(next) {
      pending.setProgress(next);
      start();
    },
    setStatus(next) {
      pending.setStatus(next);
      start();
    },
    touchTail() {
      pending.touchTail();
      start();
    },
    run,
    expectQuestion,
    get isFull() {
      return pending.bytes > PENDING_BYTES_MAX;
    },
    whenRoom: () =>
      isAbandoned || pending.bytes <= PENDING_BYTES_MAX
        ? Promise.resolve()
        : new Promise((resolve) => waitingForRoom.push(resolve)),
    flush: () => run(async () => undefined),
    abandon,
  };
}
