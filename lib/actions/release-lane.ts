// A lost job keeps its lane, because the state of the servers is unknown. An admin who has checked them releases the lane,
// and the next job may start.
import { appendAuditEvent } from "../db/audit.ts";
import type { Database } from "../db/connection.ts";
import { transaction } from "../db/connection.ts";
import { appendEvent } from "../db/events.ts";
import { lockJob } from "../db/jobs.ts";
import { releaseLane as releaseLaneRow } from "../db/lanes.ts";
import { jobTarget, type Origin } from "../domain/audit.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { sendDispatch } from "../queue/send.ts";
import type { Job } from "../contract/job.ts";
import { readJob } from "./read-job.ts";

/** @param note what the admin found. @throws AppError job_not_found, lane_not_held. */
export async function releaseLane(
  context: { db: Database; origin: Origin },
  user: User,
  given: { jobId: number; note: string },
): Promise<Job> {
  await transaction(context.db, async (tx) => {
    if ((await lockJob(tx, given.jobId)) === undefined) throw new AppError("job_not_found");
    const lane = await releaseLaneRow(tx, given.jobId, user.name);
    if (lane === undefined) {
      throw new AppError("lane_not_held", {
        detail: "Nothing was changed. Only a lost job holds its lane after it has ended.",
      });
    }
    await appendEvent(tx, given.jobId, {
      kind: "lane_released",
      actor: user.name,
      data: { note: given.note },
    });
    await appendAuditEvent(tx, context.origin, {
      kind: "lane_released",
      actor: user.name,
      target: jobTarget(given.jobId),
      details: { lane, note: given.note },
    });
    await sendDispatch(tx, lane);
  });
  return readJob(context.db, given.jobId);
}
