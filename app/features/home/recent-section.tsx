"use client";
// Ended jobs, newest first: recent ones from the stream, older ones on demand, and a search over all jobs.
import { useState } from "react";
import { TERMINAL_STATES } from "#lib/domain/job.ts";
import { jobEndpoints, type JobList, type JobSummary } from "#lib/contract/job.ts";
import { useAction, type Action } from "../../client/use-action.ts";
import { useJobSearch, type JobSearch } from "./use-job-search.ts";
import { FocusTargetContext, jobFocusTarget } from "../../ui/use-restored-focus.ts";
import { call } from "../../client/api.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import card from "../../ui/card.module.css";
import { JobRow } from "./job-row.tsx";
import { Section } from "./section.tsx";
import styles from "./recent-section.module.css";

const PAGE_JOBS = 20;

export function RecentSection({ jobs }: { jobs: readonly JobSummary[] }) {
  const [text, setText] = useState("");
  const search = useJobSearch(text);
  const newest = useNewestJobs(jobs);
  if (jobs.length === 0) {
    return (
      <Section title="Recent jobs">
        <p className={styles.empty}>No deployments yet. Select a change above to start the first one.</p>
      </Section>
    );
  }
  return (
    <Section
      title="Recent jobs"
      aside={
        <input
          type="search"
          className={styles.search}
          aria-label="Search all jobs"
          placeholder="Search all jobs"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      }
    >
      <Results search={search} newest={newest} />
    </Section>
  );
}

type NewestJobs = { shown: readonly JobSummary[]; isAll: boolean; more: Action };

function useNewestJobs(jobs: readonly JobSummary[]): NewestJobs {
  const [older, setOlder] = useState<readonly JobSummary[]>([]);
  const [isAll, setIsAll] = useState(false);
  const shown = [...jobs, ...older.filter((one) => !jobs.some((job) => job.id === one.id))];
  const more = useAction(async () => {
    const last = shown.at(-1);
    const page = await call(jobEndpoints.listJobs, {
      query: { state: [...TERMINAL_STATES], limit: PAGE_JOBS, cursor: last?.id },
    });
    setOlder((known) => [...known, ...page.jobs]);
    setIsAll(page.nextCursor === null);
  });
  return { shown, isAll: isAll || shown.length < PAGE_JOBS, more };
}

/** Previous results stay, inert, until the new ones arrive, so that the layout does not shift. */
function Results({ search, newest }: { search: JobSearch; newest: NewestJobs }) {
  switch (search.phase) {
    case "idle":
      return <NewestJobsList newest={newest} />;
    case "searching":
      return (
        <div className={styles.previous} inert>
          {search.previous === undefined ? (
            <NewestJobsList newest={newest} />
          ) : (
            <FoundJobs list={search.previous} />
          )}
        </div>
      );
    case "failed":
      return <ProblemNotice problem={search.problem} />;
    case "found":
      return search.found.jobs.length === 0 ? (
        <output className={styles.empty}>No jobs match “{search.query}”.</output>
      ) : (
        <FoundJobs list={search.found} />
      );
  }
}

function NewestJobsList({ newest: { shown, isAll, more } }: { newest: NewestJobs }) {
  const last = shown.at(-1);
  return (
    <>
      <JobTable jobs={shown} />
      {more.problem !== undefined && <ProblemNotice problem={more.problem} />}
      {!isAll && last !== undefined && (
        // When the button is removed, focus moves to the last job before the older ones.
        <FocusTargetContext value={jobFocusTarget(last.id)}>
          <div>
            <Button weight="quiet" tone="progressive" isBusy={more.isRunning} onClick={() => more.run()}>
              Show older jobs
            </Button>
          </div>
        </FocusTargetContext>
      )}
    </>
  );
}

function FoundJobs({ list }: { list: JobList }) {
  return (
    <>
      <JobTable jobs={list.jobs} />
      {list.nextCursor !== null && <p className={styles.empty}>More results. Refine your search.</p>}
    </>
  );
}

function JobTable({ jobs }: { jobs: readonly JobSummary[] }) {
  return (
    <ol className={card.card}>
      {jobs.map((job) => (
        <JobRow key={job.id} job={job} />
      ))}
    </ol>
  );
}
