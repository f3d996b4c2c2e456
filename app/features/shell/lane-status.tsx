"use client";
import Link from "next/link";
import { isTerminal, type JobState } from "#lib/domain/job.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { plural } from "../../text/format.ts";
import { jobLabel, type Tone } from "../../text/labels.ts";
import { MinutesSince } from "../../ui/time.tsx";
import { Status } from "./status.tsx";
import styles from "./lane-status.module.css";

/** More lanes than these are summed up: the header is one line. */
const LANES_SHOWN_MAX = 2;

/** Which job keeps each lane: whoever wants to deploy looks here first. */
export function LaneStatus() {
  const { jobs, lanes } = useOverview().overview;
  if (lanes.length > LANES_SHOWN_MAX) return <Summary jobs={jobs} />;
  return lanes.map(({ name, heldBy, freeze }) =>
    heldBy === null ? (
      <Status
        key={name}
        tone={freeze === null ? "success" : "warning"}
        text={freeze === null ? `${name} is free` : `${name} is frozen`}
      />
    ) : (
      <HeldLane
        key={name}
        name={name}
        isOnly={lanes.length === 1}
        jobId={heldBy}
        holder={jobs.find((job) => job.id === heldBy)}
      />
    ),
  );
}

type HeldLaneProps = {
  name: string;
  /** Then a phone need not name it. */
  isOnly: boolean;
  jobId: number;
  holder: JobSummary | undefined;
};

function HeldLane({ name, isOnly, jobId, holder }: HeldLaneProps) {
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
            // As short as it can be: on a phone the header is narrow.
            <>
              waits <MinutesSince since={question.askedAt} words="for an answer" />
            </>
          ) : holder === undefined ? (
            "runs"
          ) : (
            jobLabel(holder).label.toLowerCase()
          )}
        </>
      }
    />
  );
}

/** A job that has ended and still keeps its lane was lost: somebody has to look. */
function toneOf(state: JobState): Tone {
  if (isTerminal(state)) return "error";
  return state === "waiting" ? "warning" : "progressive";
}

function Summary({ jobs }: { jobs: readonly JobSummary[] }) {
  const waiting = jobs.filter((job) => job.state === "waiting").length;
  const running = jobs.filter((job) => job.state === "running").length;
  return (
    <>
      {waiting > 0 && <Status tone="warning" text={plural(waiting, "job waits", "jobs wait")} />}
      {running > 0 && <Status tone="progressive" text={plural(running, "job runs", "jobs run")} isLive />}
      {waiting + running === 0 && <Status tone="success" text="All lanes are free" />}
    </>
  );
}
