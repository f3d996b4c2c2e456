"use client";
import { useState } from "react";
import Link from "next/link";
import { cdxIconPrevious } from "@wikimedia/codex-icons";
import { isLive, isTerminal } from "#lib/domain/job.ts";
import type { Job } from "#lib/contract/job.ts";
import type { NotificationPermit } from "../notifications/use-notifications.ts";
import { useMay } from "../../client/use-session.tsx";
import { jobLabel } from "../../text/labels.ts";
import { Badge } from "../../ui/badge.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { Moment } from "../../ui/time.tsx";
import { RemoveFromQueue } from "./remove-from-queue.tsx";
import { RetryJob } from "./retry-job.tsx";
import { StopMenu } from "./stop-menu.tsx";
import { WatchToggle } from "../notifications/watch-toggle.tsx";
import styles from "./job-header.module.css";

const PERMIT_WORDS: Record<NotificationPermit, string> = {
  granted: "",
  refused: "This browser does not allow notifications from here; its settings for this site decide.",
  unsupported: "This browser cannot show notifications.",
};

/** Which job, how it is, and what can be done with it as a whole. */
export function JobHeader({ job, isConnected }: { job: Job; isConnected: boolean }) {
  const words = jobLabel(job);
  const maySignal = useMay("signal_job");
  const mayCancel = useMay("cancel_job");
  const mayRetry = useMay("retry_job");
  const [permit, setPermit] = useState<NotificationPermit>("granted");
  return (
    <div className={styles.header}>
      <Link href="/" className={styles.back}>
        <Icon icon={cdxIconPrevious} size="small" />
        All jobs
      </Link>
      <div className={styles.title}>
        <h1>Job {job.id}</h1>
        <Badge
          tone={words.tone}
          label={words.label}
          isLive={isLive(job.state) && job.workerSilentSince === null}
        />
        <span className={styles.byline}>
          {job.requestedBy}, <Moment at={job.startedAt ?? job.createdAt} />
        </span>
      </div>
      <div className={styles.actions}>
        {!isTerminal(job.state) && <WatchToggle jobId={job.id} onPermit={setPermit} />}
        {isLive(job.state) && maySignal && <StopMenu job={job} isConnected={isConnected} />}
        {job.state === "queued" && mayCancel && <RemoveFromQueue job={job} isConnected={isConnected} />}
        {isTerminal(job.state) && mayRetry && <RetryJob job={job} />}
      </div>
      <output className={styles.permit}>{PERMIT_WORDS[permit]}</output>
    </div>
  );
}
