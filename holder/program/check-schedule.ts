// Schedules the checks whether the command waits for input.
//
// The first check is 1 ms after the last output. While nothing happens the interval grows, and the checks never use
// more than about half a percent of a core.

const QUIET_MS = [1, 4, 20, 100, 250, 500];
/** A command that never stops printing is checked as well: another process of its group may ask a question meanwhile. */
const CHECK_AT_LEAST_MS = 2;
/** Such checks use a few percent of a core at most, while the output itself takes far more. */
const BUSY_COST_FACTOR = 25;
export const OPEN_CHECK_MS = 100;
const MISSED_CHECK_MS = 5;
/** After so many misses in a row a read counts as over. */
export const MISSES_MAX = 3;
/** A check that takes c ms is not repeated within 150 c ms, so that a job with hundreds of processes does not load the machine. */
export const COST_FACTOR = 150;

export type Checked = {
  /** @param quietMs since the last output */
  check(quietMs: number): void;
  /** A check has found a candidate, and its confirmation schedules the next check. */
  isConfirming(): boolean;
  /** Checks in a row that did not find the open read; null while none is open. */
  misses(): number | null;
};

export class CheckSchedule {
  readonly #checked: Checked;
  #timer: NodeJS.Timeout | null = null;
  /** When the timer is due, in ms of `performance.now()`. */
  #dueAt = Number.POSITIVE_INFINITY;
  #quietSteps = 0;
  #lastOutputAt = 0;
  #lastCheckAt = 0;
  #lastCheckMs = 0;
  #stopped = false;

  constructor(checked: Checked) {
    this.#checked = checked;
    this.checkWithin(QUIET_MS[0] ?? 0);
  }

  /** Called for each piece of output. Cheap. */
  noteOutput(): void {
    this.#lastOutputAt = performance.now();
    this.#quietSteps = 0;
    if (!this.#checked.isConfirming()) {
      this.checkWithin(QUIET_MS[0] ?? 0);
    }
  }

  checkNow(): void {
    this.#quietSteps = 0;
    this.checkWithin(0);
  }

  checkNext(): void {
    this.checkWithin(this.#nextDelayMs());
  }

  /** An earlier check that is scheduled already stays. */
  checkWithin(delayMs: number): void {
    const dueAt = performance.now() + delayMs;
    if (this.#stopped || dueAt >= this.#dueAt) {
      return;
    }
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
    this.#dueAt = dueAt;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#dueAt = Number.POSITIVE_INFINITY;
        this.#onTimer();
      },
      Math.max(delayMs, 1),
    );
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
  }

  #onTimer(): void {
    if (this.#checked.isConfirming() || this.#stopped) {
      return;
    }
    // The timer was set at the first of many pieces of output: wait until there is no more, but not indefinitely.
    const now = performance.now();
    const quietMs = now - this.#lastOutputAt;
    const firstQuietMs = QUIET_MS[0] ?? 0;
    if (
      quietMs < firstQuietMs - 0.5 &&
      now - this.#lastCheckAt < Math.max(CHECK_AT_LEAST_MS, this.#lastCheckMs * BUSY_COST_FACTOR)
    ) {
      this.checkWithin(firstQuietMs - quietMs);
      return;
    }
    this.#checked.check(quietMs);
    this.#lastCheckAt = performance.now();
    this.#lastCheckMs = this.#lastCheckAt - now;
    if (!this.#checked.isConfirming()) {
      this.checkNext();
    }
  }

  #nextDelayMs(): number {
    const misses = this.#checked.misses();
    if (misses !== null) {
      // Frequent checks do not help a reader that gets no processor time.
      return misses === 0 || misses > MISSES_MAX ? OPEN_CHECK_MS : MISSED_CHECK_MS;
    }
    this.#quietSteps = Math.min(this.#quietSteps + 1, QUIET_MS.length - 1);
    const step = QUIET_MS[this.#quietSteps] ?? 0;
    return this.#quietSteps < QUIET_MS.length - 1 ? step : Math.max(step, this.#lastCheckMs * COST_FACTOR);
  }
}
