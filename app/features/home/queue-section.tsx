"use client";
import Link from "next/link";
import type { JobSummary } from "#lib/contract/job.ts";
import { FocusTargetContext, jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { usePermission } from "../../client/use-session.tsx";
import { STATE_LABELS } from "../../text/labels.ts";
import { isLaneFrozen } from "../../text/start-text.ts";
import { RemoveFromQueue } from "../job/remove-from-queue.tsx";
import { JobSubjects } from "../change/job-subjects.tsx";
import { Elapsed, ForMinutes } from "../../ui/time.tsx";
import card from "../../ui/card.module.css";
import { Section } from "./section.tsx";
import styles from "./queue-section.module.css";

/** The queued jobs in their order, and what blocks each of them. */
export function QueueSection({ jobs, isConnected }: { jobs: readonly JobSummary[]; isConnected: boolean }) {
  if (jobs.length === 0) return null;
  return (
    <Section title="Queued" count={jobs.length}>
      <ol className={card.card}>
        {jobs.map((job) => (
          <QueuedJob key={job.id} job={job} isConnected={isConnected} />
        ))}
      </ol>
    </Section>
  );
}

function QueuedJob({ job, isConnected }: { job: JobSummary; isConnected: boolean }) {
  const canCancel = usePermission("cancel_job");
  const focusTarget = useFocusTarget<HTMLLIElement>(jobFocusTarget(job.id));
  return (
    <FocusTargetContext value={jobFocusTarget(job.id)}>
      <li className={styles.job} {...focusTarget}>
        <span className={styles.position} title="Position in the queue">
          {job.queuePosition ?? "–"}
        </span>
        <div className={styles.text}>
          <p className={styles.top}>
            <Link href={`/jobs/${job.id}`} className={styles.title}>
              Job {job.id}
            </Link>
            <span className={styles.meta}>
              {job.requestedBy} · queued for <Elapsed since={job.createdAt} /> · <Blocker job={job} />
            </span>
          </p>
          <JobSubjects changes={job.changes} />
        </div>
        {canCancel && <RemoveFromQueue job={job} isConnected={isConnected} />}
      </li>
    </FocusTargetContext>
  );
}

function Blocker({ job }: { job: JobSummary }) {
  const { jobs, lanes } = useOverview().overview;
  if (job.blockedBy === null) {
    return isLaneFrozen(lanes, job.lane) ? "starts when the freeze ends" : "starts next";
  }
  const { id, requestedBy, state } = job.blockedBy;
  const question = jobs.find((one) => one.id === id)?.pendingInteraction;
  return (
    <>
      behind <Link href={`/jobs/${id}`}>job {id}</Link> by {requestedBy} (
      {STATE_LABELS[state].label.toLowerCase()}
      {question != null && <ForMinutes since={question.askedAt} />})
    </>
  );
}
