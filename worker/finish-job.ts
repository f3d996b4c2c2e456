// Records how a job ended and its outcome, in one transaction and under the job's lock, so that no answer and no signal is added to a
// job that has ended, and every pending one is settled.
import { concludeJob } from "#lib/db/conclusions.ts";
import type { Transaction } from "#lib/db/connection.ts";
import { settleEverything } from "#lib/db/interactions.ts";
import { finishJob, type Lease } from "#lib/db/runs.ts";
import type { Evidence } from "#lib/domain/evidence.ts";
import { type Outcome, STATE_OF_OUTCOME } from "#lib/domain/job.ts";
import { sendDispatch, sendNotification } from "#lib/queue/send.ts";

/** For an answer whose holder has ended. */
const RESULT_UNKNOWN = "the terminal is gone, and it is unknown whether scap read it";
const TOO_LATE = "the job ended before it was typed";

export type End = {
  /** Known without the exit code. */
  outcome?: Outcome;
  exitCode?: number | null;
  exitSignal?: number | null;
  /** By the clock of the database; undefined when it is unknown. */
  at?: Date;
  detail?: string;
};

/** The caller holds the job's lease. */
export async function writeEnd(
  tx: Transaction,
  lease: Lease,
  end: End & { at: Date },
  evidence: Evidence,
): Promise<Outcome> {
  const { jobId } = lease;
  const { exitCode = null, exitSignal = null } = end;
  await settleEverything(tx, jobId, end.outcome === "holder_lost" ? RESULT_UNKNOWN : TOO_LATE);
  const outcome = await concludeJob(tx, jobId, { exitCode, exitSignal }, evidence, end.outcome);
  const { lane } = await finishJob(tx, lease, {
    state: STATE_OF_OUTCOME[outcome],
    outcome,
    exitCode,
    exitSignal,
    at: end.at,
    ...(end.detail === undefined ? {} : { detail: end.detail }),
  });
  await sendDispatch(tx, lane);
  await sendNotification(tx, jobId);
  return outcome;
}
