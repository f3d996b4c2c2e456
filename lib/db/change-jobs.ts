// The jobs that contain a change, found through the index of changes by number.
import type { ChangeDetails } from "../contract/change.ts";
import type { JobOperation } from "../domain/operation.ts";
import type { Database } from "./connection.ts";
import { jobState, outcome } from "./enums.ts";
import { enumOf, integer, jsonb, nullable, rows, statement, text, timestamptz } from "./statement.ts";

const JOBS_MAX = 20;

const JOBS_OF_CHANGE = statement(
  {
    id: integer,
    kind: text,
    operation: jsonb<JobOperation>(),
    state: enumOf(jobState),
    outcome: nullable(enumOf(outcome)),
    requestedBy: text,
    patchSet: nullable(integer),
    createdAt: timestamptz,
    finishedAt: nullable(timestamptz),
  },
  `select j.id, j.kind, j.operation, j.state, j.outcome, j.requested_by as "requestedBy",
          coalesce(c.merged_patch_set, c.patch_set) as "patchSet",
          j.created_at as "createdAt", j.finished_at as "finishedAt"
   from spiderpig.change c
   join spiderpig.job j on j.id = c.job_id
   where c.number = $1 and ($2::text is null or c.project = $2)
   order by c.job_id desc
   limit ${JOBS_MAX}`,
);

/** The latest jobs with this change, newest first. @param project undefined: of any project */
export async function listJobsOfChange(
  db: Database,
  number: number,
  project: string | undefined,
): Promise<ChangeDetails["jobs"]> {
  const found = await rows(db, JOBS_OF_CHANGE, [number, project ?? null]);
  return found.map((job) => ({
    ...job,
    operation: wireOperation(job.operation),
    createdAt: job.createdAt.toISOString(),
    finishedAt: job.finishedAt?.toISOString() ?? null,
  }));
}

function wireOperation({
  name,
  completedLabel,
  evidence,
}: JobOperation): ChangeDetails["jobs"][number]["operation"] {
  return { name, completedLabel, evidence };
}
