// Which jobs a revert concerns: those whose changes it undoes, and those that deployed to the same branches since.
import type { JobSummary } from "../contract/job.ts";
import { REVERT } from "../domain/operation.ts";
import type { Database, Transaction } from "./connection.ts";
import { listSummaries } from "./job-rows.ts";
import { firstRow, integer, rows, statement } from "./statement.ts";

const INSERT_REVERTED = statement(
  { jobId: integer },
  `insert into spiderpig.reverted_change (job_id, number, by_job_id)
   select distinct on (c.number) c.job_id, c.number, $1
   from spiderpig.change c
   join spiderpig.job j on j.id = c.job_id
   where c.number = any($2::integer[])
     and case
       when $3::integer is null then j.kind <> '${REVERT}' and j.reached <> 'nowhere' and j.id <> $1
       else j.id = $3 end
   order by c.number, c.job_id desc
   returning job_id as "jobId"`,
);

export type RevertedChanges = {
  numbers: readonly number[];
  /** The job that deployed them; undefined: the newest that did, for each change. */
  ofJob: number | undefined;
};

/**
 * Links a new job to those whose changes it reverts, if they brought these further than nowhere. @returns the numbers of these jobs
 */
export async function insertRevertedChanges(
  tx: Transaction,
  byJobId: number,
  { numbers, ofJob }: RevertedChanges,
): Promise<number[]> {
  if (numbers.length === 0) return [];
  const linked = await rows(tx, INSERT_REVERTED, [byJobId, numbers, ofJob ?? null]);
  return [...new Set(linked.map(({ jobId }) => jobId))];
}

const REVERT_IN_PROGRESS = statement(
  { byJobId: integer, number: integer },
  `select r.by_job_id as "byJobId", r.number
   from spiderpig.reverted_change r
   join spiderpig.job j on j.id = r.by_job_id
   where r.job_id = $1 and r.number = any($2::integer[]) and j.finished_at is null
   order by r.by_job_id
   limit 1`,
);

/** A queued or running job that reverts one of these changes of the job. */
export async function findRevertInProgress(
  tx: Transaction,
  jobId: number,
  numbers: readonly number[],
): Promise<{ byJobId: number; number: number } | undefined> {
  return firstRow(tx, REVERT_IN_PROGRESS, [jobId, numbers]);
}

const SINCE_MAX = 20;

/** Later jobs that merged or deployed something in a branch of this job's changes, the newest first. */
export async function listDeployedSince(db: Database, jobId: number): Promise<JobSummary[]> {
  return listSummaries(
    db,
    `j.id > $1 and j.reached <> 'nowhere' and exists (
       select
       from spiderpig.change mine
       join spiderpig.change c on c.project = mine.project and c.branch = mine.branch
       where mine.job_id = $1 and c.job_id = j.id)`,
    [jobId],
    SINCE_MAX,
  );
}
