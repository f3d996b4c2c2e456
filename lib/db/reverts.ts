// Which jobs a revert concerns: the one that it undoes, and those that deployed to the same branches since.
import type { JobSummary } from "../contract/job.ts";
import { REVERT } from "../domain/operation.ts";
import type { Database, Transaction } from "./connection.ts";
import { listSummaries } from "./job-rows.ts";
import { firstRow, integer, statement } from "./statement.ts";

const DEPLOYMENT_OF = statement(
  { id: integer },
  `select j.id
   from spiderpig.change c
   join spiderpig.job j on j.id = c.job_id
   where c.number = any($1::integer[]) and j.kind <> '${REVERT}' and j.reached <> 'nowhere'
   order by c.job_id desc
   limit 1`,
);

/** The newest job that brought one of these changes further than nowhere. */
export async function findDeploymentOf(
  tx: Transaction,
  numbers: readonly number[],
): Promise<number | undefined> {
  if (numbers.length === 0) return undefined;
  const row = await firstRow(tx, DEPLOYMENT_OF, [numbers]);
  return row?.id;
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
