"use client";
import Link from "next/link";
import { isTerminal } from "#lib/domain/job.ts";
import { useOverview } from "../../hooks/use-overview.tsx";
import { jobWords } from "../../lib/words.ts";
import { Status } from "./status.tsx";

/** Which job keeps each lane: whoever wants to deploy looks here first. */
export function LaneNotes() {
  const { overview } = useOverview();
  return overview.lanes.map(({ name, heldBy }) => {
    const holder = overview.jobs.find((job) => job.id === heldBy);
    if (heldBy === null) return <Status key={name} tone="success" text={`${name} is free`} />;
    const isWaiting = holder?.state === "waiting";
    const isStuck = holder !== undefined && isTerminal(holder.state);
    return (
      <Status
        key={name}
        tone={isStuck ? "error" : isWaiting ? "warning" : "progressive"}
        isLive={holder?.state === "running"}
        text={
          <>
            {name}: <Link href={`/jobs/${heldBy}`}>job {heldBy}</Link>{" "}
            {holder === undefined ? "runs" : jobWords(holder).label.toLowerCase()}
          </>
        }
      />
    );
  });
}
