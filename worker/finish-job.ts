// Writes down how a job ended: in one transaction and under the job's lock, so that nobody answers or signals a job
// that is over, and nothing that people wanted is left without a word about what became of it.
import type { Transaction } from "#lib/db/connection.ts";
import { settleEverything } from "#lib/db/interactions.ts";
import { finishJob, type Lease } from "#lib/db/runs.ts";
import { listSignalsThatReached } from "#lib/db/signals.ts";
import { type Outcome, STATE_OF_OUTCOME } from "#lib/domain/job.ts";
import { type Landmark, outcomeOf } from "#lib/domain/outcome.ts";
import type { Queue } from "#lib/queue/queue.ts";

/** Of an answer, when the one process that could tell is gone. */
const FATE_UNKNOWN = "the terminal is gone, and whether scap has read it is not known";
const TOO_LATE = "the job ended before it was typed";

export type End = {
  /** Known without looking at the exit code. */
  outcome?: Outcome;
  exitCode?: number | null;
  exitSignal?: number | null;
  /** By the database's clock; undefined when nobody saw it end. */
  at?: Date;
  detail?: string;
};

/** The caller holds the job's lease. */
export async function writeEnd(
  tx: Transaction,
  queue: Queue,
  lease: Lease,
  end: End & { at: Date },
  landmarks: ReadonlySet<Landmark>,
): Promise<Outcome> {
  const { exitCode = null, exitSignal = null } = end;
  const signals = await listSignalsThatReached(tx, lease.jobId);
  const outcome = end.outcome ?? outcomeOf({ exitCode, exitSignal, landmarks, signals });
  await settleEverything(tx, lease.jobId, outcome === "holder_lost" ? FATE_UNKNOWN : TOO_LATE);
  const { lane } = await finishJob(tx, lease, {
    state: STATE_OF_OUTCOME[outcome],
    outcome,
    exitCode,
    exitSignal,
    at: end.at,
    ...(end.detail === undefined ? {} : { detail: end.detail }),
  });
  await queue.announce(tx, "dispatch", { lane });
  return outcome;
}
