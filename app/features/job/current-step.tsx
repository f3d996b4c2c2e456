"use client";
import type { Job } from "#lib/contract/job.ts";
import { phaseLabel } from "../../text/labels.ts";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import card from "../../ui/card.module.css";
import styles from "./current-step.module.css";

/** What scap does at this moment. */
export function CurrentStep({ job }: { job: Job }) {
  const { progress, status } = job;
  // A bar that is full belongs to something that is over, until scap says what comes next.
  const isUnderWay = progress !== null && progress.left > 0;
  if (status === null && isUnderWay) return <Card progress={progress} />;
  return (
    <Card
      progress={isUnderWay ? progress : null}
      status={status === null ? (job.totalLines === 0 ? "Starting scap" : "Working") : phaseLabel(status)}
    />
  );
}

function Card({ status, progress }: { status?: string; progress: Job["progress"] }) {
  return (
    <section className={`${card.card} ${styles.now}`} aria-label="What scap does now">
      {status !== undefined && <p className={styles.status}>{status}</p>}
      {progress !== null && <ProgressBar progress={progress} />}
    </section>
  );
}
