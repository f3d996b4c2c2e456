// Measures how the run time of a function grows with its input. Compares ratios, because a machine may be slow, and takes
// the fastest of several short runs, because other programs use the processor too.
import assert from "node:assert/strict";

/** Long enough to exceed measurement noise, short enough that a busy machine seldom interrupts it. */
const MEASURABLE_MS = 0.25;
/** If an input of this length takes less than MEASURABLE_MS, its cost is negligible. */
const LENGTH_MAX = 1 << 16;
/** Few runs prove most functions linear; more of them decide where another program used the processor meanwhile. */
const RUNS = [2, 5, 9, 9, 9, 9, 9, 9, 9];
/** Four times the input takes four times the time if the work is linear, and sixteen times if it is quadratic. */
const STEP = 4;
const RATIO_MAX = 9;

/** @param make returns a worst-case input of about this length. */
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
  // Measures a second step if the first one is steep: input that no longer fits into a cache costs more once, not at each
  // step.
  for (const runs of RUNS) {
    for (const from of [length, length * STEP]) {
      const ratio = bestOf(runs, make(from * STEP), work) / bestOf(runs, make(from), work);
      if (ratio <= RATIO_MAX) return;
      ratios.push(Math.round(ratio));
    }
  }
  assert.fail(
    `${what}: ${STEP} times the input takes ${ratios.join(", ")} times as long, starting at ${length} characters`,
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
