import type { Tone } from "../text/labels.ts";
import styles from "./badge.module.css";

/** A state in a word or three. The dot pulses while something goes on. */
export function Badge({ tone, label, isLive = false }: { tone: Tone; label: string; isLive?: boolean }) {
  return (
    <span className={`${styles.badge} ${styles[tone]}`}>
      <span className={styles.dot} data-live={isLive || undefined} aria-hidden="true" />
      {label}
    </span>
  );
}
