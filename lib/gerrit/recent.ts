// Bounds the load on Gerrit: at most a few reads at once, one for all who want the same, and a result is reused for some
// seconds. Several people may watch the same form, and each of their pages asks for every change.

import { concurrencyLimit } from "../domain/concurrency.ts";

export type RecentOptions<Result> = {
  maxAgeMs: number;
  concurrent: number;
  /** Whether a result may be reused; an incomplete one is read again at once. */
  isReusable: (result: Result) => boolean;
};

const ENTRIES_MAX = 500;

/** @returns `read`, bounded. A failed read is not reused. */
export function recentReads<Wanted, Result>(
  read: (wanted: Wanted) => Promise<Result>,
  keyOf: (wanted: Wanted) => string,
  { maxAgeMs, concurrent, isReusable }: RecentOptions<Result>,
): (wanted: Wanted) => Promise<Result> {
  const results = new Map<string, { until: number; result: Promise<Result> }>();
  const limited = concurrencyLimit(concurrent);

  return (wanted) => {
    const key = keyOf(wanted);
    const known = results.get(key);
    if (known !== undefined && performance.now() < known.until) return known.result;
    results.delete(key);
    const oldest = results.keys().next().value;
    if (results.size >= ENTRIES_MAX && oldest !== undefined) results.delete(oldest);
    const result = limited(() => read(wanted));
    // Shared while it is being read; then it ages from the moment it arrived.
    const entry = { until: Infinity, result };
    results.set(key, entry);
    result.then(
      (value) => {
        entry.until = isReusable(value) ? performance.now() + maxAgeMs : 0;
      },
      () => {
        entry.until = 0;
      },
    );
    return result;
  };
}
