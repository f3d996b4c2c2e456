"use client";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Progress } from "#lib/contract/job.ts";
import { formatCount } from "../text/format.ts";
import styles from "./progress-bar.module.css";

/** The progress that scap reports: percentage, and the numbers done, failed, in progress and left. */
export function ProgressBar({ progress }: { progress: Progress }) {
  const name = visibleText(progress.name);
  return (
    <div className={styles.progress}>
      <div className={styles.caption}>
        <span className={styles.name}>{name}</span>
        <span className={styles.counts}>
          {formatCount(progress.ok)} done,{" "}
          {progress.failed > 0 && (
            <>
              <strong className={styles.failed}>{formatCount(progress.failed)} failed</strong>,{" "}
            </>
          )}
          {progress.inFlight !== null && progress.inFlight > 0 && (
            <>{formatCount(progress.inFlight)} in progress, </>
          )}
          {formatCount(progress.left)} left
        </span>
        <span className={styles.percent}>{progress.percent}%</span>
      </div>
      <div
        className={styles.track}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the parts of a progress element cannot be styled everywhere
        role="progressbar"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={progress.percent}
      >
        <div className={styles.bar} style={{ width: `${progress.percent}%` }} />
      </div>
    </div>
  );
}
