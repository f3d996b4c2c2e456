/**
 * The one way a test waits: for a condition, with a timeout, and with a name for what did not happen.
 */
import { setTimeout as sleep } from "node:timers/promises";

/** Only to end a hang: a busy machine that is ten times slower must not reach it. */
const BOUND_MS = 60_000;

type Falsy = false | 0 | "" | null | undefined;

/** Resolves with the first truthy value of `condition`; throws "waited N s for <what>" after the timeout. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  { timeoutMs = BOUND_MS, everyMs = 10 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Exclude<T, Falsy>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (isTruthy(value)) return value;
    if (performance.now() >= end) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
    await sleep(everyMs);
  }
}

function isTruthy<T>(value: T): value is Exclude<T, Falsy> {
  return Boolean(value);
}
