import { visibleText } from "#lib/domain/visible-text.ts";
import type { Change } from "#lib/contract/change.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { operationPrefix, parametersText } from "../../text/labels.ts";
import styles from "./job-subjects.module.css";

const SHOWN_MAX = 3;

/** What a job does: its operation, unless it is a backport, and its first few changes or its parameters. */
export function JobSubjects({ job }: { job: JobSummary }) {
  const operation = operationPrefix(job);
  if (job.changes.length > 0) return <ChangeSubjects operation={operation} changes={job.changes} />;
  const parameters = parametersText(job);
  return (
    <p className={styles.subjects} title={parameters}>
      <span className={styles.number}>{operation}</span> {parameters}
    </p>
  );
}

type ChangeSubjectsProps = { operation?: string; changes: readonly Change[] };

/** Numbers and subjects of the first few changes. */
export function ChangeSubjects({ operation = "", changes }: ChangeSubjectsProps) {
  const hidden = changes.length - SHOWN_MAX;
  return (
    <ul className={styles.subjects}>
      {changes.slice(0, SHOWN_MAX).map((change) => (
        <li key={change.number} className={styles.subject} title={visibleText(change.subject)}>
          <span className={styles.number}>
            {operation} {change.number}
          </span>{" "}
          {visibleText(change.subject)}
        </li>
      ))}
      {hidden > 0 && <li className={styles.more}>and {hidden} more</li>}
    </ul>
  );
}
