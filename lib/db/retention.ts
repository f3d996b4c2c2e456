// What may be deleted of a job that has ended: its journal, because the database has all of its content, and its output,
// when the configured retention period has passed. Everything else is history and is kept.
import type { Database, Transaction } from "./connection.ts";
import { appendEvent } from "./events.ts";
import { hasFailedOn } from "./rules.ts";
import {
  boolean,
  firstRow,
  float8,
  integer,
  notNull,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  timestamptz,
} from "./statement.ts";

const STORED_JOB = {
  id: integer,
  /** Its holder died, so its output may be incomplete. */
  isLost: notNull(boolean),
  exitCode: nullable(integer),
  exitSignal: nullable(integer),
  finishedAt: notNull(timestamptz),
  /** Position in the journal up to which its output is stored. */
  journalEnd: float8,
  journalSkip: integer,
  isOutputRemoved: boolean,
};
export type StoredJob = RowOf<typeof STORED_JOB>;

const STORED_JOBS = statement(
  STORED_JOB,
  `select j.id, coalesce(j.outcome = 'holder_lost' and j.host = $2, false) as "isLost", j.exit_code as "exitCode", j.exit_signal as "exitSignal",
          coalesce(j.finished_at, now()) as "finishedAt",
          j.output_removed_at is not null or ${hasFailedOn("j", "$2")} as "isOutputRemoved",
          coalesce(c.journal_end, 0)::float8 as "journalEnd", coalesce(c.journal_skip, 0) as "journalSkip"
   from spiderpig.job j
   left join lateral (
     select o.journal_end, o.journal_skip
     from spiderpig.output_chunk o
     where o.job_id = j.id
     order by o.seq desc
     limit 1) c on true
   where j.id = any($1::integer[])
     and ((j.host = $2 and j.finished_at is not null) or ${hasFailedOn("j", "$2")})`,
);

/** Those of these jobs that ran on this host and have ended, or that it could not start. The journals of all others must not be touched. */
export async function listStoredJobs(
  db: Database,
  host: string,
  ids: readonly number[],
): Promise<StoredJob[]> {
  return rows(db, STORED_JOBS, [ids, host]);
}

const REMOVE_OLD_OUTPUT = statement(
  { id: integer },
  `update spiderpig.job
   set output_removed_at = now()
   where id = (
       select j.id
       from spiderpig.job j
       where j.finished_at < now() - make_interval(secs => $1::float8 * 86400)
         and j.output_removed_at is null
         and (j.output_bytes > 0 or j.state = 'lost')
         and j.lane_released_at is not null
       order by j.finished_at
       limit 1
       for update skip locked)
   returning id`,
);

/**
 * Marks the output of one job as removed that ended more than `days` ago. From the commit on it is not served, and
 * `deleteOutput` may follow. A lost job keeps its output until a person has released its lane.
 */
export async function removeOldOutput(tx: Transaction, days: number): Promise<number | undefined> {
  const row = await firstRow(tx, REMOVE_OLD_OUTPUT, [days]);
  if (row === undefined) return undefined;
  await tx.execute("delete from spiderpig.sensitive_line where job_id = $1", [row.id]);
  await appendEvent(tx, row.id, { kind: "output_removed", data: { days } });
  return row.id;
}

/** Deletes at most $2 rows of the job, the oldest first, except those that another worker is deleting. */
function deleteRows(table: string, ...key: readonly string[]): string {
  const ofRow = key.map((column) => `o.${column}`).join(", ");
  return `delete from spiderpig.${table}
     where (${key.join(", ")}) in (
         select ${ofRow}
         from spiderpig.${table} o
         join removed on removed.id = o.job_id
         order by ${ofRow}
         limit $2
         for update of o skip locked)
     returning 1`;
}

const DELETE_OUTPUT = statement(
  { deleted: integer },
  `with removed as (
     select j.id from spiderpig.job j where j.id = $1 and j.output_removed_at is not null
   ),
   chunk as (${deleteRows("output_chunk", "job_id", "seq")}),
   block as (${deleteRows("log_block", "job_id", "first_line")}),
   tail as (${deleteRows("log_tail", "job_id")})
   select ((select count(*) from chunk) + (select count(*) from block) + (select count(*) from tail))::integer
          as deleted`,
);

/**
 * Deletes a limited number of rows of output that was marked as removed. Two workers that do so at the same time delete
 * different rows.
 * @param rowsMax of each table.
 * @returns false when there was nothing that no other worker was deleting.
 */
export async function deleteOutput(db: Database, jobId: number, rowsMax: number): Promise<boolean> {
  const { deleted } = await onlyRow(db, DELETE_OUTPUT, [jobId, rowsMax]);
  return deleted > 0;
}

const MARK_DELETED = statement(
  { id: integer },
  `update spiderpig.job j
   set output_deleted_at = now()
   where j.id = $1 and j.output_removed_at is not null and j.output_deleted_at is null
     and not exists (select from spiderpig.output_chunk o where o.job_id = j.id)
     and not exists (select from spiderpig.log_block o where o.job_id = j.id)
     and not exists (select from spiderpig.log_tail o where o.job_id = j.id)
   returning j.id`,
);

/** Records that all output of the job is deleted, so that no sweep looks for it again; unless another worker still deletes. */
export async function markOutputDeleted(db: Database, jobId: number): Promise<void> {
  await rows(db, MARK_DELETED, [jobId]);
}

const HALF_REMOVED = statement(
  { id: integer },
  `select j.id
   from spiderpig.job j
   where j.output_removed_at is not null and j.output_deleted_at is null
   order by j.id`,
);

/** Jobs whose output was marked as removed and is not deleted yet. */
export async function listHalfRemoved(db: Database): Promise<number[]> {
  const found = await rows(db, HALF_REMOVED);
  return found.map(({ id }) => id);
}
