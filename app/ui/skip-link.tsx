"use client";
import { MAIN_ID } from "./main.tsx";
import styles from "./skip-link.module.css";

/** The first link of a page, visible while it has focus: skips the header. */
export function SkipLink() {
  return (
    <a
      className={styles.link}
      href={`#${MAIN_ID}`}
      onClick={(event) => {
        // The fragment of a job's page names lines of its log.
        event.preventDefault();
        document.getElementById(MAIN_ID)?.focus();
      }}
    >
      Skip to content
    </a>
  );
}
