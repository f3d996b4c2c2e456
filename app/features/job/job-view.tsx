"use client";
// The page of one job: its changes, its current step or question, its history, and its log.
import { Suspense, useState } from "react";
import { isTerminal } from "#lib/domain/job.ts";
import type { Job } from "#lib/contract/job.ts";
import type { LogPage } from "#lib/contract/log.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { FocusTargetContext, jobFocusTarget } from "../../ui/use-restored-focus.ts";
import { useJob } from "./use-job.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { QuestionShortcut } from "../question/question-shortcut.tsx";
import { usePageTitle } from "../../ui/page-title.ts";
import { shownQuestion } from "../question/shown-question.ts";
import { questionTabTitle } from "../../text/waiting-time.ts";
import { jobLabel } from "../../text/labels.ts";
import type { LogStore } from "../log/log-store.ts";
import { LoadingLog } from "../log/empty-log.tsx";
import { LogContext } from "../log/failure-lines.ts";
import type { AnswerConflict } from "../question/question-card.tsx";
import { NotificationOffer } from "../notifications/notification-offer.tsx";
import { ChangeList } from "./change-list.tsx";
import { JobAnnouncer } from "./job-announcer.tsx";
import { JobDetails } from "./job-details.tsx";
import { JobHeader } from "./job-header.tsx";
import { JobLog } from "./job-log.tsx";
import { JobTrain } from "./job-train.tsx";
import { OverriddenPolicy } from "../question/overridden-policy.tsx";
import { Outcome } from "./outcome.tsx";
import { Phases } from "./phases.tsx";
import { JobDock } from "./job-dock.tsx";
import { QuestionHistory } from "./question-history.tsx";
import { Main } from "../../ui/main.tsx";
import styles from "./job-view.module.css";

export function JobView({ rendered, firstLog }: { rendered: Job; firstLog: Promise<LogPage> }) {
  const [log, setLog] = useState<LogStore>();
  const { job, screen, connection, viewers, showInteraction } = useJob(rendered, log);
  const overview = useOverview();
  const [conflict, setConflict] = useState<AnswerConflict>();
  // Where the page was opened before the job ended, everything has the place from then: nothing moves when it ends.
  const [isFollowed] = useState(!isTerminal(rendered.state));
  const question = shownQuestion(job, screen);
  usePageTitle(
    question === null
      ? `Job ${job.id} ${jobLabel(job).label.toLowerCase()} · SpiderPig`
      : questionTabTitle(question),
    { isQuestion: question !== null },
  );
  const isConnected = isCurrent(connection);
  return (
    <LogContext value={log}>
      <FocusTargetContext value={jobFocusTarget(job.id)}>
        <Main className={styles.page}>
          <JobHeader job={job} viewers={viewers} isConnected={isConnected} />
          <JobAnnouncer job={job} question={question} />
          <QuestionShortcut />
          <div className={styles.columns}>
            <div className={styles.main}>
              {isFollowed && <NotificationOffer responsible={job.responsible} />}
              {!isFollowed && <Outcome job={job} isConnected={isConnected} />}
              {job.changes.length > 0 && <ChangeList changes={job.changes} />}
              {job.train !== null && <JobTrain job={job} train={job.train} />}
              <JobDock
                job={job}
                question={question}
                screen={screen}
                connection={connection}
                conflict={conflict}
                isFollowed={isFollowed}
                onConflict={setConflict}
                onInteraction={(interaction) => {
                  showInteraction(interaction);
                  overview.showInteraction(interaction);
                }}
              />
              <div className={styles.log} data-growing={isFollowed || undefined}>
                <Suspense fallback={<LoadingLog lines={job.totalLines} />}>
                  <JobLog job={job} first={firstLog} onLoad={setLog} />
                </Suspense>
              </div>
            </div>
            <aside className={styles.aside} aria-label="Job details">
              <JobDetails job={job} isConnected={isConnected} />
              <Phases job={job} isFollowed={isFollowed} />
              <QuestionHistory interactions={job.interactions} />
              {/* Last, because it may appear at any time and must move nothing. */}
              <OverriddenPolicy job={job} />
            </aside>
          </div>
        </Main>
      </FocusTargetContext>
    </LogContext>
  );
}
