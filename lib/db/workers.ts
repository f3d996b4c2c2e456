// Workers, as rows: who is there, since when, and when it was heard last. What becomes of the jobs of one that is gone is
// in runs.ts; what people are told of one that is silent, in silence.ts.
import { type Database, query } from "./connection.ts";
import { isLive } from "./rules.ts";

/** How long a worker may be silent before another on its host takes its jobs over. */
export const WORKER_SILENT_SECONDS = 3;
/** Its jobs may be taken over; expects the worker as `w`. */
export const IS_GONE = `(w.stopped_at is not null or w.seen_at < now() - make_interval(secs => ${WORKER_SILENT_SECONDS}))`;

/** A sign of life comes every second (worker/main.ts), and some may be late. */
const WORKER_THERE_SECONDS = 5;
/** It can be counted on to hear what it is told; expects the worker as `w`. */
export const IS_THERE = `(w.stopped_at is null and w.seen_at > now() - make_interval(secs => ${WORKER_THERE_SECONDS}))`;

export async function insertWorker(
  db: Database,
  worker: { id: string; host: string; pid: number; version: string; publicKey: string },
): Promise<void> {
  await query(
    db,
    // The connection may have broken after the commit: the same worker, once more.
    `insert into spiderpig.worker (id, host, pid, version, public_key)
     values ($1, $2, $3, $4, $5)
     on conflict (id) do nothing`,
    [worker.id, worker.host, worker.pid, worker.version, worker.publicKey],
  );
}

/**
 * Says that this worker is alive. Asked every second by every worker, so it is one statement for all it wants to know.
 * @returns `isKnown`: false when the database has forgotten it; `isWanted`: there seems to be a job that it should take
 * over or take up again; `now`: what time it is.
 * @param known as for `reclaimJob` (runs.ts).
 */
export async function touchWorker(
  db: Database,
  worker: { id: string; host: string },
  known: readonly number[],
): Promise<{ isKnown: boolean; isWanted: boolean; now: Date }> {
  const [row] = await query<{ isKnown: boolean; isWanted: boolean; now: Date }>(
    db,
    `with touched as (
       update spiderpig.worker set seen_at = now() where id = $1
       returning id
     )
     select exists (
       select
       from spiderpig.job l
       join spiderpig.worker w on w.id = l.worker_id
       where ${isLive("l")}
         and case
           when l.worker_id = $1 then l.id <> all($3::integer[])
           else l.host = $2 and ${IS_GONE}
         end) as "isWanted",
       exists (select from touched) as "isKnown", clock_timestamp() as now`,
    [worker.id, worker.host, known],
  );
  if (row === undefined) throw new Error("a select of expressions returned no row");
  return row;
}

/** A worker that stops on purpose says so, and its jobs are taken over at once. */
export async function stopWorker(db: Database, workerId: string): Promise<void> {
  await query(db, "update spiderpig.worker set stopped_at = now(), seen_at = now() where id = $1", [
    workerId,
  ]);
}

export async function countWorkers(db: Database): Promise<number> {
  const [row] = await query<{ count: number }>(
    db,
    `select count(*)::integer as count
     from spiderpig.worker w
     where ${IS_THERE}`,
  );
  return row?.count ?? 0;
}
