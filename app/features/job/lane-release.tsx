"use client";
import type { Job } from "#lib/contract/job.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { usePermission } from "../../client/use-session.tsx";
import { call } from "../../client/api.ts";
import { ActionWithNote } from "./action-with-note.tsx";

/** Releases the lane of a lost job. An admin must have checked the servers, and states the findings. */
export function LaneRelease({ job, isConnected }: { job: Job; isConnected: boolean }) {
  const { lanes } = useOverview().overview;
  const canRelease = usePermission("release_lane");
  if (!lanes.some((lane) => lane.heldBy === job.id)) return null;
  if (!canRelease) return <p>Lane {job.lane} is blocked until an admin releases it.</p>;
  return (
    <>
      <p>Lane {job.lane} is blocked until you release it.</p>
      <ActionWithNote
        action="Release lane"
        title={`Release lane ${job.lane}?`}
        noteLabel="State of the servers"
        send={(note, onSlow) =>
          call("POST /api/jobs/{id}/lane-release", { params: { id: job.id }, body: { note }, onSlow })
        }
        isConnected={isConnected}
      >
        <p>
          The next queued job starts immediately. First make sure that scap is no longer running for job{" "}
          {job.id}, and that the servers have the expected versions.
        </p>
      </ActionWithNote>
    </>
  );
}
