// Jobs: creating, listing, counting and cancelling them. What a worker does with a job is in runs.ts.
import { and, eq, sql } from "drizzle-orm";
import type { Change } from "../contract/change.ts";
import type { JobSummary, ListJobsQuery } from "../contract/job.ts";
import type { JobState, Outcome } from "../domain/job.ts";
import type { Database, Transaction } from "./connection.ts";
import { listSummaries } from "./job-rows.ts";
import { holdsLane } from "./rules.ts";
import { jobState, outcome } from "./schema/base.ts";
import { change, job } from "./schema/job.ts";
import {
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

/** @returns the new job's number, or undefined when the same user's idempotency key was used before. */
export async function insertJob(tx: Transaction, created: NewJob): Promise<number | undefined> {
  const [row] = await tx.db
    .insert(job)
    .values({
      kind: "backport",
      lane: created.lane,
      requestedBy: created.requestedBy,
      command: created.command,
      idempotencyKey: created.idempotencyKey,
      retryOf: created.retryOf,
    })
    .onConflictDoNothing({ target: [job.requestedBy, job.idempotencyKey] })
    .returning({ id: job.id });
  if (row === undefined) return undefined;
  await tx.db
    .insert(change)
    .values(created.changes.map((one, index) => ({ ...one, jobId: row.id, position: index + 1 })));
  return row.id;
}

export async function findJobByIdempotencyKey(
  db: Database,
  requestedBy: string,
  key: string,
): Promise<{ id: number; command: string[]; lane: string } | undefined> {
  const [row] = await db
    .select({ id: job.id, command: job.command, lane: job.lane })
    .from(job)
    .where(and(eq(job.requestedBy, requestedBy), eq(job.idempotencyKey, key)));
  return row;
}

/** Removes a job from the queue. @returns its lane, or undefined when the job is not queued. */
export async function cancelQueued(
  tx: Transaction,
  jobId: number,
  by: string,
): Promise<{ lane: string } | undefined> {
  const [row] = await tx.db
    .update(job)
    .set({ state: "cancelled", outcome: "cancelled_while_queued", decidedBy: by, finishedAt: sql`now()` })
    .where(and(eq(job.id, jobId), eq(job.state, "queued")))
    .returning({ lane: job.lane });
  return row;
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
