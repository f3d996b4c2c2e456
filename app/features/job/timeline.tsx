"use client";
// The phases of a job on an axis of time, with what is usual. A table, so that screen readers and copied text have the numbers; the
// last column draws them. Loaded when it is opened.
import { Fragment } from "react";
import type { Job, Phase } from "#lib/contract/job.ts";
import { useNow } from "../../client/use-now.tsx";
import { isLate } from "../../text/estimate.ts";
import { formatDuration } from "../../text/format.ts";
import { phaseLabel } from "../../text/labels.ts";
import { phaseStates } from "../../text/phase-state.ts";
import { axisTicks, timelineSpan, waitsWithin, type Span } from "../../text/timeline-scale.ts";
import { ExactClock } from "../../ui/time.tsx";
import { WideDialog } from "../../ui/wide-dialog.tsx";
import { lineHash } from "../log/line-range.ts";
import styles from "./timeline.module.css";

export default function Timeline({ job, onClose }: { job: Job; onClose: () => void }) {
  const now = useNow();
  const span = timelineSpan(job, now);
  const states = phaseStates(job);
  return (
    <WideDialog title={`Timeline of job ${job.id}`} onClose={onClose}>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Phase</th>
              <th scope="col">Started</th>
              <th scope="col">Took</th>
              <th scope="col">Usually</th>
              <th scope="col" className={styles.chart}>
                <span className="visually-hidden">Chart</span>
                <Axis span={span} />
              </th>
            </tr>
          </thead>
          <tbody>
            {job.phases.map((phase) => (
              <tr key={phase.id} data-state={states.get(phase.id)}>
                <th scope="row" style={{ paddingInlineStart: `${phase.depth * 14}px` }}>
                  {job.outputRemovedAt === null ? (
                    <a href={lineHash({ from: phase.firstLine, to: phase.firstLine })} onClick={onClose}>
                      {phaseLabel(phase.name)}
                    </a>
                  ) : (
                    phaseLabel(phase.name)
                  )}
                </th>
                <td>
                  <ExactClock at={phase.startedAt} />
                </td>
                <td>
                  {formatDuration(endOf(phase, span) - Date.parse(phase.startedAt))}
                  {isLate(phase, job.interactions, span.now) && (
                    <strong className={styles.late}> late</strong>
                  )}
                </td>
                <td>{phase.usual === null ? "–" : usualText(phase.usual)}</td>
                <td className={styles.chart}>
                  <Bars job={job} phase={phase} span={span} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.legend}>
        <span className={styles.barKey} /> Phase <span className={styles.waitKey} /> Waiting for input{" "}
        <span className={styles.usualKey} /> Usual time, up to nine of ten runs. Usual times are those of the
        last 20 runs, without waiting.
      </p>
    </WideDialog>
  );
}

function usualText({ medianMs, p90Ms }: NonNullable<Phase["usual"]>): string {
  return `${formatDuration(medianMs)}, at most ${formatDuration(p90Ms)}`;
}

function endOf(phase: Phase, span: Span): number {
  return phase.finishedAt === null ? span.now : Date.parse(phase.finishedAt);
}

function Axis({ span }: { span: Span }) {
  return (
    <span className={styles.axis} aria-hidden="true">
      {axisTicks(span).map((ms) => (
        <span key={ms} className={styles.tick} style={{ left: percent(span.from + ms, span) }}>
          {formatDuration(ms)}
        </span>
      ))}
    </span>
  );
}

/** The phase, the parts of it in which scap waited, and up to when it usually lasts. */
function Bars({ job, phase, span }: { job: Job; phase: Phase; span: Span }) {
  const start = Date.parse(phase.startedAt);
  const end = endOf(phase, span);
  const waits = waitsWithin(job.interactions, start, end);
  const waitedMs = waits.reduce((sum, { from, to }) => sum + to - from, 0);
  return (
    <span className={styles.bars} aria-hidden="true">
      {phase.usual !== null && (
        <span
          className={styles.usual}
          style={place(start + waitedMs + phase.usual.medianMs, start + waitedMs + phase.usual.p90Ms, span)}
        />
      )}
      <span className={styles.bar} style={place(start, end, span)} />
      {waits.map(({ from, to }) => (
        <Fragment key={from}>
          <span className={styles.wait} style={place(from, to, span)} />
        </Fragment>
      ))}
    </span>
  );
}

function place(fromMs: number, toMs: number, span: Span): { left: string; width: string } {
  const from = Math.min(Math.max(fromMs, span.from), span.to);
  const to = Math.min(Math.max(toMs, from), span.to);
  return { left: percent(from, span), width: `max(2px, ${((to - from) / (span.to - span.from)) * 100}%)` };
}

function percent(ms: number, span: Span): string {
  return `${((ms - span.from) / (span.to - span.from)) * 100}%`;
}
