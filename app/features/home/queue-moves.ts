// Where a queued job can be moved with the buttons of its row: past the job before or after it in its lane. Pure.
import type { QueuedJob } from "../../client/overview-state.ts";

export type Moves = {
  up: { jobId: number; before: number } | undefined;
  down: { jobId: number; before: number | null } | undefined;
};

/** @param isComplete false if the lane has queued jobs that are not shown: the last one shown has an unknown next one. */
export function queueMoves(queued: readonly QueuedJob[], jobId: number, isComplete: boolean): Moves {
  const lane = queued.find(({ job }) => job.id === jobId)?.job.lane;
  const ids = queued
    .filter(({ job, position }) => job.lane === lane && position !== undefined)
    .map(({ job }) => job.id);
  const index = ids.indexOf(jobId);
  const previous = ids[index - 1];
  const isLast = index === ids.length - 1;
  if (index === -1) return { up: undefined, down: undefined };
  const afterNext = ids[index + 2];
  const isTargetKnown = afterNext !== undefined || isComplete;
  return {
    up: previous === undefined ? undefined : { jobId, before: previous },
    down: isLast || !isTargetKnown ? undefined : { jobId, before: afterNext ?? null },
  };
}
