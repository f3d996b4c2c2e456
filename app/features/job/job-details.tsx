"use client";
import Link from "next/link";
import { isLive, isTerminal } from "#lib/domain/job.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Job } from "#lib/contract/job.ts";
import { estimate, restOnceAnsweredText, restText } from "../../text/estimate.ts";
import { totalWaitMs } from "../../text/waiting-time.ts";
import { formatDuration } from "../../text/format.ts";
import { useNow } from "../../client/use-now.tsx";
import { usePermission, useSession } from "../../client/use-session.tsx";
import { operationPrefix, SIGNAL_LABELS, signalledBy } from "../../text/labels.ts";
import { revertEffect } from "../../text/revert-text.ts";
import { windowHref } from "../../text/page-links.ts";
import { Elapsed, Moment } from "../../ui/time.tsx";
import { TakeOverJob } from "./take-over-job.tsx";
import styles from "./job-details.module.css";

/** Requester, times, host, lane and signals. The duration states how much of it was spent waiting for people. */
export function JobDetails({ job, isConnected }: { job: Job; isConnected: boolean }) {
  const now = useNow();
  const { user } = useSession();
  const canTakeOver =
    usePermission("take_over_job") && !isTerminal(job.state) && job.responsible !== user.name;
  return (
    <dl className={styles.facts}>
      <Operation job={job} />
      <dt>Started by</dt>
      <dd>
        {job.requestedBy}
        {job.retryOf !== null && (
          <>
            {" "}
            (retry of <Link href={`/jobs/${job.retryOf}`}>job {job.retryOf}</Link>)
          </>
        )}
      </dd>
      {(job.responsible !== job.requestedBy || canTakeOver) && (
        <>
          <dt>Responsible</dt>
          <dd className={styles.responsible}>
            {visibleText(job.responsible)}
            {canTakeOver && <TakeOverJob job={job} isConnected={isConnected} />}
          </dd>
        </>
      )}
      <RevertLinks job={job} />
      {job.windowId !== null && (
        <>
          <dt>Window</dt>
          <dd>
            <Link href={windowHref(job.windowId)}>Window {job.windowId}</Link>
          </dd>
        </>
      )}
      {/* Below the links, which stay where they are when the job starts. */}
      <Times job={job} now={now} />
      {job.host !== null && (
        <>
          <dt>Host</dt>
          <dd>{job.host}</dd>
        </>
      )}
      <dt>Lane</dt>
      <dd>{job.lane}</dd>
      <Signals signals={job.signals} />
    </dl>
  );
}

function Times({ job, now }: { job: Job; now: number }) {
  const waited = totalWaitMs(job.interactions, now);
  return (
    <>
      <dt>{job.startedAt === null ? "Queued" : "Started"}</dt>
      <dd>
        <Moment at={job.startedAt ?? job.createdAt} />
      </dd>
      {job.startedAt !== null && (
        <>
          <dt>{job.finishedAt === null ? "Running for" : "Duration"}</dt>
          <dd>
            <Elapsed since={job.startedAt} until={job.finishedAt} />
            {waited >= 1000 && <span className={styles.aside}> (waited {formatDuration(waited)})</span>}
          </dd>
        </>
      )}
      {isLive(job.state) && (
        <>
          <dt>Time left</dt>
          <dd>{timeLeft(job, now)}</dd>
        </>
      )}
      {job.finishedAt !== null && (
        <>
          <dt>Finished</dt>
          <dd>
            <Moment at={job.finishedAt} />
          </dd>
        </>
      )}
    </>
  );
}

/** The jobs whose changes this one reverts, and those that revert changes of this one. */
function RevertLinks({ job }: { job: Job }) {
  return (
    <>
      {job.reverts.length > 0 && (
        <>
          <dt>Reverts</dt>
          {job.reverts.map(({ id, changes }) => (
            <dd key={id}>
              <Link href={`/jobs/${id}`}>job {id}</Link>
              {job.reverts.length > 1 && `: ${changes.join(", ")}`}
            </dd>
          ))}
        </>
      )}
      {job.revertedBy.length > 0 && (
        <>
          <dt>{job.revertedBy.length === 1 ? "Revert" : "Revert jobs"}</dt>
          {job.revertedBy.map((revert) => (
            <dd key={revert.id}>
              <Link href={`/jobs/${revert.id}`}>job {revert.id}</Link>
              <span className={styles.aside}> ({revertEffect(job, revert)})</span>
            </dd>
          ))}
        </>
      )}
    </>
  );
}

/** The operation and its parameters, unless it is a backport: then the changes say it all. */
function Operation({ job }: { job: Job }) {
  const name = operationPrefix(job);
  if (name === "") return null;
  // The page of a train job shows its parameters with the versions.
  const shown =
    job.train === null ? Object.entries(job.parameters).filter(([, value]) => !Array.isArray(value)) : [];
  return (
    <>
      <dt>Operation</dt>
      <dd>{name}</dd>
      {shown.map(([parameter, value]) => (
        <div key={parameter} className={styles.signal}>
          <dt>
            {visibleText(`${parameter.charAt(0).toUpperCase()}${parameter.slice(1).replaceAll("_", " ")}`)}
          </dt>
          <dd>{value === true ? "Yes" : value === false ? "No" : visibleText(String(value))}</dd>
        </div>
      ))}
    </>
  );
}

function timeLeft(job: Job, now: number): string {
  const { restMs } = estimate(job, now);
  if (restMs === undefined) return "Not known yet";
  return job.pendingInteraction === null ? restText(restMs) : restOnceAnsweredText(restMs);
}

function Signals({ signals }: Pick<Job, "signals">) {
  return signals.map((signal) => (
    <div key={signal.id} className={styles.signal}>
      <dt>{SIGNAL_LABELS[signal.kind].done}</dt>
      <dd>
        {signalledBy(signal)}, <Moment at={signal.requestedAt} />
        {signal.deliveredAt === null && <span className={styles.aside}> (not delivered)</span>}
      </dd>
    </div>
  ));
}
