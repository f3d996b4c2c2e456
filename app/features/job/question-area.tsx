"use client";
// The open question, always in view; without one, the last answer. An interactive program is shown as its live screen.
import { isLive } from "#lib/domain/job.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import type { TerminalScreen } from "#lib/contract/log.ts";
import { jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { questionSummary } from "#lib/domain/question-text.ts";
import { jobSubject } from "../../text/labels.ts";
import { AnswerLine } from "../question/answer-line.tsx";
import { AnswerConflictNotice } from "../question/answer-conflict-notice.tsx";
import { QuestionCard, type AnswerConflict } from "../question/question-card.tsx";
import { ScreenCard } from "../question/screen-card.tsx";
import styles from "./question-area.module.css";

type QuestionAreaProps = {
  job: Job;
  /** See `shownQuestion`. */
  question: Interaction | null;
  screen: TerminalScreen | null;
  isConnected: boolean;
  conflict: AnswerConflict | undefined;
  onConflict: (conflict: AnswerConflict | undefined) => void;
  onInteraction: (interaction: Interaction) => void;
};

export function QuestionArea(props: QuestionAreaProps) {
  const { job, question, screen, isConnected, conflict, onConflict, onInteraction } = props;
  const last = job.interactions.at(-1);
  return (
    <>
      {conflict !== undefined && (
        <AnswerConflictNotice conflict={conflict} onClose={() => onConflict(undefined)} />
      )}
      {question?.kind === "screen" ? (
        <div className={styles.sticky}>
          <ScreenCard
            job={job}
            question={question}
            screen={screen}
            isConnected={isConnected}
            onInteraction={onInteraction}
          />
        </div>
      ) : question !== null ? (
        <div className={styles.sticky}>
          <QuestionCard
            key={question.id}
            question={question}
            heading="scap asks"
            subject={jobSubject(job.changes)}
            position={conflict === undefined ? "" : "below a notice"}
            isConnected={isConnected}
            isWorkerUnresponsive={job.workerUnresponsiveSince !== null}
            onInteraction={onInteraction}
            onConflict={onConflict}
          />
        </div>
      ) : (
        last !== undefined &&
        isLive(job.state) &&
        last.id !== conflict?.interaction.id && <LastAnswer job={job} last={last} />
      )}
    </>
  );
}

function LastAnswer({ job, last }: { job: Job; last: Interaction }) {
  const focusTarget = useFocusTarget<HTMLParagraphElement>(jobFocusTarget(job.id));
  return (
    <p className={styles.last} {...focusTarget}>
      “{questionSummary(last)}”: <AnswerLine interaction={last} />
      {job.workerUnresponsiveSince !== null &&
        last.answer?.delivery === "accepted" &&
        ". Waiting for the worker."}
    </p>
  );
}
