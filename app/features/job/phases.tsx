"use client";
// The phases of the deployment as scap names them, with their durations.
import { isTerminal } from "#lib/domain/job.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Job, Phase } from "#lib/contract/job.ts";
import { useIsBrowser } from "../../client/use-now.tsx";
import { phaseStates, type PhaseState } from "./phase-state.ts";
import { phaseLabel } from "../../text/labels.ts";
import { Elapsed } from "../../ui/time.tsx";
import styles from "./phases.module.css";

export function Phases({ job }: { job: Job }) {
  // Collapsed on narrow screens, to keep the log within reach. Only the browser knows its width.
  const isBrowser = useIsBrowser();
  const isNarrow = isBrowser && window.matchMedia("(max-width: 959px)").matches;
  const current = job.phases.findLast((phase) => phase.finishedAt === null);
  if (job.phases.length === 0) return null;
  const states = phaseStates(job);
  return (
    <details className={styles.phases} open={!isNarrow}>
      <summary className={styles.summary}>
        <h2 className={styles.title}>Phases</h2>
        {current !== undefined && !isTerminal(job.state) && (
          <span className={styles.current}>
            {phaseLabel(current.name)}, <Elapsed since={current.startedAt} />
          </span>
        )}
      </summary>
      <ol className={styles.list}>
        {job.phases.map((phase) => (
          <PhaseRow key={phase.id} phase={phase} state={states.get(phase.id) ?? "done"} />
        ))}
      </ol>
    </details>
  );
}

function PhaseRow({ phase, state }: { phase: Phase; state: PhaseState }) {
  return (
    <li
      className={`${styles.phase} ${styles[state]}`}
      style={{ paddingInlineStart: `${phase.depth * 14}px` }}
    >
      <span className={styles.dot} data-live={state === "running" || undefined} aria-hidden="true" />
      <span className={styles.name} title={visibleText(phase.name)}>
        {phaseLabel(phase.name)}
      </span>
      <span className={styles.duration}>
        {state === "failed" && "failed, "}
        {state === "unfinished" ? (
          "not finished"
        ) : (
          <Elapsed since={phase.startedAt} until={phase.finishedAt} />
        )}
      </span>
    </li>
  );
}
