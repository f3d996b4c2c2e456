// Waits for a condition that is not itself measured.
import { setTimeout as sleep } from "node:timers/promises";

/** Resolves with the first value that is not undefined or false. */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
  { timeoutMs = 30_000, everyMs = 10 } = {},
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (isPresent(value)) return value;
    if (performance.now() >= end) {
      throw new Error(`timed out after ${timeoutMs / 1000} s waiting for ${what}`);
    }
    await sleep(everyMs);
  }
}

function isPresent<T>(value: T): value is Exclude<T, undefined | false> {
  return value !== undefined && value !== false;
}
