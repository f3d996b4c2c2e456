// Schedules the checks whether the command waits for input.
//
// The first check is 1 ms after the last output. While nothing happens the interval grows, and the checks never use
// more than about half a percent of a core.

const FIRST_QUIET_MS = 1;
const QUIET_MS = [FIRST_QUIET_MS, 4, 20, 100, 250, 500];
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
  /** Checks in a row that did not find the open read; undefined while none is open. */
  misses(): number | undefined;
};

export type CheckSchedule = {
  /** Called for each piece of output. Cheap. */
  noteOutput(): void;
  checkNow(): void;
  checkNext(): void;
  /** An earlier check that is scheduled already stays. */
  checkWithin(delayMs: number): void;
  stop(): void;
};

export function createCheckSchedule(checked: Checked): CheckSchedule {
  const timer = createEarliestTimer(onTimer);
  let quietSteps = 0;
  let lastOutputAt = 0;
  let lastCheckAt = 0;
  let lastCheckMs = 0;
  timer.within(FIRST_QUIET_MS);

  function onTimer(): void {
    if (checked.isConfirming()) return;
    // The timer was set at the first of many pieces of output: wait until there is no more, but not indefinitely.
    const now = performance.now();
    const quietMs = now - lastOutputAt;
    const isRecent = now - lastCheckAt < Math.max(CHECK_AT_LEAST_MS, lastCheckMs * BUSY_COST_FACTOR);
    if (quietMs < FIRST_QUIET_MS - 0.5 && isRecent) {
      timer.within(FIRST_QUIET_MS - quietMs);
      return;
    }
    checked.check(quietMs);
    lastCheckAt = performance.now();
    lastCheckMs = lastCheckAt - now;
    if (!checked.isConfirming()) checkNext();
  }

  function checkNext(): void {
    timer.within(nextDelayMs());
  }

  function nextDelayMs(): number {
    const misses = checked.misses();
    // Frequent checks do not help a reader that gets no processor time.
    if (misses !== undefined) return misses === 0 || misses > MISSES_MAX ? OPEN_CHECK_MS : MISSED_CHECK_MS;
    quietSteps = Math.min(quietSteps + 1, QUIET_MS.length - 1);
    const step = QUIET_MS[quietSteps] ?? 0;
    return quietSteps < QUIET_MS.length - 1 ? step : Math.max(step, lastCheckMs * COST_FACTOR);
  }

  return {
    noteOutput() {
      lastOutputAt = performance.now();
      quietSteps = 0;
      if (!checked.isConfirming()) timer.within(FIRST_QUIET_MS);
    },
    checkNow() {
      quietSteps = 0;
      timer.within(0);
    },
    checkNext,
    checkWithin: (delayMs) => timer.within(delayMs),
    stop: () => timer.stop(),
  };
}

/** A timer that is only ever moved to an earlier time. */
function createEarliestTimer(onDue: () => void) {
  let timer: NodeJS.Timeout | undefined;
  /** In ms of `performance.now()`. */
  let timerAt = Number.POSITIVE_INFINITY;
  let isStopped = false;

  function fire(): void {
    timerAt = Number.POSITIVE_INFINITY;
    onDue();
  }

  return {
    within(delayMs: number): void {
      const dueAt = performance.now() + delayMs;
      if (isStopped || dueAt >= timerAt) return;
      clearTimeout(timer);
      timerAt = dueAt;
      timer = setTimeout(fire, Math.max(delayMs, 1));
    },
    stop(): void {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
