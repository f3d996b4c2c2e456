// A new job with the operation and the parameters of an ended one; its changes as Gerrit has them now.
import { isDeepStrictEqual } from "node:util";
import { changeReference } from "../domain/change-reference.ts";
import { isTerminal } from "../domain/job.ts";
import type { OperationValues } from "../domain/operation.ts";
import { findWindow } from "../db/windows.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { commandFor } from "../operations/command.ts";
import { type Operation, revisionOf } from "../operations/operation.ts";
import { BUILT_IN } from "../operations/operations.ts";
import type { Job } from "../contract/job.ts";
import { createJob, type CreateJobContext } from "./create-job.ts";
import { readJob } from "./read-job.ts";
import { refuseInProgress } from "./start-window-items.ts";

/** @throws AppError job_not_found, job_not_ended, operation_changed, window_item_in_progress, window_closed, and those of createJob. */
export async function retryJob(
  context: CreateJobContext,
  user: User,
  jobId: number,
  idempotencyKey: string | null,
): Promise<Job> {
  const job = await readJob(context.db, jobId);
  if (!isTerminal(job.state)) {
    throw new AppError("job_not_ended", {
      detail: "Nothing was queued. Retry the job when it has ended.",
    });
  }
  const { kind, lane, parameters } = job;
  const windowId = await openWindowOf(context, job);
  const changes = job.changes.length === 0 ? {} : { changes: job.changes.map(changeReference) };
  const operation = context.operations.find(kind);
  const revision = operation === undefined ? {} : { operationRevision: revisionOf(operation) };
  return createJob(
    context,
    user,
    { ...parameters, ...changes, ...revision, kind, lane },
    {
      idempotencyKey,
      retryOf: jobId,
      ...(windowId === undefined ? {} : { windowId }),
      check: async (tx) => {
        refuseOtherCommand(job, operation);
        if (windowId !== undefined) await refuseInProgress(tx, windowId, job.changes);
      },
    },
  );
}

/** A window that was cancelled accepts no job: a retry then belongs to none. */
async function openWindowOf({ db }: CreateJobContext, { windowId }: Job): Promise<number | undefined> {
  const window = windowId === null ? undefined : await findWindow(db, windowId);
  return window?.cancelledBy === null ? window.id : undefined;
}

/**
 * What runs again is what the person knows from the job. OPERATIONS_FILE may have been changed since; a built-in operation changes
 * only with the version of SpiderPig.
 */
function refuseOtherCommand({ id, command, parameters, kind }: Job, operation: Operation | undefined): void {
  if (operation === undefined || BUILT_IN.some((one) => one.kind === kind)) return;
  if (isDeepStrictEqual(commandFor(operation, parameters as OperationValues), command)) return;
  throw new AppError("operation_changed", {
    detail: `Nothing was queued: ${operation.name} now runs another command than job ${id}. Start it on the page Operations.`,
  });
}
