import styles from "./empty-log.module.css";

/** Replaces the log of a job that has not started: there is nothing to search or download yet. */
export function EmptyLog() {
  return (
    <section className={styles.empty} aria-labelledby="empty-log">
      <h2 className={styles.title} id="empty-log">
        Log
      </h2>
      <p className={styles.hint}>Output appears here when the job starts.</p>
    </section>
  );
}
