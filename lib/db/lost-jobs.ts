// Jobs whose worker does not respond: which ones, what an admin's declaration that such a job is lost writes, and what is
// recorded when the host of a lost job is reachable again.
import type { Database, Transaction } from "./connection.ts";
import { appendEvent } from "./events.ts";
import { lockJob } from "./jobs.ts";
import { unresponsiveSince } from "./rules.ts";
import type { Lease } from "./runs.ts";
import { firstRow, integer, nullable, type RowOf, rows, statement, text, timestamptz } from "./statement.ts";

const UNRESPONSIVE_JOBS = statement(
  { id: integer, since: timestamptz },
  `select s.id, s.since
   from (select j.id, ${unresponsiveSince("j")} as since from spiderpig.job j where j.finished_at is null) s
   where s.since is not null`,
);

/** The live jobs whose worker does not respond, with the time of its last heartbeat. */
export async function listUnresponsiveJobs(db: Database): Promise<Map<number, string>> {
  const found = await rows(db, UNRESPONSIVE_JOBS);
  return new Map(found.map(({ id, since }) => [id, since.toISOString()]));
}

const WORKER_STATUS = {
  /** The last heartbeat of a worker that does not respond; null while it does. */
  unresponsiveSince: nullable(timestamptz),
  host: nullable(text),
  now: timestamptz,
};
export type WorkerStatus = RowOf<typeof WORKER_STATUS>;

const WORKER_STATUS_OF_JOB = statement(
  WORKER_STATUS,
  `select ${unresponsiveSince("j")} as "unresponsiveSince", j.host, clock_timestamp() as now
   from spiderpig.job j
   where j.id = $1`,
);

/** The caller has locked the job, so that it cannot be taken over at the same time. */
export async function readWorkerStatus(tx: Transaction, jobId: number): Promise<WorkerStatus | undefined> {
  return firstRow(tx, WORKER_STATUS_OF_JOB, [jobId]);
}

const REVOKE_LEASE = statement(
  { epoch: integer },
  "update spiderpig.job set lease_epoch = lease_epoch + 1 where id = $1 returning lease_epoch as epoch",
);

/** Takes the job's lease. From the commit on, the worker that had it can write nothing about the job. */
export async function revokeLease(tx: Transaction, jobId: number): Promise<Lease> {
  const row = await firstRow(tx, REVOKE_LEASE, [jobId]);
  if (row === undefined) throw new Error(`job ${jobId} does not exist, although jobs are never deleted`);
  return { jobId, epoch: row.epoch };
}

const REVOKED_LEASES = statement(
  { jobId: integer, epoch: integer },
  `select l.job_id as "jobId", l.epoch
   from unnest($1::integer[], $2::integer[]) as l(job_id, epoch)
   join spiderpig.job j on j.id = l.job_id
   where j.lease_epoch <> l.epoch`,
);

/** Those of these leases that are over: another worker has the job, or it was declared lost. */
export async function listRevokedLeases(db: Database, leases: readonly Lease[]): Promise<Lease[]> {
  return rows(db, REVOKED_LEASES, [leases.map(({ jobId }) => jobId), leases.map(({ epoch }) => epoch)]);
}

const FOUND_RUNNING = statement(
  { seq: integer },
  "select seq from spiderpig.job_event where job_id = $1 and kind = 'holder_found_running' limit 1",
);

/** Records, once, that scap of a lost job is still running. @returns false when that was recorded before. */
export async function recordHolderFound(
  tx: Transaction,
  jobId: number,
  found: { host: string; pid: number },
): Promise<boolean> {
  await lockJob(tx, jobId);
  const recorded = await firstRow(tx, FOUND_RUNNING, [jobId]);
  if (recorded !== undefined) return false;
  await appendEvent(tx, jobId, { kind: "holder_found_running", data: found });
  return true;
}
