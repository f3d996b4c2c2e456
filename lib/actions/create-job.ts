// Queues a job: our rows and the message that announces them in one transaction.
import { isDeepStrictEqual } from "node:util";
import { type Database, transaction, type Transaction } from "../db/connection.ts";
import { lockAccess } from "../db/accounts.ts";
import { appendEvent } from "../db/events.ts";
import { findJobByIdempotencyKey, insertJob } from "../db/jobs.ts";
import { findFreeze, lockLane } from "../db/lanes.ts";
import { insertRevertedChanges, type RevertedChanges } from "../db/reverts.ts";
import { appendWindowEvent } from "../db/windows.ts";
import type { User } from "../domain/permission.ts";
import type { Policy } from "../domain/policy.ts";
import { sentence } from "../domain/sentence.ts";
import { TRAIN } from "../domain/train.ts";
import { AppError } from "../errors.ts";
import type { Gerrit } from "../gerrit/client.ts";
import { commandFor } from "../operations/command.ts";
import { jobOperation, type Operation } from "../operations/operation.ts";
import type { Operations } from "../operations/operations.ts";
import { sendDispatch } from "../queue/send.ts";
import { requestContext } from "../request-context.ts";
import type { Job } from "../contract/job.ts";
import type { CreateJobRequest } from "../contract/job-request.ts";
import {
  enteredValues,
  findOperation,
  isOutdated,
  type JobRequest,
  readJobRequest,
  resolveRequest,
} from "./job-request.ts";
import { readJob } from "./read-job.ts";
import { requireFittingTrain } from "./train-request.ts";
import { findRevertedChanges } from "./reverted-changes.ts";

export type CreateJobContext = {
  db: Database;
  gerrit: Gerrit;
  gerritUrl: string;
  operations: Operations;
  policy: Policy;
};

type Options = {
  idempotencyKey?: string | null;
  retryOf?: number | null;
  /** The window for which it is requested. */
  windowId?: number | null;
  /** Called in the transaction, before the job is inserted; refuses the request by throwing. */
  check?: (tx: Transaction) => Promise<void>;
  /** The job whose changes it was requested to revert; otherwise the changes say which jobs, if any. */
  revertsJob?: number;
};

/**
 * @param idempotencyKey the same key of the same user gives the job that was created the first time.
 * @throws AppError operation_not_found, not_permitted, invalid_request, changes_refused (with every bad entry), gerrit_…,
 * operation_changed, idempotency_conflict, lane_frozen.
 */
export async function createJob(
  context: CreateJobContext,
  user: User,
  request: CreateJobRequest,
  options: Options = {},
): Promise<Job> {
  const idempotencyKey = options.idempotencyKey ?? null;
  const current = findOperation(context, user, request);
  if (isOutdated(current, request)) return firstOfEarlierDefinition(context, user, current, idempotencyKey);
  const wanted = readJobRequest(current, request);
  // A repeated request gets the first job, even if the changes, the lane or Gerrit are in another state since.
  const first = await findFirst(context, user, idempotencyKey, wanted);
  if (first !== undefined) return readJob(context.db, first);
  const { operation, lane } = wanted;
  const { values, changes } = await resolveRequest(context, wanted);
  const reverted = await findRevertedChanges(context.gerrit, operation.kind, changes);
  const id = await transaction(context.db, async (tx) => {
    // The lock makes requests and freezes of a lane take turns: a confirmed freeze admits no job that was requested meanwhile,
    // and job numbers become visible in their order.
    await lockLane(tx, lane);
    await refuseWhenFrozen(tx, lane);
    // The account may have lost its access since the request was authorised. Its queued jobs are held (lib/auth/manage-account.ts),
    // and this lock makes both take turns: a job is either held or refused.
    if (!(await lockAccess(tx, user.id))) {
      throw new AppError("account_disabled", { detail: "Nothing was queued." });
    }
    await checkInTransaction(tx, wanted, options);
    const created = await insertJob(tx, {
      kind: operation.kind,
      operation: jobOperation(operation),
      parameters: values,
      lane,
      requestedBy: user.name,
      command: commandFor(operation, values),
      changes,
      idempotencyKey,
      retryOf: options.retryOf ?? null,
      windowId: options.windowId ?? null,
      traceparent: requestContext()?.trace?.traceparent ?? null,
    });
    if (created === undefined) return undefined;
    if (options.windowId != null) {
      await appendWindowEvent(tx, options.windowId, {
        kind: "job_requested",
        actor: user.name,
        data: { jobId: created },
      });
    }
    await linkReverted(tx, {
      jobId: created,
      actor: user.name,
      numbers: reverted,
      ofJob: options.revertsJob,
    });
    await appendEvent(tx, created, { kind: "job_created", actor: user.name });
    await sendDispatch(tx, lane);
    return created;
  });
  if (id !== undefined) return readJob(context.db, id);
  // The same request came in at the same time and was first.
  const simultaneous = await findFirst(context, user, idempotencyKey, wanted);
  if (simultaneous === undefined) {
    throw new Error("a job was refused as a repetition, but there is no first one");
  }
  return readJob(context.db, simultaneous);
}

/**
 * The job that a repeated request created before the definition of its operation changed. Its values are not compared: the form that
 * they were entered in is gone.
 * @throws AppError operation_changed when this is the first request.
 */
async function firstOfEarlierDefinition(
  { db }: CreateJobContext,
  user: User,
  { kind, name }: Operation,
  key: string | null,
): Promise<Job> {
  const first = key === null ? undefined : await findJobByIdempotencyKey(db, user.name, key);
  if (first?.kind === kind) return readJob(db, first.id);
  throw new AppError("operation_changed", {
    detail: `Nothing was queued. Check what ${name} does now, then confirm it again.`,
  });
}

/** Links the job to those whose changes it reverts, and records that in their history. */
async function linkReverted(
  tx: Transaction,
  { jobId, actor, ...reverted }: { jobId: number; actor: string } & RevertedChanges,
): Promise<void> {
  for (const revertedJob of await insertRevertedChanges(tx, jobId, reverted)) {
    await appendEvent(tx, revertedJob, { kind: "revert_requested", actor, data: { jobId } });
  }
}

/** What the caller and the operation require of the current state. */
async function checkInTransaction(tx: Transaction, wanted: JobRequest, { check }: Options): Promise<void> {
  await check?.(tx);
  if (wanted.operation.kind === TRAIN) await requireFittingTrain(tx, wanted);
}

async function refuseWhenFrozen(tx: Transaction, lane: string): Promise<void> {
  const freeze = await findFreeze(tx, lane);
  if (freeze === undefined) return;
  const end = freeze.until === null ? "until an admin lifts the freeze" : `until ${inUtc(freeze.until)}`;
  throw new AppError("lane_frozen", {
    detail: `${freeze.frozenBy} froze ${lane} ${end}: ${sentence(freeze.reason)} Nothing was queued.`,
    extra: { freeze },
  });
}

/** "2026-12-01 10:00 UTC" */
function inUtc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** The job that this key created. @throws AppError idempotency_conflict when that request was a different one. */
async function findFirst(
  { db, gerritUrl }: CreateJobContext,
  user: User,
  key: string | null,
  wanted: JobRequest,
): Promise<number | undefined> {
  const first = key === null ? undefined : await findJobByIdempotencyKey(db, user.name, key);
  if (first === undefined) return undefined;
  // Not by their commands: the reason of a revert is in none, and the definition of an operation may have changed since.
  const isSame =
    first.kind === wanted.operation.kind &&
    first.lane === wanted.lane &&
    isDeepStrictEqual(first.parameters, enteredValues(wanted, gerritUrl));
  if (!isSame) {
    throw new AppError("idempotency_conflict", {
      detail: `Nothing was queued. The key belongs to job ${first.id}.`,
    });
  }
  return first.id;
}
