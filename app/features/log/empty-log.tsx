import styles from "./empty-log.module.css";

/** Replaces the log of a job that has not started: there is nothing to search or download yet. */
export function EmptyLog() {
  return <LogHint text="Output appears here when the job starts." />;
}

/** Replaces the log until its first page has been loaded. */
export function LoadingLog() {
  return <LogHint text="Loading the log…" />;
}

function LogHint({ text }: { text: string }) {
  return (
    <section className={styles.empty} aria-labelledby="empty-log">
      <h2 className={styles.title} id="empty-log">
        Log
      </h2>
      <p className={styles.hint}>{text}</p>
    </section>
  );
}
