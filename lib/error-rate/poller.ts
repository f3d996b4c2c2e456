// Reads the error source at intervals and stores what it says. Every web process runs this; a claim in the database lets one of
// them read (lib/db/error-rates.ts). A failure is stored as well, so that the pages say since when the source is unreachable.
import type { Database } from "../db/connection.ts";
import { claimReading, recordFailedReading, storeReading } from "../db/error-rates.ts";
import {
  errorsPerMinute,
  ERROR_WINDOW_MINUTES,
  MINUTE_MS,
  normaliseBuckets,
  startOfMinute,
} from "../domain/error-rate.ts";
import type { ErrorSettings } from "../error-settings.ts";
import type { Log } from "../log.ts";
import { createOpenSearch } from "./opensearch.ts";
import { createPrometheus } from "./prometheus.ts";
import { type ErrorSource, ErrorSourceFailure } from "./source.ts";

/** While no job runs. */
const IDLE_INTERVAL_MS = MINUTE_MS;
/** Read again each time, because logs arrive late. */
const REPEATED_MINUTES = 2;
/** Read at the first time and after an outage: what the rate before a deployment needs, and more to know old messages. */
const MISSED_MINUTES_MAX = 6 * ERROR_WINDOW_MINUTES;

type ReadingOptions = { db: Database; log: Log; source: ErrorSource; intervalMs: number };

export function createErrorSource(settings: ErrorSettings): ErrorSource {
  const { authorization } = settings;
  return settings.kind === "opensearch"
    ? createOpenSearch({ settings: settings.settings, authorization })
    : createPrometheus({ settings: settings.settings, authorization });
}

export function startErrorPoller(options: ReadingOptions): { stop(): void } {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function poll(): Promise<void> {
    try {
      await readErrors(options);
    } catch (error) {
      options.log.warn("errors: could not store what the error source says", { error });
    }
    // Not all processes at the same moment.
    const waitMs = options.intervalMs * (0.9 + Math.random() / 10);
    if (!isStopped) timer = setTimeout(() => void poll(), waitMs).unref();
  }

  void poll();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** One reading, if no process has read the source within the interval. @throws AppError database_unreachable. */
export async function readErrors({ db, log, source, intervalMs }: ReadingOptions): Promise<void> {
  const claim = await claimReading(db, {
    liveMs: intervalMs,
    idleMs: Math.max(intervalMs, IDLE_INTERVAL_MS),
  });
  if (claim === undefined) return;
  const now = claim.now.getTime();
  const oldest = startOfMinute(now) - MISSED_MINUTES_MAX * MINUTE_MS;
  const known = claim.asOf === null ? oldest : startOfMinute(claim.asOf.getTime());
  const from = Math.min(
    Math.max(known - REPEATED_MINUTES * MINUTE_MS, oldest),
    startOfMinute(now) - REPEATED_MINUTES * MINUTE_MS,
  );
  try {
    const reading = await source.read(from, now);
    const perMinute = errorsPerMinute(reading.minutes, reading.asOf);
    // What was read before stays as it is.
    const minutes = reading.minutes.filter(({ minute }) => minute >= from);
    const buckets = normaliseBuckets(reading.buckets.filter(({ minute }) => minute >= from));
    await storeReading(db, { asOf: reading.asOf, minutes, buckets, from, perMinute });
  } catch (error) {
    if (!(error instanceof ErrorSourceFailure)) throw error;
    log.warn("errors: the error source could not be read", { reason: error.message });
    await recordFailedReading(db, error.message);
  }
}
