// Converts times of this host to the clock of the database. Rows compare what this host observed (output, a question, an end) with
// times of the database itself (starts, answers). Without the correction, a host whose clock is hours off would record answers before
// their questions, and the expiry of questions would be wrong.
//
// Not replaced by the database's `now()`: if the database was unreachable, a record is stored long after it was made.
import type { Log } from "#lib/log.ts";

/** Smaller differences are ignored: they cannot be distinguished from a slow connection. */
const TOLERANCE_MS = 1000;

export type DatabaseClock = {
  /** The database's time at a moment of this host's clock. */
  at(localMs: number): Date;
  now(): Date;
  /** @param now what the database returned for a request that was sent and received at these local times */
  compare(now: Date, sentMs: number, receivedMs: number): void;
};

export function createDatabaseClock(log: Log, localNow: () => number = Date.now): DatabaseClock {
  let correctionMs = 0;
  const at = (localMs: number) => new Date(Math.round(localMs + correctionMs));
  return {
    at,
    now: () => at(localNow()),
    compare(now, sentMs, receivedMs) {
      const uncertainMs = Math.abs(receivedMs - sentMs) / 2;
      const measuredMs = now.getTime() - (sentMs + receivedMs) / 2;
      if (Math.abs(measuredMs - correctionMs) <= TOLERANCE_MS + uncertainMs) return;
      correctionMs = Math.abs(measuredMs) <= TOLERANCE_MS ? 0 : measuredMs;
      const aheadSeconds = Math.round(-measuredMs / 1000);
      log.warn("worker: the clock of this host differs from that of the database; times are corrected", {
        aheadSeconds,
      });
    },
  };
}
