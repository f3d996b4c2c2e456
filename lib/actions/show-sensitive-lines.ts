// Lines that scap marked as sensitive, on request. The request itself is part of the job's history.
import { appendAuditEvent } from "../db/audit.ts";
import type { Database } from "../db/connection.ts";
import { transaction } from "../db/connection.ts";
import { appendEvent } from "../db/events.ts";
import { lockJob } from "../db/jobs.ts";
import { listSensitiveLines } from "../db/log.ts";
import { jobTarget, type Origin } from "../domain/audit.ts";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { requireOutput } from "./require-output.ts";

/** @throws AppError job_not_found, output_removed. */
export async function showSensitiveLines(
  context: { db: Database; origin: Origin },
  user: User,
  jobId: number,
): Promise<{ n: number; text: string }[]> {
  // Recorded before the lines are shown: it must be known who may have seen them even if the response is lost.
  await transaction(context.db, async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job === undefined) throw new AppError("job_not_found");
    requireOutput(job.outputRemovedAt);
    await appendEvent(tx, jobId, { kind: "sensitive_lines_shown", actor: user.name });
    await appendAuditEvent(tx, context.origin, {
      kind: "sensitive_lines_shown",
      actor: user.name,
      target: jobTarget(jobId),
    });
  });
  return listSensitiveLines(context.db, jobId);
}
