/**
 * The one way a test waits: for a condition, with a bound, and with a name for what did not come.
 */
import { setTimeout as sleep } from "node:timers/promises";

/** Ends a hang and promises nothing: a machine that is ten times slower, and busy, must not meet it. */
const BOUND_MS = 60_000;

type Falsy = false | 0 | "" | null | undefined;

/** Resolves with the first truthy value of `condition`; throws "waited N s for <what>" when the bound is over. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  { boundMs = BOUND_MS, everyMs = 10 }: { boundMs?: number; everyMs?: number } = {},
): Promise<Exclude<T, Falsy>> {
  const end = performance.now() + boundMs;
  for (;;) {
    const value = await condition();
    if (isTruthy(value)) return value;
    if (performance.now() >= end) throw new Error(`waited ${boundMs / 1000} s for ${what}`);
    await sleep(everyMs);
  }
}

function isTruthy<T>(value: T): value is Exclude<T, Falsy> {
  return Boolean(value);
}
