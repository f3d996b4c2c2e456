"use client";
import Link from "next/link";
import { DEFAULT_LANE } from "#lib/domain/job.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { jobLabel, phaseLabel } from "../../text/labels.ts";
import { Badge } from "../../ui/badge.tsx";
import { JobSubjects } from "../change/job-subjects.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { Elapsed, ExactMoment, Moment } from "../../ui/time.tsx";
import card from "../../ui/card.module.css";
import { Section } from "./section.tsx";
import styles from "./running-section.module.css";

type RunningSectionProps = { jobs: readonly JobSummary[]; isIdle: boolean };

export function RunningSection({ jobs, isIdle }: RunningSectionProps) {
  if (jobs.length === 0 && !isIdle) return null;
  return (
    <Section title="Running" count={jobs.length}>
      {jobs.length === 0 ? <Idle /> : jobs.map((job) => <RunningJob key={job.id} job={job} />)}
    </Section>
  );
}

/** What would become of a deployment that is started now. */
function Idle() {
  const { lanes, health } = useOverview().overview;
  const lane = lanes.find(({ name }) => name === DEFAULT_LANE);
  return (
    <p className={styles.idle}>
      Nothing runs.{" "}
      {lane !== undefined && lane.heldBy !== null ? (
        <>
          A deployment that you start now waits until the lane is freed, which{" "}
          <Link href={`/jobs/${lane.heldBy}`}>job {lane.heldBy}</Link> still holds.
        </>
      ) : lane !== undefined && lane.freeze !== null ? (
        "No deployment can be started until the freeze is over."
      ) : health?.workers === 0 ? (
        "A deployment that you start now waits for a worker."
      ) : (
        "A deployment that you start now begins at once."
      )}
    </p>
  );
}

function RunningJob({ job }: { job: JobSummary }) {
  const words = jobLabel(job);
  const place = useFocusTarget<HTMLElement>(jobFocusTarget(job.id));
  return (
    <article className={`${card.card} ${styles.job}`} {...place}>
      <div className={styles.top}>
        <h3 className={styles.title}>
          <Link href={`/jobs/${job.id}`}>Job {job.id}</Link>
        </h3>
        <Badge tone={words.tone} label={words.label} isLive={job.workerSilentSince === null} />
        <span className={styles.who}>
          {job.requestedBy} · {job.startedAt === null ? "starting" : <StartedAt at={job.startedAt} />}
        </span>
      </div>
      <JobSubjects changes={job.changes} />
      <p className={styles.status}>{job.status === null ? "Working" : phaseLabel(job.status)}</p>
      {job.workerSilentSince !== null && (
        <p>
          Its worker has not been heard since <ExactMoment at={job.workerSilentSince} />. What is shown is of
          that moment.
        </p>
      )}
      {job.progress !== null && job.progress.left > 0 && <ProgressBar progress={job.progress} />}
    </article>
  );
}

function StartedAt({ at }: { at: string }) {
  return (
    <>
      since <Moment at={at} />, <Elapsed since={at} />
    </>
  );
}
