// Jobs: creating, listing, counting and cancelling them. What a worker does with a job is in runs.ts.
import type { Change } from "../contract/change.ts";
import type { JobSummary, ListJobsQuery } from "../contract/job.ts";
import type { JobState, Outcome } from "../domain/job.ts";
import type { Database, Transaction } from "./connection.ts";
import { listSummaries } from "./job-rows.ts";
import { holdsLane } from "./rules.ts";
import { jobState, outcome } from "./enums.ts";
import {
  arrayOf,
  enumOf,
  firstRow,
  integer,
  notNull,
  nullable,
  type RowOf,
  rows,
  statement,
  text,
  timestamptz,
  uuid,
} from "./statement.ts";

export type NewJob = {
  lane: string;
  requestedBy: string;
  command: string[];
  changes: readonly Change[];
  idempotencyKey: string | null;
  retryOf: number | null;
};

const INSERT_JOB = statement(
  { id: integer },
  `insert into spiderpig.job (kind, lane, requested_by, command, idempotency_key, retry_of)
   values ('backport', $1, $2, $3, $4, $5)
   on conflict (requested_by, idempotency_key) do nothing
   returning id`,
);

/** @returns the new job's number, or undefined when the same user's idempotency key was used before. */
export async function insertJob(tx: Transaction, created: NewJob): Promise<number | undefined> {
  const { lane, requestedBy, command, idempotencyKey, retryOf } = created;
  const row = await firstRow(tx, INSERT_JOB, [lane, requestedBy, command, idempotencyKey, retryOf]);
  if (row === undefined) return undefined;
  await tx.execute(
    `insert into spiderpig.change (job_id, position, number, patch_set, project, branch, subject, owner, url)
     select $1, c.position, c.number, c."patchSet", c.project, c.branch, c.subject, c.owner, c.url
     from rows from (
       json_to_recordset($2::json) as (
         number integer, "patchSet" integer, project text, branch text, subject text, owner text, url text)
     ) with ordinality
       as c (number, "patchSet", project, branch, subject, owner, url, position)`,
    [row.id, JSON.stringify(created.changes)],
  );
  return row.id;
}

const JOB_OF_KEY = statement(
  { id: integer, command: arrayOf(text), lane: text },
  "select id, command, lane from spiderpig.job where requested_by = $1 and idempotency_key = $2",
);

export async function findJobByIdempotencyKey(
  db: Database,
  requestedBy: string,
  key: string,
): Promise<{ id: number; command: string[]; lane: string } | undefined> {
  return firstRow(db, JOB_OF_KEY, [requestedBy, key]);
}

const CANCEL_QUEUED = statement(
  { lane: text },
  `update spiderpig.job
   set state = 'cancelled', outcome = 'cancelled_while_queued', decided_by = $2, finished_at = now()
   where id = $1 and state = 'queued'
   returning lane`,
);

/** Removes a job from the queue. @returns its lane, or undefined when the job is not queued. */
export async function cancelQueued(
  tx: Transaction,
  jobId: number,
  by: string,
): Promise<{ lane: string } | undefined> {
  return firstRow(tx, CANCEL_QUEUED, [jobId, by]);
}

/** Matches subject, project, branch and owner of the changes, the requester, and the number of the job or a change. */
const textMatch = (parameter: string) => `(
  j.id::text = ${parameter}
  or j.requested_by ilike '%' || ${parameter} || '%'
  or exists (
    select 1 from spiderpig.change c
    where c.job_id = j.id
      and (c.number::text = ${parameter}
        or concat_ws(' ', c.subject, c.project, c.branch, c.owner) ilike '%' || ${parameter} || '%')))`;

/** Newest first. Pages are found through the primary key, never by an offset. */
export async function listJobs(
  db: Database,
  filter: ListJobsQuery,
): Promise<{ jobs: JobSummary[]; nextCursor: string | null }> {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = ["true"];
  if (filter.state !== undefined) conditions.push(`j.state::text = any(${parameter(filter.state)})`);
  if (filter.outcome !== undefined) conditions.push(`j.outcome::text = any(${parameter(filter.outcome)})`);
  if (filter.kind !== undefined) conditions.push(`j.kind::text = any(${parameter(filter.kind)})`);
  if (filter.lane !== undefined) conditions.push(`j.lane = ${parameter(filter.lane)}`);
  if (filter.user !== undefined) conditions.push(`j.requested_by = ${parameter(filter.user)}`);
  if (filter.change !== undefined) {
    conditions.push(
      `exists (select 1 from spiderpig.change c where c.job_id = j.id and c.number = ${parameter(filter.change)})`,
    );
  }
  if (filter.project !== undefined) {
    conditions.push(
      `exists (select 1 from spiderpig.change c where c.job_id = j.id and c.project = ${parameter(filter.project)})`,
    );
  }
  if (filter.q !== undefined && filter.q !== "") {
    conditions.push(textMatch(`${parameter(filter.q.replace(/[\\%_]/g, "\\$&"))}::text`));
  }
  if (filter.from !== undefined) conditions.push(`j.created_at >= ${parameter(filter.from)}`);
  if (filter.to !== undefined) conditions.push(`j.created_at < ${parameter(filter.to)}`);
  if (filter.cursor !== undefined) conditions.push(`j.id < ${parameter(filter.cursor)}`);
  const found = await listSummaries(db, conditions.join(" and "), values, filter.limit + 1);
  const jobs = found.slice(0, filter.limit);
  const last = jobs.at(-1);
  return { jobs, nextCursor: found.length > filter.limit && last !== undefined ? String(last.id) : null };
}

const RECENT_JOBS = 20;
const OPEN_JOBS_MAX = 500;

/** What the home page shows: all jobs that have not ended, and the latest that have. */
export async function listOverview(db: Database): Promise<JobSummary[]> {
  const [open, ended] = await Promise.all([
    listSummaries(db, "j.finished_at is null", [], OPEN_JOBS_MAX, "asc"),
    listSummaries(db, "j.finished_at is not null", [], RECENT_JOBS),
  ]);
  return [...open, ...ended];
}

const STARTABLE_LANES = statement(
  { lane: text },
  `select distinct q.lane
   from spiderpig.job q
   where q.state = 'queued'
     and not exists (
       select 1 from spiderpig.job h
       where h.lane = q.lane and ${holdsLane("h")})`,
);

/** Lanes with a queued job that no other job blocks. */
export async function listStartableLanes(db: Database): Promise<string[]> {
  const found = await rows(db, STARTABLE_LANES);
  return found.map((row) => row.lane);
}

const LOCKED_JOB = {
  state: enumOf(jobState),
  workerId: nullable(uuid),
  outputRemovedAt: nullable(timestamptz),
};
export type LockedJob = RowOf<typeof LOCKED_JOB>;

const LOCK_JOB = statement(
  LOCKED_JOB,
  `select state, worker_id as "workerId", output_removed_at as "outputRemovedAt"
   from spiderpig.job
   where id = $1
   for update`,
);

/**
 * Locks the job to the end of the transaction: answers, withdrawals, reminders, signals and the end of a job exclude each
 * other. A statement of its own, because one that waits for a lock in its middle sees the rows as they were before the wait.
 */
export async function lockJob(tx: Transaction, jobId: number): Promise<LockedJob | undefined> {
  return firstRow(tx, LOCK_JOB, [jobId]);
}

const COUNT_BY_STATE = statement(
  { state: enumOf(jobState), count: integer },
  "select state, count(*)::integer as count from spiderpig.job group by state",
);

/** Of all jobs. States that no job has are absent. */
export async function countJobsByState(db: Database): Promise<Map<JobState, number>> {
  const counts = await rows(db, COUNT_BY_STATE);
  return new Map(counts.map(({ state, count }) => [state, count]));
}

const COUNT_BY_OUTCOME = statement(
  { outcome: notNull(enumOf(outcome)), count: integer },
  "select outcome, count(*)::integer as count from spiderpig.job where outcome is not null group by outcome",
);

/** Of all ended jobs. Outcomes that no job has are absent. */
export async function countJobsByOutcome(db: Database): Promise<Map<Outcome, number>> {
  const counts = await rows(db, COUNT_BY_OUTCOME);
  return new Map(counts.map(({ outcome, count }) => [outcome, count]));
}
