"use client";
import Link from "next/link";
import { isTerminal, type Outcome as JobOutcome } from "#lib/domain/job.ts";
import type { Job, JobSummary } from "#lib/wire/schemas.ts";
import { jobPlace, usePlace } from "../../hooks/use-kept-place.ts";
import { useOverview } from "../../hooks/use-overview.tsx";
import { questionLine } from "../../lib/question-text.ts";
import { EXPIRY_WORDS, OUTCOME_WORDS, STATE_WORDS, type Tone } from "../../lib/words.ts";
import { LaneRelease } from "./lane-release.tsx";
import { Moment } from "../ui/time.tsx";
import { Notice, type NoticeTone } from "../ui/notice.tsx";

const NOTICE_OF_TONE: Record<Tone, NoticeTone> = {
  neutral: "notice",
  progressive: "notice",
  warning: "warning",
  success: "success",
  error: "error",
};

/** How the job ended and what that means; or, in the queue, what it waits for. */
export function Outcome({ job, isConnected }: { job: Job; isConnected: boolean }) {
  if (job.state === "queued") return <Queued job={job} />;
  if (!isTerminal(job.state) || job.outcome === null) return null;
  return <Ended job={job} outcome={job.outcome} isConnected={isConnected} />;
}

type EndedProps = { job: Job; outcome: JobOutcome; isConnected: boolean };

function Ended({ job, outcome, isConnected }: EndedProps) {
  const words = OUTCOME_WORDS[outcome];
  const place = usePlace<HTMLDivElement>(jobPlace(job.id));
  return (
    <Notice tone={NOTICE_OF_TONE[words.tone]} place={place}>
      <p>
        <strong>{words.label}.</strong>{" "}
        {job.declaredLost === null ? (
          sentenceOf(job, outcome)
        ) : (
          <DeclaredLost job={job} by={job.declaredLost} />
        )}{" "}
        {exitWords(job)}
      </p>
      <FoundRunning job={job} />
      <ByPolicy job={job} />
      {job.state === "lost" && <LaneRelease job={job} isConnected={isConnected} />}
    </Notice>
  );
}

/** Nobody is sent to a log that has nothing to read. */
function sentenceOf(job: Job, outcome: JobOutcome): string {
  if (outcome !== "exit_nonzero") return OUTCOME_WORDS[outcome].sentence;
  if (job.totalLines === 0) return "scap ended with an error and printed nothing. Check the servers.";
  return job.outputRemovedAt === null
    ? OUTCOME_WORDS[outcome].sentence
    : "scap ended with an error. What it had deployed until then stayed.";
}

/** Somebody decided it, for a reason: whoever comes next must know both. */
function DeclaredLost({ job, by }: { job: Job; by: NonNullable<Job["declaredLost"]> }) {
  return (
    <>
      Nothing was heard of {job.host}, and {by.by} declared the job lost at <Moment at={by.at} />: “{by.note}”
      {/[.!?]$/.test(by.note) ? "" : "."}
      Nobody saw how scap ended. Check the servers before you deploy again.
    </>
  );
}

function FoundRunning({ job: { foundRunning } }: { job: Job }) {
  if (foundRunning === null) return null;
  return (
    <p>
      <strong>
        scap still ran on {foundRunning.host} (process {foundRunning.pid}) at <Moment at={foundRunning.at} />.
      </strong>{" "}
      Nobody answers it, and what it prints is not stored. Make sure there that it has ended before the lane
      is freed.
    </p>
  );
}

/** Nobody pressed anything: whoever comes back must be told why it ended. */
function ByPolicy({ job }: { job: Job }) {
  const cause = job.signals.findLast(({ expiredInteractionId }) => expiredInteractionId !== null);
  const expired = job.interactions.find(({ id }) => id === cause?.expiredInteractionId);
  if (cause === undefined || expired?.expiryAction == null) return null;
  return (
    <p>
      Nobody had answered “{questionLine(expired.message)}” in time, so by policy{" "}
      {EXPIRY_WORDS[expired.expiryAction].was} at <Moment at={cause.requestedAt} />.
    </p>
  );
}

/** The plain facts beside the words; of an orderly end there is nothing to add. */
function exitWords(job: Pick<JobSummary, "exitCode" | "exitSignal">): string {
  if (job.exitSignal !== null && job.exitSignal !== 0) return `(ended by signal ${job.exitSignal})`;
  if (job.exitCode !== null && job.exitCode !== 0) return `(exit code ${job.exitCode})`;
  return "";
}

function Queued({ job }: { job: Job }) {
  const { blockedBy, queuePosition } = job;
  const { lanes, health } = useOverview().overview;
  const isFrozen = lanes.some((lane) => lane.name === job.lane && lane.freeze !== null);
  const place = usePlace<HTMLDivElement>(jobPlace(job.id));
  const start = isFrozen ? "It starts by itself when the freeze is over." : "It starts by itself.";
  return (
    <Notice tone="notice" place={place}>
      {blockedBy === null ? (
        isFrozen ? (
          start
        ) : health?.workers === 0 ? (
          "No worker is there. It starts as soon as one is back."
        ) : (
          "It starts as soon as a worker takes it."
        )
      ) : (
        <>
          {queuePosition === null ? "In the queue" : `Number ${queuePosition} in the queue`}, behind{" "}
          <Link href={`/jobs/${blockedBy.id}`}>job {blockedBy.id}</Link> of {blockedBy.requestedBy} (
          {STATE_WORDS[blockedBy.state].label.toLowerCase()}). {start}
        </>
      )}
    </Notice>
  );
}
