// An admin releases a queued job that is held, for example because its requester was disabled. It keeps its place in the queue.
import { appendAuditEvent } from "../db/audit.ts";
import { type Database, transaction } from "../db/connection.ts";
import { appendEvent } from "../db/events.ts";
import { lockJob, releaseHeldJob as releaseRow } from "../db/jobs.ts";
import { jobTarget, type Origin } from "../domain/audit.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { sendDispatch } from "../queue/send.ts";
import type { Job } from "../contract/job.ts";
import { readJob } from "./read-job.ts";

/** @throws AppError job_not_found, job_not_held. */
export async function releaseHeldJob(
  context: { db: Database; origin: Origin },
  user: User,
  jobId: number,
): Promise<Job> {
  await transaction(context.db, async (tx) => {
    if ((await lockJob(tx, jobId)) === undefined) throw new AppError("job_not_found");
    const lane = await releaseRow(tx, jobId);
    if (lane === undefined) throw new AppError("job_not_held", { detail: "Nothing was changed." });
    await appendEvent(tx, jobId, { kind: "job_hold_released", actor: user.name });
    await appendAuditEvent(tx, context.origin, {
      kind: "job_hold_released",
      actor: user.name,
      target: jobTarget(jobId),
    });
    await sendDispatch(tx, lane);
  });
  return readJob(context.db, jobId);
}
