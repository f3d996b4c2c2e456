import type { ReactNode } from "react";
import type { Tone } from "../../lib/words.ts";
import styles from "./status.module.css";

/** A dot and a few words. */
export function Status({ tone, text, isLive = false }: { tone: Tone; text: ReactNode; isLive?: boolean }) {
  return (
    <span className={styles["status"]}>
      <span
        className={`${styles["dot"]} ${styles[tone]}`}
        data-live={isLive || undefined}
        aria-hidden="true"
      />
      <span>{text}</span>
    </span>
  );
}
