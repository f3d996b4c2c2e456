"use client";
import type { Job } from "#lib/contract/job.ts";
import { phaseLabel } from "../../text/labels.ts";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import card from "../../ui/card.module.css";
import styles from "./current-step.module.css";

/** What scap is doing now. */
export function CurrentStep({ job }: { job: Job }) {
  const { progress, status } = job;
  // A full progress bar belongs to a step that has finished; scap reports the next step a moment later.
  const isInProgress = progress !== null && progress.left > 0;
  if (isInProgress && (status === null || status === progress.name)) return <Card progress={progress} />;
  return (
    <Card
      progress={isInProgress ? progress : null}
      status={status === null ? (job.totalLines === 0 ? "Starting scap" : "Running") : phaseLabel(status)}
    />
  );
}

function Card({ status, progress }: { status?: string; progress: Job["progress"] }) {
  return (
    <section className={`${card.card} ${styles.step}`} aria-label="Current step">
      {status !== undefined && <p className={styles.status}>{status}</p>}
      {progress !== null && <ProgressBar progress={progress} />}
    </section>
  );
}
