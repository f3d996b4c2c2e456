// Work that was started and is not awaited where it was started. A failure is reported once and is never an unhandled rejection.
import { LeaseLost } from "#lib/db/runs.ts";

export type Tasks = {
  /** Never rejects. */
  run(work: Promise<unknown>): Promise<void>;
  /** Resolves when everything that was started so far is finished. */
  settled(): Promise<void>;
  /** Failures are no longer reported. */
  stop(): void;
};

/** @param onError not called for a lost lease: the worker that has the job does the work. */
export function createTasks(onError: (cause: unknown) => void): Tasks {
  const running = new Set<Promise<unknown>>();
  let isStopped = false;

  return {
    async run(work) {
      running.add(work);
      try {
        await work;
      } catch (error) {
        if (!isStopped && !(error instanceof LeaseLost)) onError(error);
      } finally {
        running.delete(work);
      }
    },
    async settled() {
      await Promise.allSettled(running);
    },
    stop() {
      isStopped = true;
    },
  };
}
