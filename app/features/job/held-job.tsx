"use client";
import type { Job } from "#lib/contract/job.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { usePermission } from "../../client/use-session.tsx";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Clock } from "../../ui/time.tsx";

type HeldJobProps = { job: Job; held: NonNullable<Job["held"]>; isConnected: boolean };

/** Why a queued job does not start, and the button with which an admin releases it. */
export function HeldJob({ job, held, isConnected }: HeldJobProps) {
  const canRelease = usePermission("release_held_job");
  const release = useAction(async (_, onSlow) => {
    await call("POST /api/jobs/{id}/hold-release", { params: { id: job.id }, onSlow });
  });
  return (
    <>
      <p>
        <strong>
          Held since <Clock at={held.at} />.
        </strong>{" "}
        {held.reason} The job starts only if an admin releases it.
      </p>
      {canRelease && (
        <div>
          <Button disabled={!isConnected || release.isRunning} onClick={() => release.run()}>
            Release job {job.id}
          </Button>
        </div>
      )}
      {release.problem !== undefined && <ProblemNotice problem={release.problem} />}
    </>
  );
}
