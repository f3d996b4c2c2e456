// Jobs: creating, listing, counting and cancelling them. What a worker does with a job is in runs.ts.
import type { Change } from "../contract/change.ts";
import type { JobFilter, JobSummary } from "../contract/job.ts";
import type { JobOperation, OperationValues } from "../domain/operation.ts";
import type { Database, Transaction } from "./connection.ts";
import { listSummaries } from "./job-rows.ts";
import { findJobIds, type PageStart } from "./job-search.ts";
import { holdsLane, isStartable } from "./rules.ts";
import { jobState, reached } from "./enums.ts";
import {
  boolean,
  enumOf,
  firstRow,
  float8,
  integer,
  jsonb,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  text,
  timestamptz,
  uuid,
} from "./statement.ts";

export type NewJob = {
  kind: string;
  operation: JobOperation;
  parameters: OperationValues;
  lane: string;
  requestedBy: string;
  command: string[];
  changes: readonly (Change & { uploadedAt?: Date | undefined; mergedAt?: Date | undefined })[];
  idempotencyKey: string | null;
  retryOf: number | null;
  windowId: number | null;
  /** Of the request, if it had a valid one. */
  traceparent: string | null;
};

const INSERT_JOB = statement(
  { id: integer },
  `insert into spiderpig.job
     (kind, operation, parameters, lane, requested_by, command, idempotency_key, retry_of, window_id, traceparent)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
   on conflict (requested_by, idempotency_key) do nothing
   returning id`,
);

/** @returns the new job's number, or undefined when the same user's idempotency key was used before. */
export async function insertJob(tx: Transaction, created: NewJob): Promise<number | undefined> {
  const row = await firstRow(tx, INSERT_JOB, [
    created.kind,
    JSON.stringify(created.operation),
    JSON.stringify(created.parameters),
    created.lane,
    created.requestedBy,
    created.command,
    created.idempotencyKey,
    created.retryOf,
    created.windowId,
    created.traceparent,
  ]);
  if (row === undefined) return undefined;
  await tx.execute(
    `insert into spiderpig.change
       (job_id, position, number, patch_set, project, branch, subject, owner, url, uploaded_at, merged_at)
     select
       $1, c.position, c.number, c."patchSet", c.project, c.branch, c.subject, c.owner, c.url, c."uploadedAt", c."mergedAt"
     from rows from (
       json_to_recordset($2::json) as (
         number integer, "patchSet" integer, project text, branch text, subject text, owner text, url text,
         "uploadedAt" timestamptz, "mergedAt" timestamptz)
     ) with ordinality
       as c (number, "patchSet", project, branch, subject, owner, url, "uploadedAt", "mergedAt", position)`,
    [row.id, JSON.stringify(created.changes)],
  );
  return row.id;
}

const JOB_OF_KEY = statement(
  { id: integer, kind: text, lane: text, parameters: jsonb<OperationValues>() },
  "select id, kind, lane, parameters from spiderpig.job where requested_by = $1 and idempotency_key = $2",
);

export async function findJobByIdempotencyKey(
  db: Database,
  requestedBy: string,
  key: string,
): Promise<{ id: number; kind: string; lane: string; parameters: OperationValues } | undefined> {
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

const HOLD_QUEUED = statement(
  { id: integer },
  `update spiderpig.job set held_at = now(), held_reason = $2
   where requested_by = $1 and state = 'queued' and held_at is null
   returning id`,
);

/** Holds all queued jobs of a person: they keep their places and do not start. @returns their numbers. */
export async function holdQueuedJobs(
  tx: Transaction,
  requestedBy: string,
  reason: string,
): Promise<number[]> {
  const held = await rows(tx, HOLD_QUEUED, [requestedBy, reason]);
  return held.map(({ id }) => id);
}

/** Once for each job. */
export async function storePolicyOverride(
  tx: Transaction,
  jobId: number,
  { by, reason }: { by: string; reason: string },
): Promise<void> {
  await tx.execute(
    `update spiderpig.job
     set policy_override = jsonb_build_object(
       'by', $2::text, 'reason', $3::text,
       'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
     where id = $1`,
    [jobId, by, reason],
  );
}

const RELEASE_HELD = statement(
  { lane: text },
  `update spiderpig.job set held_at = null, held_reason = null
   where id = $1 and state = 'queued' and held_at is not null
   returning lane`,
);

/** @returns its lane; undefined when the job is not held. */
export async function releaseHeldJob(tx: Transaction, jobId: number): Promise<string | undefined> {
  const row = await firstRow(tx, RELEASE_HELD, [jobId]);
  return row?.lane;
}

type ListedJobs = { jobs: JobSummary[]; isMore: boolean };

/** A page of the jobs that meet the filter, the newest first. `isMore`: there are others in the direction of the page. */
export async function listJobs(
  db: Database,
  filter: JobFilter,
  start: PageStart,
  limit: number,
): Promise<ListedJobs> {
  const ids = await findJobIds(db, filter, start, limit + 1);
  const isNewer = start !== undefined && "newerThan" in start;
  const page = isNewer ? ids.slice(-limit) : ids.slice(0, limit);
  const jobs = page.length === 0 ? [] : await listSummaries(db, "j.id = any($1)", [page], page.length);
  return { jobs, isMore: ids.length > limit };
}

const LIVE_JOBS_MAX = 100;
const QUEUED_JOBS_SHOWN = 15;
const RECENT_JOBS = 20;

const COUNT_QUEUED = statement(
  { count: integer },
  "select count(*)::integer as count from spiderpig.job where state = 'queued'",
);

export type JobOverview = { jobs: JobSummary[]; queuedCount: number };

/** What the home page shows: jobs that hold a lane, the first of the queue, how many are queued, and the latest that ended. */
export async function listOverview(db: Database): Promise<JobOverview> {
  const [holding, queued, ended, count] = await Promise.all([
    listSummaries(db, holdsLane("j"), [], LIVE_JOBS_MAX, "oldest"),
    listSummaries(db, "j.state = 'queued'", [], QUEUED_JOBS_SHOWN, "queue"),
    listSummaries(db, "j.finished_at is not null", [], RECENT_JOBS),
    firstRow(db, COUNT_QUEUED),
  ]);
  const isHolding = new Set(holding.map(({ id }) => id));
  return {
    jobs: [...holding, ...queued, ...ended.filter(({ id }) => !isHolding.has(id))],
    queuedCount: count?.count ?? 0,
  };
}

/** In no particular order. */
export async function listJobsById(db: Database, ids: readonly number[]): Promise<JobSummary[]> {
  return ids.length === 0 ? [] : listSummaries(db, "j.id = any($1)", [ids], ids.length);
}

const STARTABLE_LANES = statement(
  { lane: text },
  `select distinct q.lane
   from spiderpig.job q
   where ${isStartable("q")}
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
  kind: text,
  requestedBy: text,
  responsible: text,
  lane: text,
  reached: enumOf(reached),
  isPolicyOverridden: boolean,
  state: enumOf(jobState),
  workerId: nullable(uuid),
  outputRemovedAt: nullable(timestamptz),
};
export type LockedJob = RowOf<typeof LOCKED_JOB>;

const LOCK_JOB = statement(
  LOCKED_JOB,
  `select kind, requested_by as "requestedBy", coalesce(responsible, requested_by) as responsible, lane, reached, policy_override is not null as "isPolicyOverridden",
     state, worker_id as "workerId", output_removed_at as "outputRemovedAt"
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

const HAS_UNENDED = statement(
  { found: boolean },
  "select exists (select from spiderpig.job where requested_by = $1 and finished_at is null) as found",
);

/** Whether a job of this person is queued, runs or waits. */
export async function hasUnendedJobs(tx: Transaction, requestedBy: string): Promise<boolean> {
  return (await onlyRow(tx, HAS_UNENDED, [requestedBy])).found;
}

const COUNT_UNENDED = statement(
  { lane: text, state: enumOf(jobState), count: integer, oldestSeconds: float8 },
  `select lane, state, count(*)::integer as count,
          extract(epoch from now() - min(created_at))::float8 as "oldestSeconds"
   from spiderpig.job
   where finished_at is null
   group by lane, state`,
);

/** Jobs that have not ended, by lane and state. Costs what they are, not what the history is: index job_live. */
export async function countUnendedJobs(db: Database): Promise<RowOf<typeof COUNT_UNENDED.columns>[]> {
  return rows(db, COUNT_UNENDED);
}
