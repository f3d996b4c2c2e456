// Break-glass: a person whom the policy names overrides it for the questions of one job, because it cannot be followed, for
// example when no other person is there at night. The reason is on the page of the job, in its history and in the audit.
import { appendAuditEvent } from "../db/audit.ts";
import { type Database, transaction } from "../db/connection.ts";
import { appendEvent } from "../db/events.ts";
import { storePolicyOverride } from "../db/jobs.ts";
import { sendNotification } from "../queue/send.ts";
import { jobTarget, type Origin } from "../domain/audit.ts";
import { mayOverride, type User } from "../domain/permission.ts";
import type { Policy } from "../domain/policy.ts";
import { AppError } from "../errors.ts";
import type { Job } from "../contract/job.ts";
import { lockLiveJob } from "./lock-live-job.ts";
import { readJob } from "./read-job.ts";

/** @throws AppError not_permitted, job_not_found, job_already_ended, policy_not_in_force. */
export async function overridePolicy(
  context: { db: Database; origin: Origin; policy: Policy },
  user: User,
  { jobId, reason }: { jobId: number; reason: string },
): Promise<Job> {
  const { db, origin, policy } = context;
  if (!mayOverride(policy, user)) {
    throw new AppError("not_permitted", { detail: "The policy names the people who may override it." });
  }
  await transaction(db, async (tx) => {
    const job = await lockLiveJob(tx, jobId, "Nothing was changed.");
    if (job.isPolicyOverridden) {
      throw new AppError("policy_not_in_force", { detail: "It was overridden for this job already." });
    }
    await storePolicyOverride(tx, jobId, { by: user.name, reason });
    await appendEvent(tx, jobId, { kind: "policy_overridden", actor: user.name, data: { reason } });
    await appendAuditEvent(tx, origin, {
      kind: "policy_overridden",
      actor: user.name,
      target: jobTarget(jobId),
      details: { reason, version: policy.version },
    });
    await sendNotification(tx, jobId);
  });
  return readJob(db, jobId);
}
