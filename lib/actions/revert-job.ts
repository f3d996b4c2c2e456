// Reverts what a job deployed: shows what will be undone, and queues the job that does it.
import type { Database, Transaction } from "../db/connection.ts";
import { findRevertInProgress, listDeployedSince } from "../db/reverts.ts";
import { changeReference } from "../domain/change-reference.ts";
import { isTerminal } from "../domain/job.ts";
import { REVERT } from "../domain/operation.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import type { Job } from "../contract/job.ts";
import type { RevertPreview, RevertRequest } from "../contract/revert.ts";
import { createJob, type CreateJobContext } from "./create-job.ts";
import { readJob } from "./read-job.ts";

/** @throws AppError job_not_found, job_not_ended, nothing_to_revert. */
export async function previewRevert(db: Database, jobId: number): Promise<RevertPreview> {
  const job = await readRevertible(db, jobId);
  return { changes: job.changes, deployedSince: await listDeployedSince(db, jobId) };
}

/** @throws AppError job_not_found, job_not_ended, nothing_to_revert, revert_in_progress, and those of createJob. */
export async function revertJob(
  context: CreateJobContext,
  user: User,
  jobId: number,
  { reason, changes: numbers }: RevertRequest,
  idempotencyKey: string | null,
): Promise<Job> {
  const job = await readRevertible(context.db, jobId);
  const changes = job.changes.filter(({ number }) => numbers?.includes(number) ?? true);
  if (changes.length === 0) throw nothingToRevert("None of these changes is in this job.");
  return createJob(
    context,
    user,
    { kind: REVERT, changes: changes.map(changeReference), reason, lane: job.lane },
    { idempotencyKey, revertsJob: jobId, check: (tx) => refuseSecondRevert(tx, job, changes) },
  );
}

/** Two people who press the button during an incident start one revert, not two with the same commits. */
async function refuseSecondRevert(tx: Transaction, { id }: Job, changes: Job["changes"]): Promise<void> {
  const other = await findRevertInProgress(
    tx,
    id,
    changes.map(({ number }) => number),
  );
  if (other === undefined) return;
  throw new AppError("revert_in_progress", {
    detail: `Job ${other.byJobId} reverts change ${other.number}. Nothing was queued.`,
    extra: { jobId: other.byJobId },
  });
}

async function readRevertible(db: Database, jobId: number): Promise<Job> {
  const job = await readJob(db, jobId);
  if (!isTerminal(job.state)) {
    throw new AppError("job_not_ended", {
      detail: "Nothing was queued. Revert the job when it has ended.",
    });
  }
  if (job.kind === REVERT) {
    throw nothingToRevert("It is a revert itself: deploy a change that restores what it reverted.");
  }
  if (job.changes.length === 0) throw nothingToRevert("It deployed no changes.");
  return job;
}

function nothingToRevert(detail: string): AppError {
  return new AppError("nothing_to_revert", { detail: `${detail} Nothing was queued.` });
}
