"use client";
import Link from "next/link";
import { DEFAULT_LANE } from "#lib/domain/job.ts";
import { useOverview } from "../../client/use-overview.tsx";
import styles from "./idle-notice.module.css";

/** Shown when no job is live, with the reason if a new deployment could not start immediately. */
export function IdleNotice() {
  const { lanes, health } = useOverview().overview;
  const lane = lanes.find(({ name }) => name === DEFAULT_LANE);
  return (
    <p className={styles.idle}>
      No deployment is running.{" "}
      {lane !== undefined && lane.heldBy !== null ? (
        <>
          New deployments wait until the lane held by{" "}
          <Link href={`/jobs/${lane.heldBy}`}>job {lane.heldBy}</Link> is released.
        </>
      ) : lane !== undefined && lane.freeze !== null ? (
        "New deployments are blocked until the freeze ends."
      ) : health?.workers === 0 ? (
        "New deployments wait until a worker connects."
      ) : null}
    </p>
  );
}
