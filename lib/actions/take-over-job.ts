// A person takes a job over from the one who is responsible for it, for example at the end of a shift. Notifications follow the
// new one; who requested the job, and under which name scap runs, stays.
import { type Database, transaction } from "../db/connection.ts";
import { appendEvent } from "../db/events.ts";
import { setResponsible } from "../db/job-queue.ts";
import { lockJob } from "../db/jobs.ts";
import { isTerminal } from "../domain/job.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { sendNotification } from "../queue/send.ts";
import type { Job } from "../contract/job.ts";
import { readJob } from "./read-job.ts";

/** Idempotent. @throws AppError job_not_found, job_already_ended. */
export async function takeOverJob(context: { db: Database }, user: User, jobId: number): Promise<Job> {
  await transaction(context.db, async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job === undefined) throw new AppError("job_not_found");
    if (isTerminal(job.state)) {
      throw new AppError("job_already_ended", { detail: `Its state is "${job.state}".` });
    }
    if (job.responsible === user.name) return;
    await setResponsible(tx, jobId, user.name);
    await appendEvent(tx, jobId, {
      kind: "job_responsibility_taken",
      actor: user.name,
      data: { from: job.responsible },
    });
    await sendNotification(tx, jobId);
  });
  return readJob(context.db, jobId);
}
