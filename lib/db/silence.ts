// Workers that are not heard, and what becomes of their jobs: read by whoever watches, and written when an admin says
// that such a job is lost, or when its host comes back after that.
import { type Database, query, type Transaction } from "./connection.ts";
import { appendEvent } from "./events.ts";
import { lockJob } from "./jobs.ts";
import { silentSince } from "./rules.ts";
import type { Lease } from "./runs.ts";

/** The live jobs whose worker is silent, with its latest sign of life. */
export async function listSilent(db: Database): Promise<Map<number, string>> {
  const rows = await query<{ id: number; since: Date }>(
    db,
    `select s.id, s.since
     from (select j.id, ${silentSince("j")} as since from spiderpig.job j where j.finished_at is null) s
     where s.since is not null`,
  );
  return new Map(rows.map(({ id, since }) => [id, since.toISOString()]));
}

export type Silence = { since: Date | null; host: string | null; now: Date };

/** As it is now: the caller has locked the job, so nobody takes it over behind this. */
export async function readSilence(tx: Transaction, jobId: number): Promise<Silence | undefined> {
  const [row] = await tx.execute<Silence>(
    `select ${silentSince("j")} as since, j.host, clock_timestamp() as now from spiderpig.job j where j.id = $1`,
    [jobId],
  );
  return row;
}

/** Takes a job away from whoever has it: from the commit on, that worker can write nothing about it. */
export async function seizeJob(tx: Transaction, jobId: number): Promise<Lease> {
  const [row] = await tx.execute<{ epoch: number }>(
    "update spiderpig.job set lease_epoch = lease_epoch + 1 where id = $1 returning lease_epoch as epoch",
    [jobId],
  );
  if (row === undefined) throw new Error(`job ${jobId} vanished: rows are never deleted`);
  return { jobId, epoch: row.epoch };
}

/** Those of these leases that are over, because somebody else has the job or said that it is lost. */
export async function listLeasesOver(db: Database, leases: readonly Lease[]): Promise<Lease[]> {
  return query<Lease>(
    db,
    `select l.job_id as "jobId", l.epoch
     from unnest($1::integer[], $2::integer[]) as l(job_id, epoch)
     join spiderpig.job j on j.id = l.job_id
     where j.lease_epoch <> l.epoch`,
    [leases.map(({ jobId }) => jobId), leases.map(({ epoch }) => epoch)],
  );
}

/** Writes down, once, that scap of a lost job still runs. @returns false when that is known. */
export async function recordHolderFound(
  tx: Transaction,
  jobId: number,
  found: { host: string; pid: number },
): Promise<boolean> {
  await lockJob(tx, jobId);
  const known = await tx.execute(
    "select from spiderpig.job_event where job_id = $1 and kind = 'holder_found_running' limit 1",
    [jobId],
  );
  if (known.length > 0) return false;
  await appendEvent(tx, jobId, { kind: "holder_found_running", data: found });
  return true;
}
