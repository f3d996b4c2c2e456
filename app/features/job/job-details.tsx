"use client";
import Link from "next/link";
import type { Job } from "#lib/contract/job.ts";
import { totalWaitMs } from "../../text/waiting-time.ts";
import { formatDuration } from "../../text/format.ts";
import { useNow } from "../../client/use-now.tsx";
import { SIGNAL_LABELS, signalledBy } from "../../text/labels.ts";
import { Elapsed, Moment } from "../../ui/time.tsx";
import styles from "./job-details.module.css";

/** Who, when, where, how long: with the time that scap waited for people told apart. */
export function JobDetails({ job }: { job: Job }) {
  const now = useNow();
  const waited = totalWaitMs(job.interactions, now);
  return (
    <dl className={styles.facts}>
      <dt>Started by</dt>
      <dd>
        {job.requestedBy}
        {job.retryOf !== null && (
          <>
            {" "}
            (again, after <Link href={`/jobs/${job.retryOf}`}>job {job.retryOf}</Link>)
          </>
        )}
      </dd>
      <dt>{job.startedAt === null ? "Queued" : "Started"}</dt>
      <dd>
        <Moment at={job.startedAt ?? job.createdAt} />
      </dd>
      {job.startedAt !== null && (
        <>
          <dt>{job.finishedAt === null ? "Running for" : "Took"}</dt>
          <dd>
            <Elapsed since={job.startedAt} until={job.finishedAt} />
            {waited >= 1000 && <span className={styles.aside}> ({formatDuration(waited)} waiting)</span>}
          </dd>
        </>
      )}
      {job.finishedAt !== null && (
        <>
          <dt>Ended</dt>
          <dd>
            <Moment at={job.finishedAt} />
          </dd>
        </>
      )}
      {job.host !== null && (
        <>
          <dt>Host</dt>
          <dd>{job.host}</dd>
        </>
      )}
      <dt>Lane</dt>
      <dd>{job.lane}</dd>
      {job.signals.map((signal) => (
        <div key={signal.id} className={styles.signal}>
          <dt>{SIGNAL_LABELS[signal.kind].done}</dt>
          <dd>
            {signalledBy(signal)}, <Moment at={signal.requestedAt} />
            {signal.deliveredAt === null && <span className={styles.aside}> not delivered</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
