// How the jobs of a worker share its thread. Output is processed in slices. After a few milliseconds of them a job lets
// everything else run; while other jobs live in this worker, one whose output costs more than its share also pauses, so
// that a program that floods its terminal slows its own log and not the questions of another lane.
//
// Nothing is lost by that: the holder journals what the program prints, and the job catches up.
import { setImmediate, setTimeout as sleep } from "node:timers/promises";

/** Work between two turns of the event loop. */
const SLICE_MS = 2;
/** The part of the thread that a job may use for long while there are others. */
const SHARE = 0.25;
/** What a job that was quiet may use at once: an ordinary burst is not slowed. */
const BURST_MS = 50;

export type Pace = { join(): JobPace };

export type JobPace = {
  /** Runs one slice of work. */
  work<T>(slice: () => T): T;
  /** To be awaited before the next slice, when it is not undefined. */
  rest(): Promise<unknown> | undefined;
  leave(): void;
};

type Clock = {
  now: () => number;
  /** Lets the event loop have its turn, or waits. */
  pause: (ms: number) => Promise<unknown>;
};

const CLOCK: Clock = {
  now: () => performance.now(),
  pause: (ms) => (ms === 0 ? setImmediate() : sleep(ms)),
};

export function createPace({ now, pause }: Clock = CLOCK): Pace {
  const members = new Set<object>();

  function join(): JobPace {
    const member = {};
    members.add(member);
    let creditMs = BURST_MS;
    let countedAt = now();
    /** Since the event loop had its turn. */
    let workedMs = 0;

    return {
      work(slice) {
        const begunAt = now();
        try {
          return slice();
        } finally {
          const endedAt = now();
          creditMs = Math.min(BURST_MS, creditMs + (endedAt - countedAt) * SHARE) - (endedAt - begunAt);
          countedAt = endedAt;
          workedMs += endedAt - begunAt;
        }
      },
      rest() {
        if (workedMs < SLICE_MS) return undefined;
        workedMs = 0;
        if (members.size === 1) creditMs = BURST_MS;
        return pause(creditMs < 0 ? -creditMs / SHARE : 0);
      },
      leave: () => void members.delete(member),
    };
  }

  return { join };
}
