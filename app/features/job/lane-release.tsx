"use client";
import type { Job } from "#lib/contract/job.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { usePermission } from "../../client/use-session.tsx";
import { laneEndpoints } from "#lib/contract/lane.ts";
import { call } from "../../client/api.ts";
import { ActionWithNote } from "./action-with-note.tsx";

/** A lost job keeps its lane until somebody has looked at the servers and says what was found there. */
export function LaneRelease({ job, isConnected }: { job: Job; isConnected: boolean }) {
  const { lanes } = useOverview().overview;
  const canRelease = usePermission("release_lane");
  if (!lanes.some((lane) => lane.heldBy === job.id)) return null;
  if (!canRelease) return <p>Nothing else starts in the lane {job.lane} until an admin frees it.</p>;
  return (
    <>
      <p>Nothing else starts in the lane {job.lane} until it is freed.</p>
      <ActionWithNote
        action="Free the lane"
        title={`Free the lane ${job.lane}?`}
        found="What was found on the servers"
        send={(note, onSlow) =>
          call(laneEndpoints.releaseLane, { params: { id: job.id }, body: { note }, onSlow })
        }
        isConnected={isConnected}
      >
        <p>
          The next job in the queue starts at once. Make sure first that scap of job {job.id} does not run any
          more, and that the servers run what they should.
        </p>
      </ActionWithNote>
    </>
  );
}
