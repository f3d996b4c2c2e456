"use client";
import Link from "next/link";
import { isLive } from "#lib/domain/job.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { changeTitle, jobLabel, operationPrefix, parametersText } from "../../text/labels.ts";
import { personHref } from "../../text/page-links.ts";
import { Badge } from "../../ui/badge.tsx";
import { jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { Age, Elapsed, Moment } from "../../ui/time.tsx";
import styles from "./job-list.module.css";

type JobRowProps = {
  job: JobSummary;
  /** Words of a search: the line shows the change that has one of them. */
  words?: readonly string[];
};

/** One job on one line: number, outcome, changes, person, time and duration. The whole line is a link to the job. */
export function JobRow({ job, words = [] }: JobRowProps) {
  const { tone, label } = jobLabel(job);
  const shown = job.changes.find((change) => hasWord(change, words)) ?? job.changes[0];
  const projects = [...new Set(job.changes.map(({ project }) => visibleText(project)))];
  const at = job.finishedAt ?? job.createdAt;
  const focusTarget = useFocusTarget<HTMLLIElement>(jobFocusTarget(job.id));
  const isUnresponsive = job.workerUnresponsiveSince !== null;
  return (
    <li className={styles.job} {...focusTarget}>
      <Link href={`/jobs/${job.id}`} className={styles.title} prefetch={false}>
        Job {job.id}
      </Link>
      <span className={styles.badge}>
        <Badge tone={tone} label={label} isLive={isLive(job.state) && !isUnresponsive} />
      </span>
      <span className={styles.subject} title={job.changes.map(changeTitle).join("\n")}>
        {subjectOf(job, shown)}
      </span>
      <span className={styles.more}>{job.changes.length > 1 && `+${job.changes.length - 1}`}</span>
      <span className={styles.project} title={projects.join("\n")}>
        {projects[0]}
      </span>
      <Link href={personHref(job.requestedBy)} className={styles.person} prefetch={false}>
        {visibleText(job.requestedBy)}
      </Link>
      <span className={styles.time}>
        <Moment at={at} />
      </span>
      <span className={styles.age}>
        <Age at={at} />
      </span>
      <span className={styles.duration}>
        {job.startedAt !== null && <Elapsed since={job.startedAt} until={job.finishedAt} />}
      </span>
    </li>
  );
}

/** The operation, unless it is a backport, and the change or the parameters. */
function subjectOf(job: JobSummary, shown: JobSummary["changes"][number] | undefined): string {
  const subject = shown === undefined ? parametersText(job) : changeTitle(shown);
  return [operationPrefix(job), subject].filter((part) => part !== "").join(": ");
}

function hasWord(change: JobSummary["changes"][number], words: readonly string[]): boolean {
  const text = `${change.number} ${change.subject} ${change.owner} ${change.project}`.toLowerCase();
  return words.some((word) => text.includes(word.toLowerCase()));
}
