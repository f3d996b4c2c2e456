"use client";
// A queued job: what it does, what blocks it, and its place in the queue of its lane.
import Link from "next/link";
import { cdxIconArrowDown, cdxIconArrowUp } from "@wikimedia/codex-icons";
import { call } from "../../client/api.ts";
import type { QueuedJob } from "../../client/overview-state.ts";
import type { Action } from "../../client/use-action.ts";
import { useLanes } from "../../client/use-lanes.ts";
import { useStartObstacle } from "../../client/use-start-obstacle.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { usePermission } from "../../client/use-session.tsx";
import { changeTitle, jobSubject, STATE_LABELS } from "../../text/labels.ts";
import { freezeOf, shortObstacle } from "../../text/start-text.ts";
import { IconButton } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Elapsed, ForMinutes } from "../../ui/time.tsx";
import { FocusTargetContext, jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { RemoveFromQueue } from "../job/remove-from-queue.tsx";
import styles from "./queue-section.module.css";

export type QueueMove = { jobId: number; before: number | null };

type QueuedRowProps = {
  queued: QueuedJob;
  isConnected: boolean;
  isSelected: boolean;
  onSelect: (isSelected: boolean) => void;
  /** Undefined where the job cannot move. */
  up: QueueMove | undefined;
  down: QueueMove | undefined;
  move: Action<QueueMove>;
};

/** Sends a move of the queue. */
export async function moveInQueue({ jobId, before }: QueueMove, onSlow: () => void): Promise<void> {
  await call("PUT /api/jobs/{id}/queue-position", { params: { id: jobId }, body: { before }, onSlow });
}

export function QueuedRow({ queued, isConnected, isSelected, onSelect, up, down, move }: QueuedRowProps) {
  const { job, position } = queued;
  const canCancel = usePermission("cancel_job");
  const canMove = usePermission("move_queued_job");
  const focusTarget = useFocusTarget<HTMLLIElement>(jobFocusTarget(job.id));
  const isBusy = !isConnected || move.isRunning;
  return (
    <FocusTargetContext value={jobFocusTarget(job.id)}>
      <li className={styles.job} {...focusTarget}>
        <div className={styles.select}>
          {canCancel ? (
            <Checkbox isChecked={isSelected} onChange={onSelect}>
              <span className="visually-hidden">Select job {job.id}</span>
              <span aria-hidden="true">
                <Position position={position} />
              </span>
            </Checkbox>
          ) : (
            <Position position={position} />
          )}
        </div>
        <Link href={`/jobs/${job.id}`} className={styles.title}>
          Job {job.id}
        </Link>
        <p className={styles.subject} title={job.changes.map(changeTitle).join("\n")}>
          {jobSubject(job)}
        </p>
        <p className={styles.meta}>
          {job.requestedBy} · for <Elapsed since={job.createdAt} /> · <Blocker queued={queued} />
        </p>
        <span className={styles.actions}>
          {canMove && (
            <>
              <MoveButton direction="up" move={up} isBusy={isBusy} onMove={move.run} jobId={job.id} />
              <MoveButton direction="down" move={down} isBusy={isBusy} onMove={move.run} jobId={job.id} />
            </>
          )}
          {canCancel && <RemoveFromQueue job={job} isConnected={isConnected} isIcon />}
        </span>
      </li>
    </FocusTargetContext>
  );
}

function Position({ position }: { position: number | undefined }) {
  return (
    <span className={styles.position} title={position === undefined ? "Held" : "Position in the queue"}>
      {position ?? "–"}
    </span>
  );
}

type MoveButtonProps = {
  direction: "up" | "down";
  move: QueueMove | undefined;
  isBusy: boolean;
  onMove: (move: QueueMove) => void;
  jobId: number;
};

function MoveButton({ direction, move, isBusy, onMove, jobId }: MoveButtonProps) {
  return (
    <IconButton
      label={`Move job ${jobId} ${direction}`}
      icon={direction === "up" ? cdxIconArrowUp : cdxIconArrowDown}
      aria-disabled={isBusy || move === undefined || undefined}
      onClick={() => !isBusy && move !== undefined && onMove(move)}
    />
  );
}

function Blocker({ queued: { job, blockedBy } }: { queued: QueuedJob }) {
  const { jobs } = useOverview().overview;
  const lanes = useLanes();
  const obstacle = useStartObstacle(job);
  if (job.held !== null) return `held until an admin releases it: ${job.held.reason}`;
  if (blockedBy === undefined) {
    if (freezeOf(lanes, job.lane) !== undefined) return "starts when the freeze ends";
    return obstacle === undefined ? "starts next" : `does not start: ${shortObstacle(obstacle)}`;
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
