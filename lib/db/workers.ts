// Worker processes and their heartbeats. runs.ts has the takeover of jobs from a stopped or stale worker, lost-jobs.ts what
// pages show of one that does not respond.
import { type Database, query } from "./connection.ts";
import { isLive } from "./rules.ts";
import { boolean, integer, onlyRow, type RowOf, statement, timestamptz } from "./statement.ts";

/** Without a heartbeat for this long, another worker of the host takes its jobs over. */
export const WORKER_STALE_SECONDS = 3;
/** The worker stopped or is stale: its jobs may be taken over. Expects the worker as `w`. */
export const IS_STALE = `(w.stopped_at is not null or w.heartbeat_at < now() - make_interval(secs => ${WORKER_STALE_SECONDS}))`;

/** A heartbeat comes every second (worker/main.ts), and some may be late. */
const WORKER_RESPONDING_SECONDS = 5;
/** The worker is running and receives notifications. Expects the worker as `w`. */
export const IS_RESPONDING = `(w.stopped_at is null and w.heartbeat_at > now() - make_interval(secs => ${WORKER_RESPONDING_SECONDS}))`;

export type WorkerIdentity = {
  id: string;
  host: string;
  pid: number;
  version: string;
  publicKey: string;
  /** The operations that it can do; undefined: all. */
  operations?: readonly string[] | undefined;
};

export async function insertWorker(db: Database, worker: WorkerIdentity): Promise<void> {
  await query(
    db,
    // The id exists when a retry follows a connection that broke after the commit.
    `insert into spiderpig.worker (id, host, pid, version, public_key, operations)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do nothing`,
    [worker.id, worker.host, worker.pid, worker.version, worker.publicKey, worker.operations ?? null],
  );
}

const HEARTBEAT = {
  /** False when the database has no row of this worker: it was restored to an earlier state. */
  isKnown: boolean,
  /** There may be a job that this worker should take over or reclaim. */
  isWanted: boolean,
  now: timestamptz,
};

const TOUCH_WORKER = statement(
  HEARTBEAT,
  `with touched as (
     update spiderpig.worker set heartbeat_at = now(), claim_problem = $4 where id = $1
     returning id
   )
   select exists (
     select
     from spiderpig.job l
     join spiderpig.worker w on w.id = l.worker_id
     where ${isLive("l")}
       and case
         when l.worker_id = $1 then l.id <> all($3::integer[])
         else l.host = $2 and ${IS_STALE}
       end) as "isWanted",
     exists (select from touched) as "isKnown", clock_timestamp() as now`,
);

/**
 * Records a heartbeat. Every worker does so each second, so one statement answers all that it needs to know.
 * @param known as for `reclaimJob` (runs.ts).
 * @param claimProblem why the worker starts no jobs now; undefined when it does.
 */
export async function touchWorker(
  db: Database,
  worker: { id: string; host: string },
  known: readonly number[],
  claimProblem?: string,
): Promise<RowOf<typeof HEARTBEAT>> {
  return onlyRow(db, TOUCH_WORKER, [worker.id, worker.host, known, claimProblem ?? null]);
}

/** What `scap version` printed on the host of the worker, or why it failed. */
export async function recordScapVersion(
  db: Database,
  workerId: string,
  found: { version: string } | { problem: string },
): Promise<void> {
  await query(db, "update spiderpig.worker set scap_version = $2, scap_problem = $3 where id = $1", [
    workerId,
    "version" in found ? found.version : null,
    "problem" in found ? found.problem : null,
  ]);
}

/** A worker that shuts down records it, so that its jobs are taken over at once. */
export async function stopWorker(db: Database, workerId: string): Promise<void> {
  await query(db, "update spiderpig.worker set stopped_at = now(), heartbeat_at = now() where id = $1", [
    workerId,
  ]);
}

const COUNT_RUNNING = statement(
  { count: integer },
  `select count(*)::integer as count from spiderpig.worker w where ${IS_RESPONDING}`,
);

export async function countWorkers(db: Database): Promise<number> {
  const { count } = await onlyRow(db, COUNT_RUNNING);
  return count;
}
