// How the time of some work grows with its input. A ratio, because a machine may be slow; of the best of several short runs,
// because other programs use it too.
import assert from "node:assert/strict";

/** Long enough to stand out from noise, short enough that a busy machine seldom interrupts it. */
const MEASURABLE_MS = 0.25;
/** An input as long as this that takes less time takes none. */
const LENGTH_MAX = 1 << 16;
const RUNS = 9;
const TRIES = 8;
/** Four times the input takes four times the time, and sixteen times the time where the work is quadratic. */
const STEP = 4;
const RATIO_MAX = 9;

/** @param make input of about this length, as hostile as can be. */
export function assertLinear<T>(
  what: string,
  make: (length: number) => T,
  work: (input: T) => unknown,
): void {
  let length = 1024;
  while (bestOf(1, make(length), work) < MEASURABLE_MS) {
    length *= 2;
    if (length > LENGTH_MAX) return;
  }
  const ratios: number[] = [];
  // A second step where the first one is steep: what no longer fits into a cache takes more time once, not each time.
  for (let tries = 0; tries < TRIES; tries += 1) {
    for (const from of [length, length * STEP]) {
      const ratio = bestOf(RUNS, make(from * STEP), work) / bestOf(RUNS, make(from), work);
      if (ratio <= RATIO_MAX) return;
      ratios.push(Math.round(ratio));
    }
  }
  assert.fail(
    `${what}: ${STEP} times as much takes ${ratios.join(", ")} times as long, beginning with ${length} characters`,
  );
}

function bestOf<T>(runs: number, input: T, work: (input: T) => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    const begunAt = performance.now();
    work(input);
    best = Math.min(best, performance.now() - begunAt);
  }
  return best;
}
