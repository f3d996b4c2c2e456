// A job while a worker has it: claiming, taking over, ending. Every write names the lease epoch it was made
// under; a worker that slept through a take-over finds no row and gets LeaseLost before it changes anything.
import type { JobState, Outcome } from "../domain/job.ts";
import { type Transaction, violatedConstraint } from "./connection.ts";
import { appendEvent } from "./events.ts";
import { lockLane } from "./lanes.ts";
import { holdsLane, isLive, type LiveState, mayMove, stands } from "./rules.ts";
import { IS_GONE, IS_THERE } from "./workers.ts";

export type Lease = { jobId: number; epoch: number };

/** Another worker holds the job now. The only right thing left to do is nothing. */
export class LeaseLost extends Error {
  constructor(lease: Lease) {
    super(`the lease ${lease.epoch} of job ${lease.jobId} is over`);
    this.name = "LeaseLost";
  }
}

export type ClaimedJob = { id: number; command: string[]; requestedBy: string; leaseEpoch: number };

/** A ClaimedJob; expects the job as `j`. */
const CLAIMED_COLUMNS = `j.id, j.command, j.requested_by as "requestedBy", j.lease_epoch as "leaseEpoch"`;

/**
 * Takes the oldest queued job of the lane for this worker, unless the lane is held. The index
 * `one_job_holds_a_lane` decides between two workers that try at the same instant. It starts when it is taken: the
 * transaction may have begun before the job that held the lane ended, and waited.
 */
export async function claimNextJob(
  tx: Transaction,
  lane: string,
  worker: { id: string; host: string },
): Promise<ClaimedJob | undefined> {
  await lockLane(tx, lane);
  const [job] = await tx.execute<ClaimedJob>(
    `update spiderpig.job j
     set state = 'running', started_at = greatest(clock_timestamp(), created_at), worker_id = $2, host = $3,
         lease_epoch = lease_epoch + 1
     where j.id = (
         select q.id from spiderpig.job q
         where q.lane = $1 and q.state = 'queued'
         order by q.id
         limit 1
         for update)
       and j.state = 'queued'
       and not exists (
         select 1 from spiderpig.job h
         where h.lane = $1 and ${holdsLane("h")})
       and not exists (
         select 1 from spiderpig.lane_freeze f
         where f.lane = $1 and ${stands("f")})
     returning ${CLAIMED_COLUMNS}`,
    [lane, worker.id, worker.host],
  );
  if (job !== undefined)
    await appendEvent(tx, job.id, { kind: "job_started", data: { workerId: worker.id, host: worker.host } });
  return job;
}

/** True when a claim lost the race for its lane: somebody else's job started in it first. */
export function isLaneTaken(error: unknown): boolean {
  return violatedConstraint(error) === "one_job_holds_a_lane";
}

/**
 * Takes over one live job of this host whose worker is gone or silent. Jobs of other hosts are left alone: their
 * terminals cannot be reached from here.
 */
export async function takeOverJob(
  tx: Transaction,
  worker: { id: string; host: string },
): Promise<ClaimedJob | undefined> {
  const [job] = await tx.execute<ClaimedJob>(
    `update spiderpig.job j
     set worker_id = $1, lease_epoch = lease_epoch + 1
     where j.id = (
         select l.id
         from spiderpig.job l
         join spiderpig.worker w on w.id = l.worker_id
         where ${isLive("l")}
           and l.host = $2
           and l.worker_id <> $1
           and ${IS_GONE}
         order by l.id
         limit 1
         for update of l skip locked)
     returning ${CLAIMED_COLUMNS}`,
    [worker.id, worker.host],
  );
  if (job !== undefined)
    await appendEvent(tx, job.id, { kind: "job_taken_over", data: { workerId: worker.id } });
  return job;
}

/**
 * Takes up again a live job that this very worker owns and does not look after, because its run failed: under a new
 * epoch, so that whatever is left of that run can write nothing any more.
 * @param known jobs it looks after, and those it is not to try yet.
 */
export async function reclaimJob(
  tx: Transaction,
  worker: { id: string },
  known: readonly number[],
): Promise<ClaimedJob | undefined> {
  const [job] = await tx.execute<ClaimedJob>(
    `update spiderpig.job j
     set lease_epoch = lease_epoch + 1
     where j.id = (
         select l.id
         from spiderpig.job l
         where ${isLive("l")} and l.worker_id = $1 and l.id <> all($2::integer[])
         order by l.id
         limit 1
         for update skip locked)
     returning ${CLAIMED_COLUMNS}`,
    [worker.id, known],
  );
  if (job !== undefined)
    await appendEvent(tx, job.id, { kind: "job_taken_over", data: { workerId: worker.id } });
  return job;
}

/**
 * Locks the row of the job for this transaction.
 * @throws LeaseLost when another worker has the job, or it has ended.
 */
export async function holdLease(tx: Transaction, lease: Lease): Promise<void> {
  const rows = await tx.execute(
    "select from spiderpig.job where id = $1 and lease_epoch = $2 and finished_at is null for update",
    [lease.jobId, lease.epoch],
  );
  if (rows.length === 0) throw new LeaseLost(lease);
}

/** Does nothing when the job's state does not allow it. */
export async function moveJob(tx: Transaction, jobId: number, to: LiveState): Promise<void> {
  await tx.execute(`update spiderpig.job j set state = '${to}' where j.id = $1 and ${mayMove("j", to)}`, [
    jobId,
  ]);
}

/** Ends the job. A lost one keeps its lane until a person has looked. @returns its lane. */
export async function finishJob(
  tx: Transaction,
  lease: Lease,
  end: {
    state: JobState;
    outcome: Outcome;
    exitCode: number | null;
    exitSignal: number | null;
    at: Date;
    detail?: string;
  },
): Promise<{ lane: string }> {
  const [row] = await tx.execute<{ lane: string }>(
    `update spiderpig.job
     set state = $3::spiderpig.job_state, outcome = $4, exit_code = $5, exit_signal = $6, progress = null, status = null,
         finished_at = greatest($7::timestamptz, started_at),
         lane_released_at = case when $3::text = 'lost' then null else now() end
     where id = $1 and lease_epoch = $2 and finished_at is null
     returning lane`,
    [lease.jobId, lease.epoch, end.state, end.outcome, end.exitCode, end.exitSignal, end.at],
  );
  if (row === undefined) throw new LeaseLost(lease);
  await appendEvent(tx, lease.jobId, {
    kind: "job_finished",
    data: {
      state: end.state,
      outcome: end.outcome,
      exitCode: end.exitCode,
      exitSignal: end.exitSignal,
      ...(end.detail === undefined ? {} : { detail: end.detail }),
    },
  });
  return row;
}

/** The key to which secrets for this job are sealed; undefined when no worker that is there holds it. */
export async function findWorkerKey(tx: Transaction, jobId: number): Promise<string | undefined> {
  const [row] = await tx.execute<{ public_key: string | null }>(
    `select w.public_key
     from spiderpig.job j
     join spiderpig.worker w on w.id = j.worker_id
     where j.id = $1
       and ${IS_THERE}`,
    [jobId],
  );
  return row?.public_key ?? undefined;
}
