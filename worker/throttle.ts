// Throttles the jobs of a worker, which share its thread. Output is processed in slices. After a few milliseconds a job yields to the
// event loop; while the worker has other jobs, one whose output costs more than its share also pauses. A program that floods its
// terminal then slows down its own log and not the questions of another lane.
//
// No output is lost: the holder journals it, and the job catches up.
import { setImmediate, setTimeout as sleep } from "node:timers/promises";

/** Work between two turns of the event loop. */
const SLICE_MS = 2;
/** The part of the thread that a job may use permanently while there are others. */
const SHARE = 0.25;
/** What a job may use at once after a time without output: an ordinary burst is not slowed down. */
const BURST_MS = 50;

export type Throttle = { join(): JobThrottle };

export type JobThrottle = {
  /** Runs one slice of work. */
  run<T>(slice: () => T): T;
  /** Awaited before the next slice, if not undefined. */
  pause(): Promise<unknown> | undefined;
  leave(): void;
};

type Clock = {
  now: () => number;
  /** Yields to the event loop (0), or waits. */
  wait: (ms: number) => Promise<unknown>;
};

const CLOCK: Clock = {
  now: () => performance.now(),
  wait: (ms) => (ms === 0 ? setImmediate() : sleep(ms)),
};

export function createThrottle({ now, wait }: Clock = CLOCK): Throttle {
  const members = new Set<object>();

  function join(): JobThrottle {
    const member = {};
    members.add(member);
    let creditMs = BURST_MS;
    let countedAt = now();
    /** Since the last yield to the event loop. */
    let workedMs = 0;

    return {
      run(slice) {
        const startedAt = now();
        try {
          return slice();
        } finally {
          const endedAt = now();
          creditMs = Math.min(BURST_MS, creditMs + (endedAt - countedAt) * SHARE) - (endedAt - startedAt);
          countedAt = endedAt;
          workedMs += endedAt - startedAt;
        }
      },
      pause() {
        if (workedMs < SLICE_MS) return undefined;
        workedMs = 0;
        if (members.size === 1) creditMs = BURST_MS;
        return wait(creditMs < 0 ? -creditMs / SHARE : 0);
      },
      leave: () => void members.delete(member),
    };
  }

  return { join };
}
