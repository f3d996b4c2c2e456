"use client";
import { useState } from "react";
import Link from "next/link";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { FocusTargetContext, jobFocusTarget } from "../../ui/use-restored-focus.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { jobSubject } from "../../text/labels.ts";
import { AnswerConflictNotice } from "../question/answer-conflict-notice.tsx";
import { QuestionCard, type AnswerConflict } from "../question/question-card.tsx";
import { Section } from "./section.tsx";

type WaitingSectionProps = {
  jobs: readonly JobSummary[];
  isConnected: boolean;
  onInteraction: (interaction: Interaction) => void;
};

/** Every open question, answerable right here. */
export function WaitingSection({ jobs, isConnected, onInteraction }: WaitingSectionProps) {
  const [conflict, setConflict] = useState<readonly AnswerConflict[]>([]);
  const { lanes } = useOverview().overview;
  /** They come and go above the questions. */
  const notices = conflict.length + lanes.filter(({ freeze }) => freeze !== null).length;
  return (
    <>
      {conflict.map((one) => (
        <FocusTargetContext key={one.interaction.id} value={jobFocusTarget(one.interaction.jobId)}>
          <AnswerConflictNotice
            conflict={one}
            onClose={() => setConflict((before) => before.filter((other) => other !== one))}
          />
        </FocusTargetContext>
      ))}
      {jobs.length > 0 && (
        <Section title="Waits for an answer" count={jobs.length}>
          {jobs.map(
            (job, place) =>
              job.pendingInteraction !== null && (
                <QuestionCard
                  key={job.pendingInteraction.id}
                  question={job.pendingInteraction}
                  heading={
                    <>
                      <Link href={`/jobs/${job.id}`}>Job {job.id}</Link> asks: {jobSubject(job.changes)}
                    </>
                  }
                  subject={jobSubject(job.changes)}
                  place={`${notices} ${place}`}
                  isConnected={isConnected}
                  isWorkerUnresponsive={job.workerSilentSince !== null}
                  onInteraction={onInteraction}
                  onConflict={(one) => setConflict((before) => [...before, one])}
                />
              ),
          )}
        </Section>
      )}
    </>
  );
}
