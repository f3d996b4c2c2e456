// The one way a figure waits for what it does not time itself.
import { setTimeout as sleep } from "node:timers/promises";

/** Resolves with the first value that is not undefined or false. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  { boundMs = 30_000, everyMs = 10 } = {},
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + boundMs;
  for (;;) {
    const value = await look();
    if (isThere(value)) return value;
    if (performance.now() >= end) throw new Error(`waited ${boundMs / 1000} s for ${what}`);
    await sleep(everyMs);
  }
}

function isThere<T>(value: T): value is Exclude<T, undefined | false> {
  return value !== undefined && value !== false;
}
