import type { ReactNode } from "react";
import type { Tone } from "../../text/labels.ts";
import styles from "./status.module.css";

type StatusProps = {
  tone: Tone;
  text: ReactNode;
  isLive?: boolean;
  /** Not worth its place where there is little: on a phone it is left out. */
  isMinor?: boolean;
};

/** A dot and a few words. */
export function Status({ tone, text, isLive = false, isMinor = false }: StatusProps) {
  return (
    <span className={styles.status} data-minor={isMinor || undefined}>
      <span className={`${styles.dot} ${styles[tone]}`} data-live={isLive || undefined} aria-hidden="true" />
      <span>{text}</span>
    </span>
  );
}
