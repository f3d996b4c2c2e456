// The server's clock as this tab knows it, for the deadline of requests (lib/web/request-deadline.ts). It is learned when
// the page is rendered, and then from heartbeats. Both take a moment to arrive, so it is never ahead: at worst a request is
// refused a little early and sent again. The clock of this machine is not used.

let known: { ms: number; at: number } | undefined;

/** @param at when the server's clock was at `ms`, or a little later, by `performance.now()`. */
export function setServerTime(ms: number, at = performance.now()): void {
  known = { ms, at };
}

/** Milliseconds since 1970; undefined before the server was heard. */
export function serverTime(): number | undefined {
  return known === undefined ? undefined : known.ms + (performance.now() - known.at);
}
