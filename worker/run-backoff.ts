// Exponential backoff for jobs whose run failed, so that a run that always fails is not retried in a tight loop.

const DELAY_MS_MIN = 1000;
const DELAY_MS_MAX = 60_000;

export type RunBackoff = {
  failed(jobId: number): void;
  succeeded(jobId: number): void;
  /** Jobs that must not be retried yet. */
  delayedJobs(): number[];
};

export function createRunBackoff(now: () => number = () => performance.now()): RunBackoff {
  const delays = new Map<number, { delayMs: number; until: number }>();
  return {
    failed(jobId) {
      const previousMs = delays.get(jobId)?.delayMs ?? DELAY_MS_MIN / 2;
      const delayMs = Math.min(previousMs * 2, DELAY_MS_MAX);
      delays.set(jobId, { delayMs, until: now() + delayMs });
    },
    succeeded: (jobId) => void delays.delete(jobId),
    delayedJobs: () => [...delays].filter(([, { until }]) => until > now()).map(([jobId]) => jobId),
  };
}
