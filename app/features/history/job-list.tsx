import type { JobSummary } from "#lib/contract/job.ts";
import card from "../../ui/card.module.css";
import { JobRow } from "./job-row.tsx";
import styles from "./job-list.module.css";

type JobListProps = {
  jobs: readonly JobSummary[];
  label?: string;
  /** What the jobs were found by: each line shows a change that has one of the words. */
  words?: readonly string[];
};

/** Jobs as lines of equal height, in the given order. */
export function JobList({ jobs, label, words = [] }: JobListProps) {
  return (
    <ol className={`${card.card} ${styles.list}`} aria-label={label}>
      {jobs.map((job) => (
        <JobRow key={job.id} job={job} words={words} />
      ))}
    </ol>
  );
}
