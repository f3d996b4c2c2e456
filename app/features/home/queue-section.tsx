"use client";
import { useState } from "react";
import Link from "next/link";
import type { QueuedJob } from "../../client/overview-state.ts";
import { FocusTargetContext, jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { useLanes } from "../../client/use-lanes.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { usePermission } from "../../client/use-session.tsx";
import { formatCount } from "../../text/format.ts";
import { STATE_LABELS } from "../../text/labels.ts";
import { freezeOf } from "../../text/start-text.ts";
import { RemoveFromQueue } from "../job/remove-from-queue.tsx";
import { JobSubjects } from "../change/job-subjects.tsx";
import { Elapsed, ForMinutes } from "../../ui/time.tsx";
import { Button } from "../../ui/button.tsx";
import card from "../../ui/card.module.css";
import { Section } from "./section.tsx";
import styles from "./queue-section.module.css";

type QueueSectionProps = { queued: readonly QueuedJob[]; isConnected: boolean };

/** The first queued jobs in their order, what blocks each of them, and how many more there are. */
export function QueueSection({ queued, isConnected }: QueueSectionProps) {
  const { queuedCount } = useOverview().overview;
  // With one column it is above the recent jobs, and opens and closes only when the person says so.
  const [isOpen, setIsOpen] = useState(queued.length > 0);
  const more = queuedCount - queued.length;
  return (
    <div
      className={styles.section}
      data-empty={queued.length === 0 || undefined}
      data-closed={!isOpen || undefined}
    >
      <Section
        title="Queued"
        count={Math.max(queuedCount, queued.length)}
        aside={
          <span className={styles.toggle}>
            <Button
              weight="quiet"
              tone="progressive"
              aria-expanded={isOpen}
              onClick={() => setIsOpen(!isOpen)}
            >
              {isOpen ? "Hide queue" : "Show queue"}
            </Button>
          </span>
        }
      >
        <ol className={`${card.card} ${styles.list}`}>
          {queued.map((one) => (
            <QueuedRow key={one.job.id} queued={one} isConnected={isConnected} />
          ))}
        </ol>
        <p className={styles.more}>
          {more > 0 && <Link href="/history?state=queued">and {formatCount(more)} more</Link>}
          {queued.length === 0 && "No jobs are queued."}
        </p>
      </Section>
    </div>
  );
}

function QueuedRow({ queued, isConnected }: { queued: QueuedJob; isConnected: boolean }) {
  const { job, position } = queued;
  const canCancel = usePermission("cancel_job");
  const focusTarget = useFocusTarget<HTMLLIElement>(jobFocusTarget(job.id));
  return (
    <FocusTargetContext value={jobFocusTarget(job.id)}>
      <li className={styles.job} {...focusTarget}>
        <span className={styles.position} title={position === undefined ? "Held" : "Position in the queue"}>
          {position ?? "–"}
        </span>
        <div className={styles.text}>
          <p className={styles.top}>
            <Link href={`/jobs/${job.id}`} className={styles.title}>
              Job {job.id}
            </Link>
            <span className={styles.meta}>
              {job.requestedBy} · queued for <Elapsed since={job.createdAt} /> · <Blocker queued={queued} />
            </span>
          </p>
          <JobSubjects job={job} />
        </div>
        {canCancel && <RemoveFromQueue job={job} isConnected={isConnected} />}
      </li>
    </FocusTargetContext>
  );
}

function Blocker({ queued: { job, blockedBy } }: { queued: QueuedJob }) {
  const { jobs } = useOverview().overview;
  const lanes = useLanes();
  if (job.held !== null) return `held until an admin releases it: ${job.held.reason}`;
  if (blockedBy === undefined) {
    return freezeOf(lanes, job.lane) !== undefined ? "starts when the freeze ends" : "starts next";
  }
  const blocker = jobs.find(({ id }) => id === blockedBy);
  return (
    <>
      behind <Link href={`/jobs/${blockedBy}`}>job {blockedBy}</Link>
      {blocker !== undefined && (
        <>
          {" "}
          by {blocker.requestedBy} ({STATE_LABELS[blocker.state].label.toLowerCase()}
          {blocker.pendingInteraction !== null && <ForMinutes since={blocker.pendingInteraction.askedAt} />})
        </>
      )}
    </>
  );
}
