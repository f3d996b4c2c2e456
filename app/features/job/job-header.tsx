"use client";
import { useState } from "react";
import Link from "next/link";
import { cdxIconPrevious } from "@wikimedia/codex-icons";
import { isLive, isTerminal } from "#lib/domain/job.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Job } from "#lib/contract/job.ts";
import { usePermission } from "../../client/use-session.tsx";
import { jobLabel, operationPrefix } from "../../text/labels.ts";
import { personHref } from "../../text/page-links.ts";
import { Badge } from "../../ui/badge.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { Moment } from "../../ui/time.tsx";
import { isRevertible, RevertJob } from "../revert/revert-job.tsx";
import { isOffered } from "./outcome.tsx";
import { RemoveFromQueue } from "./remove-from-queue.tsx";
import { RetryJob } from "./retry-job.tsx";
import { OtherViewers } from "../../ui/other-viewers.tsx";
import { StopMenu } from "./stop-menu.tsx";
import { WatchToggle } from "../notifications/watch-toggle.tsx";
import styles from "./job-header.module.css";

type JobHeaderProps = { job: Job; viewers: readonly string[]; isConnected: boolean };

/** Number and state of the job, and the actions that apply to the whole job. */
export function JobHeader({ job, viewers, isConnected }: JobHeaderProps) {
  const { tone, label } = jobLabel(job);
  const operation = operationPrefix(job);
  const canSignal = usePermission("signal_job");
  const canCancel = usePermission("cancel_job");
  const canRetry = usePermission("retry_job");
  const canRevert = usePermission("revert_job");
  const [watchMessage, setWatchMessage] = useState("");
  return (
    <div className={styles.header}>
      <Link href="/" className={styles.back}>
        <Icon icon={cdxIconPrevious} size="small" />
        <span className="visually-hidden-on-phone">All jobs</span>
      </Link>
      <div className={styles.title}>
        <h1>Job {job.id}</h1>
        <span className={styles.state}>
          <Badge
            tone={tone}
            label={label}
            isLive={isLive(job.state) && job.workerUnresponsiveSince === null}
          />
        </span>
        <div className={styles.byline}>
          <span>
            {operation !== "" && `${operation} by `}
            <Link href={personHref(job.requestedBy)}>{visibleText(job.requestedBy)}</Link>,{" "}
            <Moment at={job.startedAt ?? job.createdAt} />
          </span>
          <OtherViewers names={viewers} />
        </div>
      </div>
      <div className={styles.actions}>
        {isLive(job.state) && canSignal && <StopMenu job={job} isConnected={isConnected} />}
        {job.state === "queued" && canCancel && <RemoveFromQueue job={job} isConnected={isConnected} />}
        {/* At the end of the row, where it stays when the job starts. */}
        {!isTerminal(job.state) && <WatchToggle job={job} onMessage={setWatchMessage} />}
        {canRevert && isRevertible(job) && !isOffered(job.outcome) && <RevertJob job={job} />}
        {isTerminal(job.state) && canRetry && <RetryJob job={job} />}
      </div>
      <output className={styles.permission}>{watchMessage}</output>
    </div>
  );
}
