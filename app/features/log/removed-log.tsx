import { plural } from "../../text/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { Moment } from "../../ui/time.tsx";
import styles from "./removed-log.module.css";

/** Replaces a log that was removed by the retention policy, so that it is not mistaken for an empty one. */
export function RemovedLog({ removedAt, totalLines }: { removedAt: string; totalLines: number }) {
  return (
    <section className={styles.removed} aria-labelledby="removed-log">
      <h2 className={styles.title} id="removed-log">
        Log
      </h2>
      <Notice tone="notice">
        The output ({plural(totalLines, "line", "lines")}) was removed by the retention policy (
        <Moment at={removedAt} />
        ). Questions, answers and the history of the job are kept.
      </Notice>
    </section>
  );
}
