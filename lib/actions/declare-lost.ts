// The host of a job is unreachable, and an admin declares the job lost. From then on it is lost, even if scap still runs on
// the host. It keeps its lane until an admin releases the lane.
import { appendAuditEvent } from "../db/audit.ts";
import { concludeJob, readEvidence } from "../db/conclusions.ts";
import { type Database, transaction } from "../db/connection.ts";
import { appendEvent } from "../db/events.ts";
import { settleEverything } from "../db/interactions.ts";
import { finishJob } from "../db/runs.ts";
import { readWorkerStatus, revokeLease, type WorkerStatus } from "../db/lost-jobs.ts";
import { jobTarget, type Origin } from "../domain/audit.ts";
import type { User } from "../domain/permission.ts";
import { LOSS_AFTER_MS, mayDeclareLost } from "../domain/worker-heartbeat.ts";
import { AppError } from "../errors.ts";
import { sendNotification } from "../queue/send.ts";
import type { Job } from "../contract/job.ts";
import { readJob } from "./read-job.ts";
import { lockLiveJob } from "./lock-live-job.ts";

const UNKNOWN = {
  answers: "its host was unreachable when the job was declared lost, and it is unknown whether scap read it",
  questions: "the job was declared lost",
  signals: "its host was unreachable when the job was declared lost, and it is unknown whether it was sent",
};

/** @param note what the admin found out about the host. @throws AppError job_not_found, job_already_ended, worker_responding. */
export async function declareLost(
  context: { db: Database; origin: Origin },
  user: User,
  given: { jobId: number; note: string },
): Promise<Job> {
  const { jobId, note } = given;
  await transaction(context.db, async (tx) => {
    await lockLiveJob(tx, jobId);
    const worker = await readWorkerStatus(tx, jobId);
    if (worker === undefined) throw new AppError("job_not_found");
    const { unresponsiveSince, host, now } = worker;
    if (!mayDeclareLost(unresponsiveSince, now)) throw stillResponding(worker);
    // The worker may reconnect at this moment: with its current lease it can write nothing any more.
    const lease = await revokeLease(tx, jobId);
    await appendEvent(tx, jobId, {
      kind: "job_declared_lost",
      actor: user.name,
      data: { note, host, unresponsiveSince },
    });
    await appendAuditEvent(tx, context.origin, {
      kind: "job_declared_lost",
      actor: user.name,
      target: jobTarget(jobId),
      details: { note, host },
    });
    await settleEverything(tx, jobId, UNKNOWN.answers, UNKNOWN);
    await concludeJob(
      tx,
      jobId,
      { exitCode: null, exitSignal: null },
      await readEvidence(tx, jobId),
      "holder_lost",
    );
    const outcome = { state: "lost", outcome: "holder_lost", exitCode: null, exitSignal: null } as const;
    await finishJob(tx, lease, { ...outcome, at: now });
    await sendNotification(tx, jobId);
  });
  return readJob(context.db, jobId);
}

function stillResponding({ unresponsiveSince }: WorkerStatus): AppError {
  const minutes = LOSS_AFTER_MS / 60_000;
  return new AppError("worker_responding", {
    detail:
      unresponsiveSince === null
        ? "Nothing was changed. The worker is responding."
        : `Nothing was changed. Its last heartbeat was at ${unresponsiveSince.toISOString()}. A job can be declared lost ${minutes} minutes after that.`,
  });
}
