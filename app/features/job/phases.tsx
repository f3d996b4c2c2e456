"use client";
// The phases of the deployment as scap names them, with links to their lines in the log, their durations, and what is usual.
import { lazy, Suspense, useState } from "react";
import { isTerminal } from "#lib/domain/job.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Job, Phase } from "#lib/contract/job.ts";
import { useIsBrowser, useNow } from "../../client/use-now.tsx";
import { isLate } from "../../text/estimate.ts";
import { formatDuration } from "../../text/format.ts";
import { phaseLabel } from "../../text/labels.ts";
import { phaseStates, type PhaseState } from "../../text/phase-state.ts";
import { Button } from "../../ui/button.tsx";
import { Elapsed } from "../../ui/time.tsx";
import { lineHash } from "../log/line-range.ts";
import styles from "./phases.module.css";

/** Loaded when it is opened. */
const Timeline = lazy(() => import("./timeline.tsx"));

/** @param isFollowed reserves space for the phases to come, so that they do not push down what is below. */
export function Phases({ job, isFollowed }: { job: Job; isFollowed: boolean }) {
  const [isTimelineOpen, setIsTimelineOpen] = useState(false);
  // Collapsed on narrow screens, to keep the log within reach. Only the browser knows its width.
  const isBrowser = useIsBrowser();
  const isNarrow = isBrowser && window.matchMedia("(max-width: 959px)").matches;
  const current = job.phases.findLast((phase) => phase.finishedAt === null);
  if (job.phases.length === 0 && (!isFollowed || job.startedAt === null)) return null;
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
      <Button
        weight="quiet"
        tone="progressive"
        disabled={job.phases.length === 0}
        onClick={() => setIsTimelineOpen(true)}
      >
        Show timeline
      </Button>
      <ol className={styles.list} data-growing={isFollowed || undefined}>
        {job.phases.map((phase) => (
          <PhaseRow key={phase.id} job={job} phase={phase} state={states.get(phase.id) ?? "done"} />
        ))}
      </ol>
      {isTimelineOpen && (
        <Suspense>
          <Timeline job={job} onClose={() => setIsTimelineOpen(false)} />
        </Suspense>
      )}
    </details>
  );
}

function PhaseRow({ job, phase, state }: { job: Job; phase: Phase; state: PhaseState }) {
  const name = phaseLabel(phase.name);
  return (
    <li
      className={`${styles.phase} ${styles[state]}`}
      style={{ paddingInlineStart: `${phase.depth * 14}px` }}
    >
      <span className={styles.dot} data-live={state === "running" || undefined} aria-hidden="true" />
      <span className={styles.name} title={visibleText(phase.name)}>
        {job.outputRemovedAt === null ? (
          <a href={lineHash({ from: phase.firstLine, to: phase.firstLine })}>{name}</a>
        ) : (
          name
        )}
      </span>
      <span className={styles.duration}>
        {state === "failed" && "failed, "}
        {state === "unfinished" ? (
          "not finished"
        ) : (
          <PhaseDuration phase={phase} waits={job.interactions} isRunning={state === "running"} />
        )}
      </span>
    </li>
  );
}

type PhaseDurationProps = { phase: Phase; waits: Job["interactions"]; isRunning: boolean };

/** "2m 10s of ~4m 05s" while it runs, "9m 10s, late" when it took longer than nine of ten earlier runs. */
function PhaseDuration({ phase, waits, isRunning }: PhaseDurationProps) {
  const now = useNow();
  const { usual } = phase;
  return (
    <span title={usual === null ? undefined : `Usually ${formatDuration(usual.medianMs)}`}>
      <Elapsed since={phase.startedAt} until={phase.finishedAt} />
      {isLate(phase, waits, now) ? (
        <strong className={styles.late}>, late</strong>
      ) : (
        isRunning && usual !== null && <> of ~{formatDuration(usual.medianMs)}</>
      )}
    </span>
  );
}
