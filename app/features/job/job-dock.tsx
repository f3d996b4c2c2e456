"use client";
// What needs attention now, always in view at the bottom of the window: why the job does not start, the open question, the
// current step of scap, or how the job ended meanwhile. An interactive program is shown as its live screen. Notices are
// stacked above it.
import { isLive } from "#lib/domain/job.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import type { TerminalScreen } from "#lib/contract/log.ts";
import { type ConnectionStatus, isCurrent } from "../../client/use-event-stream.ts";
import { Dock } from "../../ui/dock.tsx";
import { AnswerConflictNotice } from "../question/answer-conflict-notice.tsx";
import { type AnswerConflict, QuestionCard } from "../question/question-card.tsx";
import { ScreenCard } from "../question/screen-card.tsx";
import { ConnectionBanner } from "../shell/connection-banner.tsx";
import { FreezeNotices } from "../shell/freeze-notices.tsx";
import { CurrentStep } from "./current-step.tsx";
import { Outcome } from "./outcome.tsx";
import { UnresponsiveNotice } from "./unresponsive-notice.tsx";
import styles from "./job-dock.module.css";

type JobDockProps = {
  job: Job;
  /** See `shownQuestion`. */
  question: Interaction | null;
  screen: TerminalScreen | null;
  connection: ConnectionStatus;
  conflict: AnswerConflict | undefined;
  /** The page was opened before the job ended. */
  isFollowed: boolean;
  onConflict: (conflict: AnswerConflict | undefined) => void;
  onInteraction: (interaction: Interaction) => void;
};

export function JobDock(props: JobDockProps) {
  const { job, question, screen, connection, conflict, isFollowed, onConflict, onInteraction } = props;
  const isConnected = isCurrent(connection);
  return (
    <Dock hasAside>
      <ConnectionBanner connection={connection} />
      {job.state === "queued" && <FreezeNotices />}
      <UnresponsiveNotice job={job} isConnected={isConnected} />
      {conflict !== undefined && (
        <AnswerConflictNotice conflict={conflict} onClose={() => onConflict(undefined)} />
      )}
      {question?.kind === "screen" ? (
        <ScreenCard
          job={job}
          question={question}
          screen={screen}
          isConnected={isConnected}
          onInteraction={onInteraction}
        />
      ) : question !== null ? (
        <QuestionCard
          key={question.id}
          question={question}
          heading="scap asks"
          job={job}
          page="job"
          position=""
          isConnected={isConnected}
          isWorkerUnresponsive={job.workerUnresponsiveSince !== null}
          onInteraction={onInteraction}
          onConflict={onConflict}
        />
      ) : isLive(job.state) ? (
        <CurrentStep job={job} conflict={conflict} />
      ) : (
        isFollowed && (
          <div className={styles.outcome}>
            <Outcome job={job} isConnected={isConnected} />
          </div>
        )
      )}
    </Dock>
  );
}
