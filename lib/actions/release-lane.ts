// A lost job keeps its lane, because nobody knows what its scap left behind. A person who has looked confirms the
// state of the deployment, and the next job may start.
import type { Database } from "../db/connection.ts";
import { transaction } from "../db/connection.ts";
import { appendEvent } from "../db/events.ts";
import { lockJob } from "../db/jobs.ts";
import { releaseLane as releaseLaneRow } from "../db/lanes.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { sendDispatch } from "../queue/send.ts";
import type { Job } from "../contract/job.ts";
import { readJob } from "./create-job.ts";

/** @param note what was found, in the words of whoever looked. @throws AppError job_not_found, lane_not_held. */
export async function releaseLane(
  context: { db: Database },
  user: User,
  given: { jobId: number; note: string },
): Promise<Job> {
  await transaction(context.db, async (tx) => {
    if ((await lockJob(tx, given.jobId)) === undefined) throw new AppError("job_not_found");
    const lane = await releaseLaneRow(tx, given.jobId, user.name);
    if (lane === undefined) {
      throw new AppError("lane_not_held", { detail: "Only a lost job holds its lane after its end." });
    }
    await appendEvent(tx, given.jobId, {
      kind: "lane_released",
      actor: user.name,
      data: { note: given.note },
    });
    await sendDispatch(tx, lane);
  });
  return readJob(context.db, given.jobId);
}
