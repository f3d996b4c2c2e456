// Queues a deployment: our rows and the message that announces them in one transaction.
import { type Database, transaction, type Transaction } from "../db/connection.ts";
import { appendEvent } from "../db/events.ts";
import { findJobByIdempotencyKey, insertJob } from "../db/jobs.ts";
import { findFreeze, lockLane } from "../db/lanes.ts";
import { parseChangeReference } from "../domain/change-reference.ts";
import { DEFAULT_LANE } from "../domain/job.ts";
import type { User } from "../domain/permission.ts";
import { sentence } from "../domain/sentence.ts";
import { AppError, type FieldError } from "../errors.ts";
import type { Gerrit } from "../gerrit/client.ts";
import { sendDispatch } from "../queue/send.ts";
import type { CreateJobRequest, Job } from "../contract/job.ts";
import { readJob } from "./read-job.ts";
import { resolveChanges } from "./resolve-changes.ts";

export type CreateJobContext = { db: Database; gerrit: Gerrit; gerritUrl: string };

/**
 * @param idempotencyKey the same key of the same user gives the job that was created the first time.
 * @throws AppError changes_refused (with every bad entry), gerrit_…, idempotency_conflict, lane_frozen.
 */
export async function createJob(
  context: CreateJobContext,
  user: User,
  request: CreateJobRequest,
  options: { idempotencyKey?: string | null; retryOf?: number | null } = {},
): Promise<Job> {
  const lane = request.lane ?? DEFAULT_LANE;
  const idempotencyKey = options.idempotencyKey ?? null;
  // A repeated request gets the first job, even if the changes, the lane or Gerrit are in another state since.
  const first = await findFirst(context, user, idempotencyKey, lane, request.changes);
  if (first !== undefined) return readJob(context.db, first);
  const { changes, refused } = await resolveChanges(context.gerrit, context.gerritUrl, request.changes);
  if (refused.length > 0) {
    throw new AppError("changes_refused", {
      detail: "Nothing was queued.",
      extra: {
        refused,
        errors: refused.map(({ input, reason }) => fieldError(request.changes, input, reason)),
      },
    });
  }
  const command = commandFor(changes.map((change) => change.number));
  const id = await transaction(context.db, async (tx) => {
    // The lock makes requests and freezes of a lane take turns: a confirmed freeze admits no job that was requested meanwhile,
    // and job numbers become visible in their order.
    await lockLane(tx, lane);
    await refuseWhenFrozen(tx, lane);
    const created = await insertJob(tx, {
      lane,
      requestedBy: user.name,
      command,
      changes,
      idempotencyKey,
      retryOf: options.retryOf ?? null,
    });
    if (created === undefined) return undefined;
    await appendEvent(tx, created, { kind: "job_created", actor: user.name });
    await sendDispatch(tx, lane);
    return created;
  });
  if (id !== undefined) return readJob(context.db, id);
  // The same request came in at the same time and was first.
  const simultaneous = await findFirst(context, user, idempotencyKey, lane, request.changes);
  if (simultaneous === undefined) {
    throw new Error("a job was refused as a repetition, but there is no first one");
  }
  return readJob(context.db, simultaneous);
}

/** Names the last entry with this text: of a duplicate, the first one is not the reason. */
function fieldError(entries: readonly string[], input: string, detail: string): FieldError {
  return { field: `changes.${entries.lastIndexOf(input)}`, detail };
}

function commandFor(changeNumbers: readonly number[]): string[] {
  return ["backport", ...changeNumbers.map(String)];
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
  context: CreateJobContext,
  user: User,
  key: string | null,
  lane: string,
  entries: readonly string[],
): Promise<number | undefined> {
  const first = key === null ? undefined : await findJobByIdempotencyKey(context.db, user.name, key);
  if (first === undefined) return undefined;
  const numbers = entries.map((entry) => {
    const reference = parseChangeReference(entry, context.gerritUrl);
    return reference.ok ? reference.number : 0;
  });
  if (first.lane !== lane || first.command.join(" ") !== commandFor(numbers).join(" ")) {
    throw new AppError("idempotency_conflict", {
      detail: `Nothing was queued. The key belongs to job ${first.id}.`,
    });
  }
  return first.id;
}
