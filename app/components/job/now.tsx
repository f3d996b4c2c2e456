"use client";
import type { Job } from "#lib/wire/schemas.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import card from "../ui/card.module.css";
import styles from "./now.module.css";

/** What scap does at this moment. */
export function Now({ job }: { job: Job }) {
  return (
    <section className={`${card["card"]} ${styles["now"]}`} aria-label="What scap does now">
      <p className={styles["status"]}>{job.status ?? "Starting scap"}</p>
      {job.progress !== null && <ProgressBar progress={job.progress} />}
    </section>
  );
}
