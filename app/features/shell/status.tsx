import type { ReactNode } from "react";
import type { Tone } from "../../text/labels.ts";
import styles from "./status.module.css";

type StatusProps = {
  tone: Tone;
  text: ReactNode;
  isLive?: boolean;
  /** Hidden on phones. */
  isMinor?: boolean;
};

/** A status with a coloured dot. */
export function Status({ tone, text, isLive = false, isMinor = false }: StatusProps) {
  return (
    <span className={styles.status} data-minor={isMinor || undefined}>
      <span className={`${styles.dot} ${styles[tone]}`} data-live={isLive || undefined} aria-hidden="true" />
      <span>{text}</span>
    </span>
  );
}
