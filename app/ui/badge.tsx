import type { Tone } from "../text/labels.ts";
import styles from "./badge.module.css";

/** A state in up to three words. The dot pulses while the job is live. */
export function Badge({ tone, label, isLive = false }: { tone: Tone; label: string; isLive?: boolean }) {
  return (
    <span className={`${styles.badge} ${styles[tone]}`}>
      <span className={styles.dot} data-live={isLive || undefined} aria-hidden="true" />
      {label}
    </span>
  );
}
