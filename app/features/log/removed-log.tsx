import { plural } from "../../text/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { Moment } from "../../ui/time.tsx";
import styles from "./removed-log.module.css";

/** In place of a log that is not there any more, so that nobody takes it for one that was empty. */
export function RemovedLog({ removedAt, totalLines }: { removedAt: string; totalLines: number }) {
  return (
    <section className={styles.removed} aria-labelledby="removed-log">
      <h2 className={styles.title} id="removed-log">
        Log
      </h2>
      <Notice tone="notice">
        The output ({plural(totalLines, "line", "lines")}) was removed by the retention rule (
        <Moment at={removedAt} />
        ). Questions, answers and the course of the job are kept.
      </Notice>
    </section>
  );
}
