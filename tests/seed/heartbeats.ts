// Heartbeats of the workers of seeded jobs.
import { type Database, query } from "#lib/db/connection.ts";
import { HEARTBEAT_TIMEOUT_SECONDS } from "#lib/domain/worker-heartbeat.ts";
import { until } from "../support/until.ts";

/** Keeps the worker of a seeded job from becoming stale: no worker process sends its heartbeats. */
export async function keepHeartbeatFresh(db: Database, jobId: number): Promise<void> {
  await query(
    db,
    `update spiderpig.worker set heartbeat_at = now() + interval '1 day'
     where id = (select worker_id from spiderpig.job where id = $1)`,
    [jobId],
  );
}

/** Sets the last heartbeat back, as if the host had become unreachable `seconds` ago. */
export async function setHeartbeatAge(db: Database, jobId: number, seconds: number): Promise<void> {
  await query(
    db,
    `update spiderpig.worker
     set heartbeat_at = now() - make_interval(secs => $2), started_at = least(started_at, now() - make_interval(secs => $2))
     where id = (select worker_id from spiderpig.job where id = $1)`,
    [jobId, seconds],
  );
  // No heartbeat counts as missed until the database has been up for the heartbeat timeout; a test may have started it.
  await until(
    "the database to be up for longer than the heartbeat timeout",
    async () => {
      const [row] = await query<{ isUp: boolean }>(
        db,
        `select pg_postmaster_start_time() < now() - make_interval(secs => ${HEARTBEAT_TIMEOUT_SECONDS}) as "isUp"`,
      );
      return row?.isUp;
    },
    { everyMs: 100 },
  );
}
