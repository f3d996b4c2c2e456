"use client";
import Link from "next/link";
import { DEFAULT_LANE } from "#lib/domain/job.ts";
import { useLanes } from "../../client/use-lanes.ts";
import { useStartObstacle } from "../../client/use-start-obstacle.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { freezeOf, startDelay } from "../../text/start-text.ts";
import styles from "./idle-notice.module.css";

/** As the form queues it. */
const DEPLOYMENT = { kind: "backport", lane: DEFAULT_LANE, hosts: null, failedStarts: [] };

/** Shown when no job is live, with the reason if a new deployment could not start immediately. */
export function IdleNotice() {
  const { health } = useOverview().overview;
  const lanes = useLanes();
  const obstacle = useStartObstacle(DEPLOYMENT);
  const heldBy = lanes.find(({ name }) => name === DEFAULT_LANE)?.heldBy ?? null;
  return (
    <p className={styles.idle}>
      No deployment is running.{" "}
      {heldBy === null ? (
        startDelay({ isFrozen: freezeOf(lanes, DEFAULT_LANE) !== undefined, health, obstacle })
      ) : (
        <>
          New deployments wait until the lane held by <Link href={`/jobs/${heldBy}`}>job {heldBy}</Link> is
          released.
        </>
      )}
    </p>
  );
}
