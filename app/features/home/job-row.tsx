"use client";
import Link from "next/link";
import type { JobSummary } from "#lib/contract/job.ts";
import { jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { jobLabel } from "../../text/labels.ts";
import { Badge } from "../../ui/badge.tsx";
import { JobSubjects } from "../change/job-subjects.tsx";
import { Elapsed, ForMinutes, Moment } from "../../ui/time.tsx";
import styles from "./job-row.module.css";

/** One line of the history: which job, how it ended, what it was about, whose it was. */
export function JobRow({ job }: { job: JobSummary }) {
  const words = jobLabel(job);
  const place = useFocusTarget<HTMLLIElement>(jobFocusTarget(job.id));
  return (
    <li className={styles.job} {...place}>
      <Link href={`/jobs/${job.id}`} className={styles.title}>
        Job {job.id}
      </Link>
      <span className={styles.badge}>
        <Badge tone={words.tone} label={words.label} />
      </span>
      <div className={styles.subjects}>
        <JobSubjects changes={job.changes} />
      </div>
      <span className={styles.meta}>
        {job.requestedBy} · <Moment at={job.finishedAt ?? job.createdAt} />
        {job.pendingInteraction !== null && (
          <>
            {" "}
            · asks
            <ForMinutes since={job.pendingInteraction.askedAt} />
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
