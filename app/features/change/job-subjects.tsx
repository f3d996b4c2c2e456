import { visibleText } from "#lib/domain/visible-text.ts";
import type { Change } from "#lib/contract/change.ts";
import styles from "./job-subjects.module.css";

const SHOWN_MAX = 3;

/** Numbers and subjects of the first few changes of a job. */
export function JobSubjects({ changes }: { changes: readonly Change[] }) {
  const hidden = changes.length - SHOWN_MAX;
  return (
    <ul className={styles.subjects}>
      {changes.slice(0, SHOWN_MAX).map((change) => (
        <li key={change.number} className={styles.subject} title={visibleText(change.subject)}>
          <span className={styles.number}>{change.number}</span> {visibleText(change.subject)}
        </li>
      ))}
      {hidden > 0 && <li className={styles.more}>and {hidden} more</li>}
    </ul>
  );
}
