"use client";
// Keeps the jobs of a list current without moving them: an open job changes in its place, and jobs that were created since
// are only counted, because a list that grows by itself moves what a person is about to press.
import type { JobSummary } from "#lib/contract/job.ts";
import { useOverview } from "../../client/use-overview.tsx";

export function useCurrentJobs(listed: readonly JobSummary[]): {
  jobs: readonly JobSummary[];
  newerCount: number;
} {
  const { overview } = useOverview();
  const pushed = new Map(overview.jobs.map((job) => [job.id, job]));
  const newest = listed[0]?.id ?? 0;
  return {
    jobs: listed.map((job) => pushed.get(job.id) ?? job),
    newerCount: overview.jobs.filter(({ id }) => id > newest).length,
  };
}
