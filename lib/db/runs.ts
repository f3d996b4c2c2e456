// A job while a worker holds its lease: claiming, takeover, ending. Every write names the lease epoch under which it is made:
// a worker that was stopped during a takeover gets LeaseLost before it changes anything.
import type { JobState, Outcome } from "../domain/job.ts";
import { type Database, type Transaction, violatedConstraint } from "./connection.ts";
import { appendEvent } from "./events.ts";
import { lockHost } from "./hosts.ts";
import { bindLane, lockLane } from "./lanes.ts";
import { hasFailedOn, holdsLane, isLive, isStartable, type LiveState, mayMove, isInForce } from "./rules.ts";
import {
  arrayOf,
  boolean,
  firstRow,
  integer,
  nullable,
  type RowOf,
  rows,
  statement,
  text,
} from "./statement.ts";
import { IS_STALE, IS_RESPONDING } from "./workers.ts";

export type Lease = { jobId: number; epoch: number };

/** Another worker has the job now. This one must not do anything more for it. */
export class LeaseLost extends Error {
  constructor(lease: Lease) {
    super(`the lease ${lease.epoch} of job ${lease.jobId} is over`);
    this.name = "LeaseLost";
  }
}

const CLAIMED_JOB = {
  id: integer,
  kind: text,
  lane: text,
  command: arrayOf(text),
  requestedBy: text,
  traceparent: nullable(text),
  leaseEpoch: integer,
  /** Another worker, or an earlier run of this one, may have started it. */
  isTakenOver: boolean,
};
export type ClaimedJob = RowOf<typeof CLAIMED_JOB>;

/** Expects the job as `j`. */
const CLAIMED_COLUMNS = `j.id, j.kind, j.lane, j.command, j.requested_by as "requestedBy", j.traceparent, j.lease_epoch as "leaseEpoch"`;

/** `clock_timestamp()`: the transaction may have begun, and waited, before the previous job of the lane ended. */
const CLAIM = statement(
  CLAIMED_JOB,
  `update spiderpig.job j
   set state = 'running', started_at = greatest(clock_timestamp(), created_at), worker_id = $2, host = $3,
       lease_epoch = lease_epoch + 1
   where j.id = (
       select q.id from spiderpig.job q
       where q.lane = $1 and ${isStartable("q")}
       order by q.queue_rank
       limit 1
       for update)
     and ${isStartable("j")}
     and not exists (
       select 1 from spiderpig.job h
       where h.lane = $1 and ${holdsLane("h")})
     and not exists (
       select 1 from spiderpig.lane_freeze f
       where f.lane = $1 and ${isInForce("f")})
     and (j.operation ->> 'hosts' is null or j.operation -> 'hosts' ? $3)
     and not exists (
       select 1 from spiderpig.lane l
       where l.name = $1 and l.host <> $3)
     and not exists (
       select 1 from spiderpig.host o
       where o.name = $3 and o.drained_at is not null)
     and not exists (
       select 1 from spiderpig.worker w
       where w.id = $2 and j.kind <> all (w.operations))
     and not ${hasFailedOn("j", "$3")}
   returning ${CLAIMED_COLUMNS}, false as "isTakenOver"`,
);

/**
 * Claims the first queued job of the lane for this worker, unless the lane is held, frozen or bound to another host, the host is
 * drained or could not start the job before, or host or worker must not run the operation. The first claim in a lane binds it to the host. The index
 * `one_job_holds_a_lane` decides between two workers that try at the same instant.
 */
export async function claimNextJob(
  tx: Transaction,
  lane: string,
  worker: { id: string; host: string },
): Promise<ClaimedJob | undefined> {
  await lockLane(tx, lane);
  await lockHost(tx, worker.host);
  const job = await firstRow(tx, CLAIM, [lane, worker.id, worker.host]);
  if (job === undefined) return undefined;
  if (await bindLane(tx, lane, worker.host)) {
    await appendEvent(tx, job.id, { kind: "lane_bound", data: { lane, host: worker.host } });
  }
  await appendEvent(tx, job.id, { kind: "job_started", data: { workerId: worker.id, host: worker.host } });
  return job;
}

/** True when a claim lost the race for its lane: another worker started a job in it first. */
export function isLaneTaken(error: unknown): boolean {
  return violatedConstraint(error) === "one_job_holds_a_lane";
}

const TAKE_OVER = statement(
  CLAIMED_JOB,
  `update spiderpig.job j
   set worker_id = $1, lease_epoch = lease_epoch + 1
   where j.id = (
       select l.id
       from spiderpig.job l
       join spiderpig.worker w on w.id = l.worker_id
       where ${isLive("l")}
         and l.host = $2
         and l.worker_id <> $1
         and ${IS_STALE}
       order by l.id
       limit 1
       for update of l skip locked)
   returning ${CLAIMED_COLUMNS}, true as "isTakenOver"`,
);

/**
 * Takes over one live job of this host whose worker has stopped or is stale. Jobs of other hosts are left alone: their
 * terminals cannot be reached from here.
 */
export async function takeOverJob(
  tx: Transaction,
  worker: { id: string; host: string },
): Promise<ClaimedJob | undefined> {
  const job = await firstRow(tx, TAKE_OVER, [worker.id, worker.host]);
  if (job !== undefined) {
    await appendEvent(tx, job.id, { kind: "job_taken_over", data: { workerId: worker.id } });
  }
  return job;
}

const RECLAIM = statement(
  CLAIMED_JOB,
  `update spiderpig.job j
   set lease_epoch = lease_epoch + 1
   where j.id = (
       select l.id
       from spiderpig.job l
       where ${isLive("l")} and l.worker_id = $1 and l.id <> all($2::integer[])
       order by l.id
       limit 1
       for update skip locked)
   returning ${CLAIMED_COLUMNS}, true as "isTakenOver"`,
);

/**
 * Claims a live job again that this worker has but does not run, because its run failed. The new epoch keeps what is left
 * of the failed run from writing.
 * @param known jobs that it runs, and those whose retry is not due yet.
 */
export async function reclaimJob(
  tx: Transaction,
  worker: { id: string },
  known: readonly number[],
): Promise<ClaimedJob | undefined> {
  const job = await firstRow(tx, RECLAIM, [worker.id, known]);
  if (job !== undefined) {
    await appendEvent(tx, job.id, { kind: "job_taken_over", data: { workerId: worker.id } });
  }
  return job;
}

const HOLD_LEASE = statement(
  { id: integer },
  "select id from spiderpig.job where id = $1 and lease_epoch = $2 and finished_at is null for update",
);

/**
 * Locks the row of the job for this transaction.
 * @throws LeaseLost when another worker has the job, or it has ended.
 */
export async function holdLease(tx: Transaction, lease: Lease): Promise<void> {
  const held = await rows(tx, HOLD_LEASE, [lease.jobId, lease.epoch]);
  if (held.length === 0) throw new LeaseLost(lease);
}

/** Does nothing when the job's state does not allow it. */
export async function moveJob(tx: Transaction, jobId: number, to: LiveState): Promise<void> {
  await tx.execute(`update spiderpig.job j set state = '${to}' where j.id = $1 and ${mayMove("j", to)}`, [
    jobId,
  ]);
}

const FINISH = statement(
  { lane: text },
  `update spiderpig.job
   set state = $3::spiderpig.job_state, outcome = $4, exit_code = $5, exit_signal = $6, progress = null, status = null,
       finished_at = greatest($7::timestamptz, started_at),
       lane_released_at = case when $3::text = 'lost' then null else now() end
   where id = $1 and lease_epoch = $2 and finished_at is null
   returning lane`,
);

/** Ends the job. A lost one keeps its lane until a person releases it. @returns its lane. */
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
  const row = await firstRow(tx, FINISH, [
    lease.jobId,
    lease.epoch,
    end.state,
    end.outcome,
    end.exitCode,
    end.exitSignal,
    end.at,
  ]);
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

const WORKER_KEY = statement(
  { publicKey: nullable(text) },
  `select w.public_key as "publicKey"
   from spiderpig.job j
   join spiderpig.worker w on w.id = j.worker_id
   where j.id = $1 and ${IS_RESPONDING}`,
);

/** The key to which secrets for this job are sealed; undefined when its worker is not running. */
export async function findWorkerKey(tx: Transaction, jobId: number): Promise<string | undefined> {
  const row = await firstRow(tx, WORKER_KEY, [jobId]);
  return row?.publicKey ?? undefined;
}

const JOBS_TO_WAKE = statement(
  { id: integer },
  `select r.id
   from unnest($1::integer[]) as r(id)
   where exists (select from spiderpig.signal s where s.job_id = r.id and s.delivered_at is null)
     or exists (
       select
       from spiderpig.answer a
       join spiderpig.interaction i on i.id = a.interaction_id
       where i.job_id = r.id and a.settled_at is null)`,
);

/** Those of these jobs that have a signal or an answer whose delivery is not recorded. */
export async function listJobsToWake(db: Database, ids: readonly number[]): Promise<number[]> {
  const found = await rows(db, JOBS_TO_WAKE, [ids]);
  return found.map(({ id }) => id);
}
