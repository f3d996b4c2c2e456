"use client";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import { questionSummary } from "#lib/domain/question-text.ts";
import { useNow } from "../../client/use-now.tsx";
import { estimate, questionText, restText } from "../../text/estimate.ts";
import { phaseLabel } from "../../text/labels.ts";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { AnswerLine } from "../question/answer-line.tsx";
import type { AnswerConflict } from "../question/question-card.tsx";
import styles from "./current-step.module.css";

/** What scap is doing now, and the last answer. */
export function CurrentStep({ job, conflict }: { job: Job; conflict: AnswerConflict | undefined }) {
  const { progress, status } = job;
  const focusTarget = useFocusTarget<HTMLElement>(jobFocusTarget(job.id));
  // A full progress bar belongs to a step that has finished; scap reports the next step a moment later.
  const isInProgress = progress !== null && progress.left > 0;
  const isNamedByProgress = isInProgress && (status === null || status === progress.name);
  const last = job.interactions.at(-1);
  return (
    <section className={styles.step} aria-label="Current step" {...focusTarget}>
      <div className={styles.progress}>
        {!isNamedByProgress && <p className={styles.status}>{statusText(job)}</p>}
        {isInProgress && <ProgressBar progress={progress} />}
      </div>
      <TimeLeft job={job} />
      {last !== undefined && last.id !== conflict?.interaction.id && <LastAnswer job={job} last={last} />}
    </section>
  );
}

/** When the next question and the end are to be expected, from earlier deployments. */
function TimeLeft({ job }: { job: Job }) {
  const { restMs, questionMs } = estimate(job, useNow());
  const texts = [
    ...(questionMs === undefined ? [] : [questionText(questionMs)]),
    ...(restMs === undefined ? [] : [restText(restMs)]),
  ];
  const isLate = (restMs ?? 0) < 0 || (questionMs ?? 0) < 0;
  return (
    <p className={styles.left} data-late={isLate || undefined}>
      {texts.join(" · ")}
    </p>
  );
}

function statusText({ status, totalLines }: Job): string {
  if (status !== null) return phaseLabel(status);
  return totalLines === 0 ? "Starting scap" : "Running";
}

function LastAnswer({ job, last }: { job: Job; last: Interaction }) {
  return (
    <p className={styles.last}>
      “{questionSummary(last)}”: <AnswerLine interaction={last} />
      {job.workerUnresponsiveSince !== null &&
        last.answer?.delivery === "accepted" &&
        ". Waiting for the worker."}
    </p>
  );
}
