// Heartbeats of the workers of seeded jobs.
import { type Database, query } from "#lib/db/connection.ts";
import { HEARTBEAT_TIMEOUT_SECONDS } from "#lib/domain/worker-heartbeat.ts";
import { until } from "./until.ts";

/** No worker runs for a seeded job, so that its page would say so when a test takes long. */
export async function keepHeard(db: Database, jobId: number): Promise<void> {
  await query(
    db,
    `update spiderpig.worker set seen_at = now() + interval '1 day'
     where id = (select worker_id from spiderpig.job where id = $1)`,
    [jobId],
  );
}

/** As if its host had become unreachable some time ago. */
export async function fallSilent(db: Database, jobId: number, seconds: number): Promise<void> {
  await query(
    db,
    `update spiderpig.worker
     set seen_at = now() - make_interval(secs => $2), started_at = least(started_at, now() - make_interval(secs => $2))
     where id = (select worker_id from spiderpig.job where id = $1)`,
    [jobId, seconds],
  );
  // A database that has just started gives everybody the time to be heard; a test may have started it.
  await until(
    "the database to be up for longer than that",
    async () => {
      const [row] = await query<{ isUp: boolean }>(
        db,
        `select pg_postmaster_start_time() < now() - make_interval(secs => ${HEARTBEAT_TIMEOUT_SECONDS}) as "isUp"`,
      );
      return row?.isUp;
    },
    { timeoutMs: 2000 * HEARTBEAT_TIMEOUT_SECONDS, everyMs: 100 },
  );
}
