// What may go: which jobs the database has everything of, so that nothing else has to be kept for them.
import { type Database, query } from "./connection.ts";

export type StoredJob = {
  id: number;
  /** Nobody saw its end: its output may be incomplete. */
  isLost: boolean;
  exitCode: number | null;
  exitSignal: number | null;
  finishedAt: Date;
  /** Place in the journal up to which its output is stored. */
  journalEnd: number;
  journalSkip: number;
};

/** Those of these jobs that ran on this host and have ended; whatever is not among them is not to be touched. */
export async function listStoredJobs(
  db: Database,
  host: string,
  ids: readonly number[],
): Promise<StoredJob[]> {
  return query<StoredJob>(
    db,
    `select j.id, j.outcome = 'holder_lost' as "isLost", j.exit_code as "exitCode", j.exit_signal as "exitSignal",
            j.finished_at as "finishedAt",
            coalesce(c.journal_end, 0)::float8 as "journalEnd", coalesce(c.journal_skip, 0) as "journalSkip"
     from spiderpig.job j
     left join lateral (
       select o.journal_end, o.journal_skip
       from spiderpig.output_chunk o
       where o.job_id = j.id
       order by o.seq desc
       limit 1) c on true
     where j.id = any($1::integer[]) and j.host = $2 and j.finished_at is not null`,
    [ids, host],
  );
}
