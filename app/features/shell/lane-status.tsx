"use client";
import Link from "next/link";
import { isTerminal, type JobState } from "#lib/domain/job.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { useLanes } from "../../client/use-lanes.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { plural } from "../../text/format.ts";
import { jobLabel, type Tone } from "../../text/labels.ts";
import { MinutesSince } from "../../ui/time.tsx";
import { Status } from "./status.tsx";
import { WaitingJobs } from "./waiting-jobs.tsx";
import styles from "./lane-status.module.css";

/** With more lanes the header shows a summary, because it has only one line. */
const LANES_SHOWN_MAX = 2;

/** The state of each lane, and the job that holds it. */
export function LaneStatus() {
  const { jobs } = useOverview().overview;
  const lanes = useLanes();
  if (lanes.length > LANES_SHOWN_MAX) return <Summary jobs={jobs} />;
  return lanes.map(({ name, heldBy, freeze }) =>
    heldBy === null ? (
      <Status
        key={name}
        tone={freeze === null ? "success" : "warning"}
        text={freeze === null ? `${name}: idle` : `${name}: frozen`}
      />
    ) : (
      <HeldLane
        key={name}
        name={name}
        isOnly={lanes.length === 1}
        isFrozen={freeze !== null}
        jobId={heldBy}
        holder={jobs.find((job) => job.id === heldBy)}
      />
    ),
  );
}

type HeldLaneProps = {
  name: string;
  /** The name of the only lane is hidden on phones. */
  isOnly: boolean;
  isFrozen: boolean;
  jobId: number;
  holder: JobSummary | undefined;
};

function HeldLane({ name, isOnly, isFrozen, jobId, holder }: HeldLaneProps) {
  const question = holder?.pendingInteraction;
  return (
    <Status
      tone={holder === undefined ? "progressive" : toneOf(holder.state)}
      isLive={holder?.state === "running"}
      text={
        <>
          <span className={styles.name} data-only={isOnly || undefined}>
            {name}:{" "}
          </span>
          <Link href={`/jobs/${jobId}`}>job {jobId}</Link>{" "}
          {question != null ? (
            // Short, because the header is narrow on phones.
            <>
              waiting <MinutesSince since={question.askedAt} fallback="for input" />
            </>
          ) : holder === undefined ? (
            "running"
          ) : (
            jobLabel(holder).label.toLowerCase()
          )}
          {isFrozen && ", frozen"}
        </>
      }
    />
  );
}

/** A job that has ended and still holds its lane was lost, which needs attention. */
function toneOf(state: JobState): Tone {
  if (isTerminal(state)) return "error";
  return state === "waiting" ? "warning" : "progressive";
}

function Summary({ jobs }: { jobs: readonly JobSummary[] }) {
  const waiting = jobs.filter((job) => job.state === "waiting");
  const running = jobs.filter((job) => job.state === "running").length;
  return (
    <>
      {waiting.length > 0 && <Status tone="warning" text={<WaitingJobs jobs={waiting} />} />}
      {running > 0 && (
        <Status tone="progressive" text={plural(running, "job running", "jobs running")} isLive />
      )}
      {waiting.length + running === 0 && <Status tone="success" text="All lanes idle" />}
    </>
  );
}
