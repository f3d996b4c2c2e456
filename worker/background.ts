// What a worker repeats in the background. Work that fails is logged and runs again at its next interval.
import { isUnreachable } from "#lib/db/connection.ts";
import type { Log } from "#lib/log.ts";

export type Background = {
  /** Skips an interval while the previous run is not finished. */
  every(ms: number, work: () => Promise<void>): void;
  /** Does nothing after `stop`. Never rejects. */
  run(work: () => Promise<void>): Promise<void>;
  stop(): void;
  readonly isStopped: boolean;
};

export function createBackground(log: Log): Background {
  const timers = new Set<NodeJS.Timeout>();
  let isStopped = false;

  async function run(work: () => Promise<void>): Promise<void> {
    if (isStopped) return;
    try {
      await work();
    } catch (error) {
      // Interrupted by the shutdown; the next worker does it.
      if (isStopped) return;
      if (isUnreachable(error)) log.warn("worker: the database is unreachable or overloaded", { error });
      else log.error("worker: background work failed", { error });
    }
  }

  return {
    run,
    every(ms, work) {
      let isBusy = false;
      const timer = setInterval(() => {
        if (isBusy) return;
        isBusy = true;
        void run(work).finally(() => {
          isBusy = false;
        });
      }, ms);
      timers.add(timer);
    },
    stop() {
      isStopped = true;
      for (const timer of timers) clearInterval(timer);
    },
    get isStopped() {
      return isStopped;
    },
  };
}
