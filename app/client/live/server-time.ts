// This tab's estimate of the server's clock, for the deadline of requests (lib/web/request-deadline.ts). It comes from the
// rendered page, and then from heartbeats. Because of latency the estimate is never ahead: at worst the server refuses a
// request a little early, and it is sent again. The clock of the browser's machine is not used.

let known: { ms: number; at: number } | undefined;

/** @param at the value of `performance.now()` when the server's clock was at `ms`, or a little later. */
export function setServerTime(ms: number, at = performance.now()): void {
  known = { ms, at };
}

/** Milliseconds since 1970; undefined before the first message from the server. */
export function serverTime(): number | undefined {
  return known === undefined ? undefined : known.ms + (performance.now() - known.at);
}
