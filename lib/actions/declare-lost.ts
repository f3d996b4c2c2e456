// The host of a job is silent, and a person who knows more than the database says that nobody will hear of it again.
// The job is lost from then on, whatever still runs there; its lane stays held until somebody releases it.
import { concludeJob, readEvidence } from "../db/conclusions.ts";
import { type Database, transaction } from "../db/connection.ts";
import { appendEvent } from "../db/events.ts";
import { settleEverything } from "../db/interactions.ts";
import { finishJob } from "../db/runs.ts";
import { readWorkerStatus, revokeLease, type WorkerStatus } from "../db/lost-jobs.ts";
import type { User } from "../domain/permission.ts";
import { LOSS_AFTER_MS, mayDeclareLost } from "../domain/worker-heartbeat.ts";
import { AppError } from "../errors.ts";
import type { Job } from "../contract/job.ts";
import { readJob } from "./create-job.ts";
import { lockLiveJob } from "./lock-live-job.ts";

const UNKNOWN = {
  answers: "its host was unreachable when the job was declared lost, and it is unknown whether scap read it",
  questions: "the job was declared lost",
  signals: "its host was silent when the job was declared lost, and nothing is known of it",
};

/** @param note what was found about the host, in the words of whoever looked. @throws AppError job_not_found, job_already_ended, worker_not_silent. */
export async function declareLost(
  context: { db: Database },
  user: User,
  given: { jobId: number; note: string },
): Promise<Job> {
  const { jobId, note } = given;
  await transaction(context.db, async (tx) => {
    await lockLiveJob(tx, jobId);
    const worker = await readWorkerStatus(tx, jobId);
    if (worker === undefined) throw new AppError("job_not_found");
    const { unresponsiveSince, host, now } = worker;
    if (!mayDeclareLost(unresponsiveSince, now)) throw notSilent(worker);
    // The worker may be back at this moment: under the lease that it holds it writes nothing any more.
    const lease = await revokeLease(tx, jobId);
    await appendEvent(tx, jobId, {
      kind: "job_declared_lost",
      actor: user.name,
      data: { note, host, silentSince: unresponsiveSince },
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
  });
  return readJob(context.db, jobId);
}

function notSilent({ unresponsiveSince }: WorkerStatus): AppError {
  const minutes = LOSS_AFTER_MS / 60_000;
  return new AppError("worker_not_silent", {
    detail:
      unresponsiveSince === null
        ? "The deployment goes on; nothing was changed."
        : `It was heard at ${unresponsiveSince.toISOString()}. A job may be declared lost after ${minutes} minutes of silence; nothing was changed.`,
  });
}
