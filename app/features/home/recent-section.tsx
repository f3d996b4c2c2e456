"use client";
// The jobs that ended last, and the way to all others. The list does not grow by itself: a job that ends while a person
// reads would move the line that they are about to press.
import { useState } from "react";
import Link from "next/link";
import type { JobSummary } from "#lib/contract/job.ts";
import { SEARCH_LENGTH_MAX } from "#lib/domain/search-words.ts";
import { Button } from "../../ui/button.tsx";
import { JobList } from "../history/job-list.tsx";
import { Section } from "./section.tsx";
import styles from "./recent-section.module.css";

export function RecentSection({ jobs }: { jobs: readonly JobSummary[] }) {
  const [shownIds, setShownIds] = useState<ReadonlySet<number>>(new Set());
  const shown = jobs.filter(({ id }) => shownIds.has(id));
  const showAll = () => setShownIds(new Set(jobs.map(({ id }) => id)));
  if (shown.length === 0 && jobs.length > 0) showAll();
  const newCount = jobs.length - shown.length;
  return (
    <Section
      title="Recent jobs"
      aside={
        <>
          <span className={styles.more} data-empty={newCount === 0 || undefined}>
            <Button weight="quiet" tone="progressive" onClick={showAll}>
              Show {newCount} more
            </Button>
          </span>
          <SearchHistory />
        </>
      }
    >
      {jobs.length === 0 ? (
        <p className={styles.empty}>No deployments yet. Select a change above to start the first one.</p>
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
