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

/** The state of the lane and the job that holds it. With several lanes a summary, because lanes come and go. */
export function LaneStatus() {
  const { jobs } = useOverview().overview;
  const [lane, ...others] = useLanes().filter(
    ({ name, heldBy, freeze }) =>
      heldBy !== null || freeze !== null || jobs.some((job) => job.lane === name && job.state === "queued"),
  );
  if (lane === undefined || others.length > 0) return <Summary jobs={jobs} />;
  const { name, heldBy, freeze } = lane;
  if (heldBy === null) {
    return (
      <Status
        tone={freeze === null ? "success" : "warning"}
        text={freeze === null ? `${name}: idle` : `${name}: frozen`}
      />
    );
  }
  const holder = jobs.find((job) => job.id === heldBy);
  return <HeldLane name={name} isFrozen={freeze !== null} jobId={heldBy} holder={holder} />;
}

type HeldLaneProps = { name: string; isFrozen: boolean; jobId: number; holder: JobSummary | undefined };

function HeldLane({ name, isFrozen, jobId, holder }: HeldLaneProps) {
  const question = holder?.pendingInteraction;
  return (
    <Status
      tone={holder === undefined ? "progressive" : toneOf(holder.state)}
      isLive={holder?.state === "running"}
      text={
        <>
          <span className={styles.name}>{name}: </span>
          <Link href={`/jobs/${jobId}`}>job {jobId}</Link>{" "}
          {question != null ? (
            // Short, because the header is narrow.
            <>
              waiting <MinutesSince since={question.askedAt} fallback={null} />
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
  const frozen = useLanes().filter(({ freeze }) => freeze !== null).length;
  // Short, because the header is narrow.
  const rest = [
    ...(running === 0
      ? []
      : [waiting.length === 0 ? plural(running, "job running", "jobs running") : `${running} running`]),
    ...(frozen === 0 ? [] : [plural(frozen, "lane frozen", "lanes frozen")]),
  ].join(", ");
  if (waiting.length === 0) {
    return rest === "" ? (
      <Status tone="success" text="All lanes idle" />
    ) : (
      <Status tone={running === 0 ? "warning" : "progressive"} text={rest} isLive={running > 0} />
    );
  }
  const text = (
    <>
      <WaitingJobs jobs={waiting} />
      {rest !== "" && `, ${rest}`}
    </>
  );
  return <Status tone="warning" text={text} />;
}
