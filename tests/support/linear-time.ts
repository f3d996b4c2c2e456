// Whether the time of something grows with the length of its input, and not with the square of it. Asserts a ratio of
// processor times of this thread, never a time: it holds on a slow and on a busy machine.
import assert from "node:assert/strict";

const LENGTH = 16_000;
/** The input becomes this many times as long. Linear: 4 times the time; quadratic: 16 times. */
const FACTOR = 4;
const RATIO_MAX = 9;
/** Short runs are repeated until they take this long together: less cannot be measured. */
const BATCH_US = 2000;
/** One clean measurement suffices: nothing quadratic is ever linear by chance. */
const TRIES = 8;

/**
 * @param make an input of about this many characters.
 * @throws AssertionError when four times the input takes more than nine times as long.
 */
export function assertLinear<Input>(
  name: string,
  make: (length: number) => Input,
  run: (input: Input) => unknown,
): void {
  const [short, long] = [make(LENGTH), make(LENGTH * FACTOR)];
  let count = 1;
  let best = Infinity;
  for (let attempt = 0; attempt < TRIES && best > RATIO_MAX; attempt += 1) {
    // Again in every attempt: what was compiled meanwhile is faster.
    while (timeOf(short, run, count) < BATCH_US) count *= 2;
    best = Math.min(best, timeOf(long, run, count) / timeOf(short, run, count));
  }
  assert.ok(
    best <= RATIO_MAX,
    `${name}: ${FACTOR} times ${LENGTH} characters take ${best.toFixed(1)} times as long`,
  );
}

/** In microseconds. */
function timeOf<Input>(input: Input, run: (input: Input) => unknown, count: number): number {
  const before = process.threadCpuUsage();
  for (let done = 0; done < count; done += 1) run(input);
  const { user, system } = process.threadCpuUsage(before);
  return Math.max(1, user + system);
}
