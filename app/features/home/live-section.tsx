"use client";
// The jobs that are running or waiting for input. An open question can be answered right here.
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import Link from "next/link";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { FocusTargetContext, jobFocusTarget } from "../../ui/use-restored-focus.ts";
import { useLanes } from "../../client/use-lanes.ts";
import { jobSubject } from "../../text/labels.ts";
import { AnswerConflictNotice } from "../question/answer-conflict-notice.tsx";
import { QuestionCard, type AnswerConflict } from "../question/question-card.tsx";
import { IdleNotice } from "./idle-notice.tsx";
import { RunningJob } from "./running-job.tsx";
import { Section } from "./section.tsx";
import { stableOrder } from "./stable-order.ts";
import styles from "./live-section.module.css";

type LiveSectionProps = {
  title: string;
  /** Those with a question first. */
  jobs: readonly JobSummary[];
  /** Whether the place of this job is as high as a question; otherwise its question is not shown here. */
  hasQuestionPlace: (jobId: number) => boolean;
  isConnected: boolean;
  onInteraction: (interaction: Interaction) => void;
};

export function LiveSection(props: LiveSectionProps) {
  const { title, jobs, hasQuestionPlace, isConnected, onInteraction } = props;
  const [conflicts, setConflicts] = useState<readonly AnswerConflict[]>([]);
  const [order, setOrder] = useState<readonly number[]>([]);
  const lanes = useLanes();
  const shown = stableOrder(order, jobs);
  if (shown.length !== order.length || shown.some(({ id }, index) => id !== order[index])) {
    setOrder(shown.map(({ id }) => id));
  }
  const notices = conflicts.length + lanes.filter(({ freeze }) => freeze !== null).length;
  return (
    <>
      {conflicts.map((one) => (
        <FocusTargetContext key={one.interaction.id} value={jobFocusTarget(one.interaction.jobId)}>
          <AnswerConflictNotice
            conflict={one}
            onClose={() => setConflicts((known) => known.filter((other) => other !== one))}
          />
        </FocusTargetContext>
      ))}
      <Section title={title} count={shown.length}>
        {shown.length === 0 && <IdleNotice />}
        {shown.map((job, index) => (
          <LiveJob
            key={job.id}
            job={job}
            question={hasQuestionPlace(job.id) ? job.pendingInteraction : null}
            position={`${notices} ${shown.slice(0, index).map(heightKey).join()}`}
            isConnected={isConnected}
            onInteraction={onInteraction}
            onConflict={(one) => setConflicts((known) => [...known, one])}
          />
        ))}
      </Section>
    </>
  );
}

/** Changes when the card of a job may change its height and move the cards below. */
function heightKey({ id, pendingInteraction, progress, workerUnresponsiveSince }: JobSummary): string {
  return `${id} ${pendingInteraction?.id} ${progress !== null} ${workerUnresponsiveSince !== null}`;
}

type LiveJobProps = {
  job: JobSummary;
  question: Interaction | null;
  /** Where the card is on the page: changes when it moves. */
  position: string;
  isConnected: boolean;
  onInteraction: (interaction: Interaction) => void;
  onConflict: (conflict: AnswerConflict) => void;
};

function LiveJob({ job, question, position, isConnected, onInteraction, onConflict }: LiveJobProps) {
  const subject = jobSubject(job);
  return (
    <StableHeight isTall={question !== null}>
      {question === null ? (
        <RunningJob job={job} />
      ) : (
        <QuestionCard
          key={question.id}
          question={question}
          heading={
            <>
              <Link href={`/jobs/${job.id}`}>Job {job.id}</Link> asks: {subject}
            </>
          }
          job={job}
          page="list"
          position={position}
          isConnected={isConnected}
          isWorkerUnresponsive={job.workerUnresponsiveSince !== null}
          onInteraction={onInteraction}
          onConflict={onConflict}
        />
      )}
    </StableHeight>
  );
}

/** Keeps the height of the last question, so that the page does not move when a question is answered and the next arrives. */
function StableHeight({ isTall, children }: { isTall: boolean; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [heightPx, setHeightPx] = useState<number>();
  useLayoutEffect(() => {
    const element = box.current;
    if (!isTall || element === null) return;
    // Measured while the question is shown; once it is gone, the element would measure its replacement.
    const observer = new ResizeObserver(() =>
      setHeightPx(element.firstElementChild?.getBoundingClientRect().height),
    );
    if (element.firstElementChild !== null) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, [isTall, children]);
  return (
    <div ref={box} className={styles.job} style={isTall ? undefined : { minHeight: heightPx }}>
      {children}
    </div>
  );
}
