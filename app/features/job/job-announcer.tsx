"use client";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import { jobLabel } from "../../text/labels.ts";
import { QuestionAnnouncer } from "../question/question-announcer.tsx";

/** For screen readers: announces changes of the state politely, and new questions assertively. */
export function JobAnnouncer({ job, question }: { job: Job; question: Interaction | null }) {
  return (
    <>
      <p className="visually-hidden" aria-live="polite">
        Job {job.id}: {jobLabel(job).label}
        {job.status === null ? "" : `, ${visibleText(job.status)}`}
        {job.workerUnresponsiveSince === null ? "" : `; the worker on ${job.host} isn’t responding`}
      </p>
      <QuestionAnnouncer questions={question === null ? [] : [question]} />
    </>
  );
}
