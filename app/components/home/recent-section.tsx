"use client";
// Jobs that ended, newest first. What the stream brought comes first; older ones are fetched on demand.
import { useState } from "react";
import Link from "next/link";
import { TERMINAL_STATES } from "#lib/domain/job.ts";
import { jobList, type JobSummary } from "#lib/wire/schemas.ts";
import { useAction } from "../../hooks/use-action.ts";
import { callApi } from "../../lib/api.ts";
import { jobWords } from "../../lib/words.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { JobSubjects } from "../ui/job-subjects.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { Elapsed, Moment } from "../ui/time.tsx";
import card from "../ui/card.module.css";
import { Section } from "./section.tsx";
import styles from "./recent-section.module.css";

const PAGE_JOBS = 20;

export function RecentSection({ jobs }: { jobs: readonly JobSummary[] }) {
  const [older, setOlder] = useState<readonly JobSummary[]>([]);
  const [isAll, setIsAll] = useState(false);
  const shown = [...jobs, ...older.filter((one) => !jobs.some((job) => job.id === one.id))];
  const more = useAction(async () => {
    const last = shown.at(-1);
    const cursor = last === undefined ? "" : `&cursor=${last.id}`;
    const page = await callApi({
      path: `/api/jobs?state=${TERMINAL_STATES.join(",")}&limit=${PAGE_JOBS}${cursor}`,
      answer: jobList,
    });
    setOlder((before) => [...before, ...page.jobs]);
    setIsAll(page.nextCursor === null);
  });

  if (shown.length === 0) {
    return (
      <Section title="Recent jobs">
        <p className={styles["empty"]}>
          Nothing was deployed from here yet. Choose a change above; scap then asks, step by step, on the page
          of the job, and whoever is signed in can answer.
        </p>
      </Section>
    );
  }
  return (
    <Section title="Recent jobs">
      <ol className={card["card"]}>
        {shown.map((job) => (
          <EndedJob key={job.id} job={job} />
        ))}
      </ol>
      {more.problem !== undefined && <ProblemNotice problem={more.problem} />}
      {!isAll && shown.length >= PAGE_JOBS && (
        <div>
          <Button
            weight="quiet"
            tone="progressive"
            disabled={more.isRunning}
            isBusy={more.isRunning}
            onClick={() => more.run()}
          >
            Show older jobs
          </Button>
        </div>
      )}
    </Section>
  );
}

function EndedJob({ job }: { job: JobSummary }) {
  const words = jobWords(job);
  return (
    <li className={styles["job"]}>
      <Link href={`/jobs/${job.id}`} className={styles["title"]}>
        Job {job.id}
      </Link>
      <span className={styles["badge"]}>
        <Badge tone={words.tone} label={words.label} />
      </span>
      <div className={styles["subjects"]}>
        <JobSubjects changes={job.changes} />
      </div>
      <span className={styles["meta"]}>
        {job.requestedBy} · <Moment at={job.finishedAt ?? job.createdAt} />
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
