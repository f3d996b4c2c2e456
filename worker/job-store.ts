// The single writer of a job's rows. All writes of the worker about a job go through it in order, one transaction at a time. While the
// database is unreachable it retries: nothing is dropped, because the holder's journal keeps what is not stored yet, and the worker
// stops reading the journal at a limit.
import type { Database, Transaction } from "#lib/db/connection.ts";
import type { NewTail, StoredOutput } from "#lib/db/output.ts";
import { type Lease, LeaseLost } from "#lib/db/runs.ts";
import type { Log } from "#lib/log.ts";
import type { Progress } from "#lib/contract/job.ts";
import { createBatchWriter, type Operation } from "./batch-writer.ts";
import { createPendingOutput, type OutputPiece, type PendingOutput } from "./pending-output.ts";
import { createPause } from "./pause.ts";

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

export type JobStoreOptions = {
  db: Database;
  lease: Lease;
  stored: StoredOutput;
  log: Log;
  /** The current end of the log; undefined while stored output is replayed. */
  tail: () => NewTail | undefined;
  /** Called once, when nothing more can be written: another worker has the job, or the database rejects its output. */
  onError: (cause: unknown) => void;
};

export function createJobStore(options: JobStoreOptions): JobStore {
  const pending = createPendingOutput(options.stored);
  const room = createRoom(() => pending.bytes <= PENDING_BYTES_MAX);
  const loop = createLoop(options, pending, () => room.make());

  return {
    addOutput(piece) {
      if (loop.isAbandoned()) return;
      // Questions end without a newline. So do progress bars, which can wait as well.
      if (piece.raw.at(-1) !== NEWLINE && pending.isEmpty) loop.expectQuestion();
      const waitedAsRedraw = !pending.isEmpty && pending.isRedraw;
      pending.add(piece);
      if (waitedAsRedraw && !piece.isRedraw) loop.wake();
      loop.start();
    },
    setProgress(next) {
      pending.setProgress(next);
      loop.start();
    },
    setStatus(next) {
      pending.setStatus(next);
      loop.start();
    },
    touchTail() {
      pending.touchTail();
      loop.start();
    },
    run: loop.run,
    expectQuestion: loop.expectQuestion,
    get isFull() {
      return pending.bytes > PENDING_BYTES_MAX;
    },
    whenRoom: () => (loop.isAbandoned() ? Promise.resolve() : room.wait()),
    flush: () => loop.run(async () => undefined),
    abandon: loop.abandon,
  };
}

/** Stores what is pending, one transaction after the other, until nothing is left. */
function createLoop(options: JobStoreOptions, pending: PendingOutput, makeRoom: () => void) {
  const operations: Operation[] = [];
  const pause = createPause();
  let isRunning = false;
  let isAbandoned = false;
  let lastStoreAt = 0;
  let questionBy = 0;
  const writer = createBatchWriter({
    ...options,
    pending,
    makeRoom,
    pause: pause.wait,
    isAbandoned: () => isAbandoned,
    giveUp,
  });

  async function loop(): Promise<void> {
    while (!isAbandoned && (!pending.isEmpty || operations.length > 0)) {
      const storeAt = Math.max(
        lastStoreAt + (pending.isRedraw ? REDRAW_EVERY_MS : STORE_EVERY_MS),
        questionBy,
      );
      const waitMs = operations.length > 0 ? 0 : storeAt - performance.now();
      if (waitMs > 0) {
        await pause.wait(waitMs);
        continue;
      }
      lastStoreAt = performance.now();
      await writer.write(operations);
    }
    isRunning = false;
  }

  function giveUp(cause: unknown): void {
    const isFirst = !isAbandoned;
    abandon();
    if (isFirst) options.onError(cause);
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

  function abandon(): void {
    isAbandoned = true;
    pause.end();
    makeRoom();
    for (const operation of operations.splice(0)) operation.fail(new LeaseLost(options.lease));
  }

  function run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (isAbandoned) return Promise.reject(new LeaseLost(options.lease));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    operations.push({ work, done: (value) => resolve(value as T), fail: reject });
    pause.end();
    start();
    return promise;
  }

  function expectQuestion(): void {
    questionBy = performance.now() + QUESTION_WAIT_MS;
  }

  return { start, run, abandon, expectQuestion, wake: () => pause.end(), isAbandoned: () => isAbandoned };
}

function createRoom(hasRoom: () => boolean) {
  const waiting: (() => void)[] = [];
  return {
    wait: () => (hasRoom() ? Promise.resolve() : new Promise<void>((resolve) => void waiting.push(resolve))),
    make(): void {
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}
