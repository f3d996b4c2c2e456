"use client";
import Link from "next/link";
import { isTerminal, type Outcome as JobOutcome } from "#lib/domain/job.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Job } from "#lib/contract/job.ts";
import { jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { useLanes } from "../../client/use-lanes.ts";
import { useStartObstacle } from "../../client/use-start-obstacle.ts";
import { usePermission } from "../../client/use-session.tsx";
import { useOverview } from "../../client/use-overview.tsx";
import { lineHash } from "../log/line-range.ts";
import { outcomeText } from "../../text/outcome-text.ts";
import { questionSummary } from "#lib/domain/question-text.ts";
import { freezeOf, nextStart, startBehind } from "../../text/start-text.ts";
import { EXPIRY_LABELS, jobLabel, OUTCOME_LABELS, STATE_LABELS, type Tone } from "../../text/labels.ts";
import { HeldJob } from "./held-job.tsx";
import { isRevertible, RevertJob } from "../revert/revert-job.tsx";
import { LaneRelease } from "./lane-release.tsx";
import { Clock } from "../../ui/time.tsx";
import { Notice, type NoticeTone } from "../../ui/notice.tsx";
import styles from "./outcome.module.css";

const NOTICE_OF_TONE: Record<Tone, NoticeTone> = {
  neutral: "notice",
  progressive: "notice",
  warning: "warning",
  success: "success",
  error: "error",
};

/** How the job ended and what that means. For a queued job: what blocks it. */
export function Outcome({ job, isConnected }: { job: Job; isConnected: boolean }) {
  if (job.state === "queued") return <Queued job={job} isConnected={isConnected} />;
  if (!isTerminal(job.state) || job.outcome === null) return null;
  return <Ended job={job} outcome={job.outcome} isConnected={isConnected} />;
}

type EndedProps = { job: Job; outcome: JobOutcome; isConnected: boolean };

function Ended({ job, outcome, isConnected }: EndedProps) {
  const { label } = jobLabel(job);
  const canRevert = usePermission("revert_job");
  const tone = toneOf(job, outcome);
  const { sentences, quote } = outcomeText(job);
  const focusTarget = useFocusTarget<HTMLDivElement>(jobFocusTarget(job.id));
  const hasError = tone !== "success" && job.errorLine !== null && job.outputRemovedAt === null;
  return (
    <Notice tone={NOTICE_OF_TONE[tone]} focusTarget={focusTarget}>
      <p>
        <strong>{label}.</strong>{" "}
        {job.declaredLost === null ? sentences.join(" ") : <DeclaredLost job={job} by={job.declaredLost} />}
      </p>
      {(quote !== null || hasError) && (
        <p className={styles.reason}>
          {quote !== null && (
            <span className={styles.quote}>
              {outcome === "unclear" ? "Last output" : "scap"}: <q>{visibleText(quote)}</q>
            </span>
          )}{" "}
          {hasError && (
            <a href={lineHash({ from: job.errorLine ?? 1, to: job.errorLine ?? 1 })}>
              Show first error in log
            </a>
          )}
        </p>
      )}
      {isOffered(outcome) && isRevertible(job) && canRevert && (
        <div className={styles.revert}>
          <RevertJob job={job} weight="primary" />
        </div>
      )}
      <FoundRunning job={job} />
      <ExpiredQuestion job={job} />
      {job.state === "lost" && <LaneRelease job={job} isConnected={isConnected} />}
    </Notice>
  );
}

/** After these, scap asks for a fix or a revert; the header has the button otherwise. */
export function isOffered(outcome: JobOutcome | null): boolean {
  return outcome === "rolled_back" || outcome === "rollback_failed";
}

/** A declined deployment that leaves the change on servers is a warning. */
function toneOf({ reached }: Job, outcome: JobOutcome): Tone {
  const isOnServers = reached !== "nowhere" && reached !== "merged";
  return outcome === "declined" && isOnServers ? "warning" : OUTCOME_LABELS[outcome].tone;
}

/** Who declared the job lost, and why. */
function DeclaredLost({ job, by }: { job: Job; by: NonNullable<Job["declaredLost"]> }) {
  const stop = /[.!?]$/.test(by.note) ? "" : ".";
  return (
    <>
      {job.host} stopped responding, and {by.by} declared the job lost at <Clock at={by.at} />: “{by.note}”
      {stop} The result is unknown. Check the servers before you deploy again.
    </>
  );
}

function FoundRunning({ job: { foundRunning } }: { job: Job }) {
  if (foundRunning === null) return null;
  return (
    <p>
      <strong>
        scap was still running on {foundRunning.host} (process {foundRunning.pid}) at{" "}
        <Clock at={foundRunning.at} />.
      </strong>{" "}
      SpiderPig no longer controls it or stores its output. Make sure that it has ended before the lane is
      released.
    </p>
  );
}

/** A question expired, but the signal of the policy did not end the job, so that the outcome does not mention it. */
function ExpiredQuestion({ job }: { job: Job }) {
  const cause = job.signals.findLast(({ expiredInteractionId }) => expiredInteractionId !== null);
  const expired = job.interactions.find(({ id }) => id === cause?.expiredInteractionId);
  if (cause === undefined || expired?.expiryAction == null || job.decidedBy?.user === "policy") return null;
  return (
    <p>
      “{questionSummary(expired)}” was not answered in time. {EXPIRY_LABELS[expired.expiryAction].was} by
      policy at <Clock at={cause.requestedAt} />.
    </p>
  );
}

function Queued({ job, isConnected }: { job: Job; isConnected: boolean }) {
  const { blockedBy, queuePosition } = job;
  const { health } = useOverview().overview;
  const isFrozen = freezeOf(useLanes(), job.lane) !== undefined;
  const obstacle = useStartObstacle(job);
  const focusTarget = useFocusTarget<HTMLDivElement>(jobFocusTarget(job.id));
  if (job.held !== null) {
    return (
      <Notice tone="warning" focusTarget={focusTarget}>
        <HeldJob job={job} held={job.held} isConnected={isConnected} />
      </Notice>
    );
  }
  return (
    <Notice
      tone={blockedBy === null && obstacle !== undefined ? "warning" : "notice"}
      focusTarget={focusTarget}
    >
      {blockedBy === null ? (
        nextStart({ isFrozen, health, obstacle })
      ) : (
        <>
          {queuePosition === null ? "Queued" : `Position ${queuePosition} in the queue`}, behind{" "}
          <Link href={`/jobs/${blockedBy.id}`}>job {blockedBy.id}</Link> by {blockedBy.requestedBy} (
          {STATE_LABELS[blockedBy.state].label.toLowerCase()}). {startBehind({ isFrozen })}
        </>
      )}
    </Notice>
  );
}
