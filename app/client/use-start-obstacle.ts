"use client";
import type { JobSummary } from "#lib/contract/job.ts";
import { startObstacle, type StartObstacle } from "#lib/domain/start-obstacle.ts";
import { useOverview } from "./use-overview.tsx";

type NextJob = Pick<JobSummary, "lane" | "kind" | "hosts" | "failedStarts">;

/** Why no host starts this job, although no other job blocks it; undefined if one does. */
export function useStartObstacle(job: NextJob): StartObstacle | undefined {
  const { lanes, hosts } = useOverview().overview;
  const lane = lanes.find(({ name }) => name === job.lane);
  return startObstacle(job, lane?.host ?? null, hosts);
}
