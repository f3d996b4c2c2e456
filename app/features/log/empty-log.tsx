import styles from "./empty-log.module.css";

/** In place of the log of a job that has not started: there is nothing yet to search, wrap or download. */
export function EmptyLog() {
  return (
    <section className={styles.coming} aria-labelledby="coming-log">
      <h2 className={styles.title} id="coming-log">
        Log
      </h2>
      <p className={styles.hint}>What scap prints appears here, line by line, as soon as the job starts.</p>
    </section>
  );
}
