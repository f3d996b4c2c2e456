"use client";
// The page of one job: what it deploys, what it does, what it asks, and everything it printed.
import { useState } from "react";
import { isLive, isTerminal } from "#lib/domain/job.ts";
import type { Job, LogPage } from "#lib/wire/schemas.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { BelongsTo, jobPlace } from "../../ui/use-kept-place.ts";
import { useJob } from "./use-job.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { useTab } from "../../ui/use-tab.ts";
import { shownQuestion } from "../question/shown-question.ts";
import { questionTitle } from "../../text/waited.ts";
import { jobSubject, jobWords } from "../../text/words.ts";
import type { LogStore } from "../log/log-store.ts";
import { ComingLog } from "../log/coming-log.tsx";
import { LogView } from "../log/log-view.tsx";
import { RemovedLog } from "../log/removed-log.tsx";
import type { Overtaken } from "../question/question-card.tsx";
import { ConnectionBanner } from "../shell/connection-banner.tsx";
import { FreezeNotices } from "../shell/freeze-notices.tsx";
import { ChangeList } from "./change-list.tsx";
import { JobAnnouncer } from "./job-announcer.tsx";
import { JobFacts } from "./job-facts.tsx";
import { JobHeader } from "./job-header.tsx";
import { Now } from "./now.tsx";
import { Outcome } from "./outcome.tsx";
import { Phases } from "./phases.tsx";
import { QuestionArea } from "./question-area.tsx";
import { QuestionHistory } from "./question-history.tsx";
import { SilenceNotice } from "./silence-notice.tsx";
import styles from "./job-view.module.css";

export function JobView({ rendered, firstLog }: { rendered: Job; firstLog: LogPage }) {
  const { job, log, screen, connection, showInteraction } = useJob(rendered, firstLog);
  const overview = useOverview();
  const [overtaken, setOvertaken] = useState<Overtaken>();
  const question = shownQuestion(job, screen);
  useTab(
    question === null
      ? `Job ${job.id} ${jobWords(job).label.toLowerCase()} · SpiderPig`
      : questionTitle(question),
    question !== null,
  );
  const isConnected = isCurrent(connection);
  return (
    <BelongsTo value={jobPlace(job.id)}>
      <main className={styles["page"]} tabIndex={-1} data-asked={question !== null || undefined}>
        <ConnectionBanner connection={connection} />
        <JobHeader job={job} isConnected={isConnected} />
        <JobAnnouncer job={job} question={question} />
        <div className={styles["columns"]}>
          <div className={styles["main"]}>
            {job.state === "queued" && <FreezeNotices />}
            <SilenceNotice job={job} isConnected={isConnected} />
            <Outcome job={job} isConnected={isConnected} />
            <ChangeList changes={job.changes} />
            <QuestionArea
              job={job}
              question={question}
              screen={screen}
              isConnected={isConnected}
              overtaken={overtaken}
              onOvertaken={setOvertaken}
              onInteraction={(interaction) => {
                showInteraction(interaction);
                overview.showInteraction(interaction);
              }}
            />
            {isLive(job.state) && question === null && <Now job={job} />}
            <Log job={job} log={log} />
          </div>
          <aside className={styles["aside"]} aria-label="Course of the job">
            <JobFacts job={job} />
            <Phases job={job} />
            <QuestionHistory interactions={job.interactions} />
          </aside>
        </div>
      </main>
    </BelongsTo>
  );
}

function Log({ job, log }: { job: Job; log: LogStore }) {
  if (job.state === "queued") return <ComingLog />;
  // Taken out of the queue: there never was one.
  if (job.startedAt === null) return null;
  if (job.outputRemovedAt !== null)
    return <RemovedLog removedAt={job.outputRemovedAt} totalLines={job.totalLines} />;
  return (
    <LogView
      jobId={job.id}
      log={log}
      isLive={isLive(job.state)}
      isOver={isTerminal(job.state)}
      subject={jobSubject(job.changes)}
    />
  );
}
