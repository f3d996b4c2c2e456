// The order of live jobs on the home page. A job keeps its position for as long as it is live, although its questions come
// and go: sorted by state, a job would move with each answer, and so would everything below it.
import type { JobSummary } from "#lib/contract/job.ts";

/** @param order the ids as they were shown last. New jobs are appended in the order of `jobs`. */
export function stableOrder(order: readonly number[], jobs: readonly JobSummary[]): readonly JobSummary[] {
  const known = order.flatMap((id) => jobs.find((job) => job.id === id) ?? []);
  return [...known, ...jobs.filter((job) => !order.includes(job.id))];
}
