// The time of day as the database has it. What this host observed (output, a question, an end) is compared in rows with
// what the database dates itself (starts, answers), by people, by SQL and by the policy on questions. A host whose clock
// is hours off must not tell of answers that came before their question; so its times are corrected before they are stored.
//
// Not replaced by the database's `now()`: a record may be stored long after it was made, when the database was away.
import type { Log } from "#lib/log.ts";

/** Clocks that agree better than this are left alone: their difference can hardly be told from a slow connection. */
const AGREE_MS = 1000;

export type DatabaseClock = {
  /** The database's time at a moment of this host's clock. */
  at(localMs: number): Date;
  now(): Date;
  /** The database said `now` at some moment between the two. */
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
      if (Math.abs(measuredMs - correctionMs) <= AGREE_MS + uncertainMs) return;
      correctionMs = Math.abs(measuredMs) <= AGREE_MS ? 0 : measuredMs;
      const aheadSeconds = Math.round(-measuredMs / 1000);
      log.warn("worker: the clock of this host and the database's differ; times are told by the database's", {
        aheadSeconds,
      });
    },
  };
}
