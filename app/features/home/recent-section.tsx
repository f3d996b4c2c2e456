"use client";
// Jobs that ended, newest first: what the stream brought, older ones on demand, and any job of the past by words.
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
        <p className={styles.empty}>
          Nothing was deployed from here yet. Choose a change above; scap then asks, step by step, on the page
          of the job, and whoever is signed in can answer.
        </p>
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
      <Shown search={search} newest={newest} />
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
    setOlder((before) => [...before, ...page.jobs]);
    setIsAll(page.nextCursor === null);
  });
  return { shown, isAll: isAll || shown.length < PAGE_JOBS, more };
}

/** What was there before stays until something is found, so that the page does not jump; it can only be looked at. */
function Shown({ search, newest }: { search: JobSearch; newest: NewestJobs }) {
  switch (search.phase) {
    case "idle":
      return <NewestJobsList newest={newest} />;
    case "searching":
      return (
        <div className={styles.before} inert>
          {search.before === undefined ? (
            <NewestJobsList newest={newest} />
          ) : (
            <FoundJobs list={search.before} />
          )}
        </div>
      );
    case "failed":
      return <ProblemNotice problem={search.problem} />;
    case "found":
      return search.found.jobs.length === 0 ? (
        <output className={styles.empty}>No job has “{search.query}” in its changes or people.</output>
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
        // When it goes, the keyboard is where the older ones begin.
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
      {list.nextCursor !== null && (
        <p className={styles.empty}>There are more; another word makes the list shorter.</p>
      )}
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
