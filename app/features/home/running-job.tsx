"use client";
import Link from "next/link";
import type { JobSummary } from "#lib/contract/job.ts";
import { jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { jobLabel, phaseLabel } from "../../text/labels.ts";
import { Badge } from "../../ui/badge.tsx";
import { JobSubjects } from "../change/job-subjects.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { Clock, Elapsed, ExactClock } from "../../ui/time.tsx";
import card from "../../ui/card.module.css";
import styles from "./running-job.module.css";

/** The card of a job without its question. */
export function RunningJob({ job }: { job: JobSummary }) {
  const { tone, label } = jobLabel(job);
  const progress = job.progress !== null && job.progress.left > 0 ? job.progress : null;
  const focusTarget = useFocusTarget<HTMLElement>(jobFocusTarget(job.id));
  return (
    <article className={`${card.card} ${styles.job}`} {...focusTarget}>
      <div className={styles.top}>
        <h3 className={styles.title}>
          <Link href={`/jobs/${job.id}`}>Job {job.id}</Link>
        </h3>
        <Badge tone={tone} label={label} isLive={job.workerUnresponsiveSince === null} />
        <span className={styles.who}>
          {job.requestedBy} · {job.startedAt === null ? "starting" : <StartedAt at={job.startedAt} />}
        </span>
      </div>
      <JobSubjects job={job} />
      <div className={styles.step}>
        {job.workerUnresponsiveSince !== null ? (
          <p>
            The worker for this job isn’t responding. Status as of{" "}
            <ExactClock at={job.workerUnresponsiveSince} />.
          </p>
        ) : (
          job.status !== null &&
          job.status !== progress?.name && <p className={styles.status}>{phaseLabel(job.status)}</p>
        )}
        {progress !== null && <ProgressBar progress={progress} />}
      </div>
    </article>
  );
}

function StartedAt({ at }: { at: string }) {
  return (
    <>
      since <Clock at={at} />, <Elapsed since={at} />
    </>
  );
}
