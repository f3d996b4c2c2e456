// Runs that failed, and how long their jobs rest before the next try: what fails always must not fail hot.

const REST_MS_MIN = 1000;
const REST_MS_MAX = 60_000;

export type Failures = {
  add(jobId: number): void;
  forget(jobId: number): void;
  /** Jobs that are not to be tried now. */
  resting(): number[];
};

export function createFailures(now: () => number = () => performance.now()): Failures {
  const failed = new Map<number, { restMs: number; until: number }>();
  return {
    add(jobId) {
      const before = failed.get(jobId)?.restMs ?? REST_MS_MIN / 2;
      const restMs = Math.min(before * 2, REST_MS_MAX);
      failed.set(jobId, { restMs, until: now() + restMs });
    },
    forget: (jobId) => void failed.delete(jobId),
    resting: () => [...failed].filter(([, { until }]) => until > now()).map(([jobId]) => jobId),
  };
}
