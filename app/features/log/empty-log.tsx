import type { CSSProperties } from "react";
import styles from "./empty-log.module.css";

/** Replaces the log of a job that has not started: there is nothing to search or download yet. */
export function EmptyLog() {
  return <LogHint text="Output appears here when the job starts." />;
}

/** Replaces the log until its first page has been loaded, and is about as high. */
export function LoadingLog({ lines }: { lines: number }) {
  return <LogHint text="Loading the log…" lines={lines} />;
}

function LogHint({ text, lines = 0 }: { text: string; lines?: number }) {
  return (
    <section
      className={styles.empty}
      aria-labelledby="empty-log"
      style={{ "--lines": lines } as CSSProperties}
    >
      <h2 className={styles.title} id="empty-log">
        Log
      </h2>
      <p className={styles.hint}>{text}</p>
    </section>
  );
}
