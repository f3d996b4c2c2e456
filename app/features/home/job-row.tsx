"use client";
import Link from "next/link";
import type { JobSummary } from "#lib/contract/job.ts";
import { jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { jobLabel } from "../../text/labels.ts";
import { Badge } from "../../ui/badge.tsx";
import { JobSubjects } from "../change/job-subjects.tsx";
import { Elapsed, MinutesSince, Moment } from "../../ui/time.tsx";
import styles from "./job-row.module.css";

/** One job in a list: number, outcome, changes, requester and times. */
export function JobRow({ job }: { job: JobSummary }) {
  const { tone, label } = jobLabel(job);
  const focusTarget = useFocusTarget<HTMLLIElement>(jobFocusTarget(job.id));
  return (
    <li className={styles.job} {...focusTarget}>
      <Link href={`/jobs/${job.id}`} className={styles.title}>
        Job {job.id}
      </Link>
      <span className={styles.badge}>
        <Badge tone={tone} label={label} />
      </span>
      <div className={styles.subjects}>
        <JobSubjects changes={job.changes} />
      </div>
      <span className={styles.meta}>
        {job.requestedBy} · <Moment at={job.finishedAt ?? job.createdAt} />
        {job.pendingInteraction !== null && (
          <>
            {" "}
            · waiting <MinutesSince since={job.pendingInteraction.askedAt} fallback="for input" />
          </>
        )}
        {job.startedAt !== null && job.finishedAt !== null && (
          <>
            {" "}
            · <Elapsed since={job.startedAt} until={job.finishedAt} />
          </>
        )}
      </span>
    </li>
  );
}
