/**
 * How tests wait: for a condition, with a timeout, and with a description for the error if it is not met.
 */
import { setTimeout as sleep } from "node:timers/promises";

/** Only ends a hang. A whole deployment on a busy machine that is ten times slower must not reach it. */
const TIMEOUT_MS = 180_000;

type Falsy = false | 0 | "" | null | undefined;

/** Resolves with the first truthy value of `condition`; throws "waited N s for <what>" after the timeout. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  { timeoutMs = TIMEOUT_MS, everyMs = 10 }: { timeoutMs?: number; everyMs?: number } = {},
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
