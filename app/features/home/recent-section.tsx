"use client";
// The jobs that ended last, and the way to all others. The list does not grow by itself: a job that ends while a person
// reads would move the line that they are about to press.
import { useState } from "react";
import Link from "next/link";
import type { JobSummary } from "#lib/contract/job.ts";
import { SEARCH_LENGTH_MAX } from "#lib/domain/search-words.ts";
import { jobLabel } from "../../text/labels.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { FocusTargetContext, jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { JobList } from "../history/job-list.tsx";
import { Section } from "./section.tsx";
import styles from "./recent-section.module.css";

export function RecentSection({ jobs }: { jobs: readonly JobSummary[] }) {
  const [shownIds, setShownIds] = useState<ReadonlySet<number>>(new Set());
  const shown = jobs.filter(({ id }) => shownIds.has(id));
  const added = jobs.filter(({ id }) => !shownIds.has(id));
  const showAll = () => setShownIds(new Set(jobs.map(({ id }) => id)));
  if (shown.length === 0 && jobs.length > 0) showAll();
  const [newest, ...others] = added;
  return (
    <Section
      title="Recent jobs"
      aside={
        <>
          <div className={styles.added}>
            {newest !== undefined && <AddedJob job={newest} others={others.length} onShow={showAll} />}
          </div>
          <SearchHistory />
        </>
      }
    >
      {jobs.length === 0 ? (
        <p className={styles.empty}>No deployments yet. Select a change to start the first one.</p>
      ) : (
        <>
          <JobList jobs={shown} />
          <Link href="/history" className={styles.all}>
            All jobs
          </Link>
        </>
      )}
    </Section>
  );
}

type AddedJobProps = { job: JobSummary; others: number; onShow: () => void };

/** The job that ended last, beside the title, where it moves nothing. */
function AddedJob({ job, others, onShow }: AddedJobProps) {
  const { tone, label } = jobLabel(job);
  const name = jobFocusTarget(job.id);
  const focusTarget = useFocusTarget<HTMLSpanElement>(name);
  return (
    <FocusTargetContext value={name}>
      <span {...focusTarget} className={styles.job}>
        <Link href={`/jobs/${job.id}`}>Job {job.id}</Link>
        <Badge tone={tone} label={label} />
      </span>
      <Button weight="quiet" tone="progressive" onClick={onShow}>
        {others === 0 ? "Add to list" : `Add ${others + 1} to list`}
      </Button>
    </FocusTargetContext>
  );
}

function SearchHistory() {
  return (
    <search>
      <form action="/history">
        <input
          type="search"
          name="q"
          className={styles.search}
          aria-label="Search all jobs"
          placeholder="Search all jobs"
          maxLength={SEARCH_LENGTH_MAX}
        />
      </form>
    </search>
  );
}
