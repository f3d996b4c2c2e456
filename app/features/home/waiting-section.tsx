"use client";
import { useState } from "react";
import Link from "next/link";
import type { Interaction, JobSummary } from "#lib/wire/schemas.ts";
import { BelongsTo, jobPlace } from "../../ui/use-kept-place.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { jobSubject } from "../../text/words.ts";
import { OvertakenNotice } from "../question/overtaken-notice.tsx";
import { QuestionCard, type Overtaken } from "../question/question-card.tsx";
import { Section } from "./section.tsx";

type WaitingSectionProps = {
  jobs: readonly JobSummary[];
  isConnected: boolean;
  onInteraction: (interaction: Interaction) => void;
};

/** Every open question, answerable right here. */
export function WaitingSection({ jobs, isConnected, onInteraction }: WaitingSectionProps) {
  const [overtaken, setOvertaken] = useState<readonly Overtaken[]>([]);
  const { lanes } = useOverview().overview;
  /** They come and go above the questions. */
  const notices = overtaken.length + lanes.filter(({ freeze }) => freeze !== null).length;
  return (
    <>
      {overtaken.map((one) => (
        <BelongsTo key={one.interaction.id} value={jobPlace(one.interaction.jobId)}>
          <OvertakenNotice
            overtaken={one}
            onClose={() => setOvertaken((before) => before.filter((other) => other !== one))}
          />
        </BelongsTo>
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
                  isWorkerSilent={job.workerSilentSince !== null}
                  onInteraction={onInteraction}
                  onOvertaken={(one) => setOvertaken((before) => [...before, one])}
                />
              ),
          )}
        </Section>
      )}
    </>
  );
}
