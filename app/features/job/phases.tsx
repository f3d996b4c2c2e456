"use client";
// The stretches of the deployment as scap names them, with how long each took; the open one ticks.
import { isTerminal } from "#lib/domain/job.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Job, Phase } from "#lib/contract/job.ts";
import { useIsBrowser } from "../../client/use-now.tsx";
import { phaseLabel } from "../../text/labels.ts";
import { Elapsed } from "../../ui/time.tsx";
import styles from "./phases.module.css";

export function Phases({ job }: { job: Job }) {
  // Closed on a phone, where the log is what one wants to reach; the browser knows its width only by itself.
  const isBrowser = useIsBrowser();
  const isNarrow = isBrowser && window.matchMedia("(max-width: 959px)").matches;
  const current = job.phases.findLast((phase) => phase.finishedAt === null);
  if (job.phases.length === 0) return null;
  return (
    <details className={styles.phases} open={!isNarrow}>
      <summary className={styles.summary}>
        <h2 className={styles.title}>Phases</h2>
        {current !== undefined && !isTerminal(job.state) && (
          <span className={styles.current}>
            now {phaseLabel(current.name)}, <Elapsed since={current.startedAt} />
          </span>
        )}
      </summary>
      <ol className={styles.list}>
        {job.phases.map((phase) => (
          <PhaseRow key={phase.id} phase={phase} jobEndedAt={job.finishedAt} />
        ))}
      </ol>
    </details>
  );
}

function PhaseRow({ phase, jobEndedAt }: { phase: Phase; jobEndedAt: string | null }) {
  const state = phase.finishedAt !== null ? "done" : jobEndedAt === null ? "running" : "broken";
  return (
    <li
      className={`${styles.phase} ${styles[state]}`}
      style={{ paddingInlineStart: `${phase.depth * 14}px` }}
    >
      <span className={styles.dot} aria-hidden="true" />
      <span className={styles.name} title={visibleText(phase.name)}>
        {phaseLabel(phase.name)}
      </span>
      <span className={styles.duration}>
        {state === "broken" ? "not finished" : <Elapsed since={phase.startedAt} until={phase.finishedAt} />}
      </span>
    </li>
  );
}
