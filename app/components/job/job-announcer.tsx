"use client";
import type { Interaction, Job } from "#lib/wire/schemas.ts";
import { questionLine } from "../../lib/question-text.ts";
import { remindedWait } from "../../lib/waited.ts";
import { jobWords } from "../../lib/words.ts";

/** For screen readers: the state politely, a new question at once. */
export function JobAnnouncer({ job }: { job: Job }) {
  const question = job.pendingInteraction;
  return (
    <>
      <p className="visually-hidden" aria-live="polite">
        Job {job.id}: {jobWords(job).label}
        {job.status === null ? "" : `, ${job.status}`}
        {job.workerSilentSince === null ? "" : `; the worker on ${job.host} is not heard`}
      </p>
      <p className="visually-hidden" aria-live="assertive">
        {question === null ? "" : `Job ${job.id} ${asks(question)}: ${questionLine(question.message)}`}
      </p>
    </>
  );
}

/** A reminder changes the words, so that they are said again. */
function asks(question: Interaction): string {
  const waits = remindedWait(question);
  return waits === undefined ? "asks" : `still asks, for ${waits}`;
}
