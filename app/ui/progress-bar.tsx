"use client";
import { Progress as Bar } from "@base-ui/react/progress";
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
      <Bar.Root value={progress.percent} aria-label={name}>
        <Bar.Track className={styles.track}>
          <Bar.Indicator className={styles.bar} />
        </Bar.Track>
      </Bar.Root>
    </div>
  );
}
