// Queues a job that deploys changes of a window.
import { changeReference } from "../domain/change-reference.ts";
import type { Transaction } from "../db/connection.ts";
import { findLatestJob, listItems } from "../db/window-items.ts";
import { isTerminal } from "../domain/job.ts";
import { backport } from "../operations/backport.ts";
import type { User } from "../domain/permission.ts";
import { isStartableItem, type ItemJob, windowItemState } from "../domain/window.ts";
import { AppError } from "../errors.ts";
import type { Job } from "../contract/job.ts";
import { createJob, type CreateJobContext } from "./create-job.ts";
import { readWindow } from "./read-window.ts";
import { lockOpenWindow } from "./windows.ts";

/**
 * One job with these changes, in the order of the window.
 * @throws AppError not_found, window_closed, window_item_in_progress, and those of createJob.
 */
export async function startWindowItems(
  context: CreateJobContext,
  user: User,
  { windowId, itemIds }: { windowId: number; itemIds: readonly number[] },
  idempotencyKey: string | null,
): Promise<Job> {
  const { lane, items } = await readWindow(context.db, windowId);
  const started = items.filter(({ id }) => itemIds.includes(id));
  if (started.length !== new Set(itemIds).size) throw itemMissing();
  const changes = started.map(({ change }) => changeReference(change));
  return createJob(
    context,
    user,
    { kind: backport.kind, lane, changes },
    {
      idempotencyKey,
      windowId,
      check: (tx) => refuseUnlessStartable(tx, windowId, itemIds),
    },
  );
}

/** Two people who press the button at the same time start one job. */
async function refuseUnlessStartable(
  tx: Transaction,
  windowId: number,
  itemIds: readonly number[],
): Promise<void> {
  await lockOpenWindow(tx, windowId);
  const items = await listItems(tx, windowId);
  for (const itemId of itemIds) {
    const item = items.find(({ id }) => id === itemId);
    if (item === undefined) throw itemMissing();
    const job = await findLatestJob(tx, windowId, item);
    if (job !== undefined && !isStartableItem(windowItemState(undefined, job))) throw inJob(item.number, job);
  }
}

/**
 * For a retry, which may repeat a deployment that succeeded, but not one that another person has started meanwhile.
 * @throws AppError not_found, window_closed, window_item_in_progress.
 */
export async function refuseInProgress(
  tx: Transaction,
  windowId: number,
  changes: readonly { number: number; project: string }[],
): Promise<void> {
  await lockOpenWindow(tx, windowId);
  for (const change of changes) {
    const job = await findLatestJob(tx, windowId, change);
    if (job !== undefined && !isTerminal(job.state)) throw inJob(change.number, job);
  }
}

function inJob(change: number, { id }: ItemJob): AppError {
  return new AppError("window_item_in_progress", {
    detail: `Change ${change} is in job ${id}. Nothing was queued.`,
    extra: { jobId: id },
  });
}

function itemMissing(): AppError {
  return new AppError("not_found", { detail: "A change is no longer in this window. Nothing was queued." });
}
