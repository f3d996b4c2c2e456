// Jobs: creating, listing and cancelling them. Starting and ending belong to the worker: runs.ts.
import { and, eq, sql } from "drizzle-orm";
import type { Change } from "../contract/change.ts";
import type { JobSummary, ListJobsQuery } from "../contract/job.ts";
import type { Lane } from "../contract/lane.ts";
import type { JobState, Outcome } from "../domain/job.ts";
import { type Database, query, type Transaction } from "./connection.ts";
import { listSummaries } from "./job-rows.ts";
import { listFreezes } from "./lanes.ts";
import { holdsLane } from "./rules.ts";
import { change, job } from "./schema/job.ts";

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

/** Takes a queued job out of the queue. @returns its lane, or undefined when it is not queued (any more). */
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

/** Words are searched in subject, project, branch and owner of the changes, and as the number of job or change. */
const TEXT_MATCH = (parameter: string) => `(
  j.id::text = ${parameter}
  or j.requested_by ilike '%' || ${parameter} || '%'
  or exists (
    select 1 from spiderpig.change c
    where c.job_id = j.id
      and (c.number::text = ${parameter}
        or concat_ws(' ', c.subject, c.project, c.branch, c.owner) ilike '%' || ${parameter} || '%')))`;

/** Newest first, by job number: a page is found through the primary key, never by an offset. */
export async function listJobs(
  db: Database,
  filter: ListJobsQuery,
): Promise<{ jobs: JobSummary[]; nextCursor: string | null }> {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = ["true"];
  if (filter.state !== undefined) conditions.push(`j.state::text = any(${parameter(filter.state)})`);
  if (filter.user !== undefined) conditions.push(`j.requested_by = ${parameter(filter.user)}`);
  if (filter.change !== undefined) {
    conditions.push(
      `exists (select 1 from spiderpig.change c where c.job_id = j.id and c.number = ${parameter(filter.change)})`,
    );
  }
  if (filter.q !== undefined && filter.q !== "") {
    conditions.push(TEXT_MATCH(`${parameter(filter.q.replace(/[\\%_]/g, "\\$&"))}::text`));
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

/** What the home page shows: everything that is not ended, and the newest that are. */
export async function listOverview(db: Database): Promise<JobSummary[]> {
  const [open, ended] = await Promise.all([
    listSummaries(db, "j.finished_at is null", [], OPEN_JOBS_MAX, "asc"),
    listSummaries(db, "j.finished_at is not null", [], RECENT_JOBS),
  ]);
  return [...open, ...ended];
}

/** Lanes that have an open or lost job, or are frozen. */
export async function listLanes(db: Database): Promise<Lane[]> {
  const [held, freezes] = await Promise.all([
    query<{ name: string; heldBy: number | null }>(
      db,
      `select j.lane as name,
              max(j.id) filter (where ${holdsLane("j")}) as "heldBy"
       from spiderpig.job j
       where j.finished_at is null or ${holdsLane("j")}
       group by j.lane`,
    ),
    listFreezes(db),
  ]);
  const names = new Set([...held.map((lane) => lane.name), ...freezes.map((freeze) => freeze.lane)]);
  return [...names].toSorted().map((name) => {
    const freeze = freezes.find((one) => one.lane === name);
    return {
      name,
      heldBy: held.find((lane) => lane.name === name)?.heldBy ?? null,
      freeze:
        freeze === undefined
          ? null
          : {
              reason: freeze.reason,
              frozenBy: freeze.frozenBy,
              frozenAt: freeze.frozenAt.toISOString(),
              until: freeze.until?.toISOString() ?? null,
            },
    };
  });
}

/** Lanes that have a queued job and nobody in its way: what a worker's sweep looks for. */
export async function listStartableLanes(db: Database): Promise<string[]> {
  const rows = await query<{ lane: string }>(
    db,
    `select distinct q.lane
     from spiderpig.job q
     where q.state = 'queued'
       and not exists (
         select 1 from spiderpig.job h
         where h.lane = q.lane and ${holdsLane("h")})`,
  );
  return rows.map((row) => row.lane);
}

export type LockedJob = { state: JobState; workerId: string | null; outputRemovedAt: Date | null };

/**
 * Locks the job for the rest of the transaction: answers, withdrawals, reminders, signals and ends of one job take turns
 * by this. A statement of its own: one that itself waits for the lock goes on to read what was there before it waited.
 */
export async function lockJob(tx: Transaction, jobId: number): Promise<LockedJob | undefined> {
  const [row] = await tx.execute<LockedJob>(
    `select state, worker_id as "workerId", output_removed_at as "outputRemovedAt"
     from spiderpig.job
     where id = $1
     for update`,
    [jobId],
  );
  return row;
}

/** All jobs there ever were. A state that no job has is missing. */
export async function countJobsByState(db: Database): Promise<Map<JobState, number>> {
  const rows = await query<{ state: JobState; count: number }>(
    db,
    "select state::text, count(*)::integer as count from spiderpig.job group by state",
  );
  return new Map(rows.map(({ state, count }) => [state, count]));
}

/** All ended jobs. An outcome that no job has is missing. */
export async function countJobsByOutcome(db: Database): Promise<Map<Outcome, number>> {
  const rows = await query<{ outcome: Outcome; count: number }>(
    db,
    "select outcome::text, count(*)::integer as count from spiderpig.job where outcome is not null group by outcome",
  );
  return new Map(rows.map(({ outcome, count }) => [outcome, count]));
}
