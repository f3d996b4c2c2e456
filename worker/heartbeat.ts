// The worker's row, its queue and its heartbeats: from them, other workers of the host conclude whether to take its jobs over.
import type { Database } from "#lib/db/connection.ts";
import { insertWorker, touchWorker, WORKER_STALE_SECONDS, type WorkerIdentity } from "#lib/db/workers.ts";
import { createWorkerQueue } from "#lib/queue/queues.ts";
import type { DatabaseClock } from "./database-clock.ts";

export type Heartbeat = {
  register(): Promise<void>;
  /**
   * @param ownedJobs as for `reclaimJob` (lib/db/runs.ts).
   * @param onStale awaited when so many heartbeats were missed before this one that other workers may have taken jobs over. If it
   * fails, the next heartbeat calls it again.
   * @returns whether there may be a job to take over or to reclaim.
   */
  send(ownedJobs: readonly number[], onStale?: () => Promise<void>): Promise<boolean>;
};

export function createHeartbeat(options: {
  db: Database;
  worker: WorkerIdentity;
  clock: DatabaseClock;
  /** Why no jobs start now; undefined when they do. */
  claimProblem: () => string | undefined;
}): Heartbeat {
  const { db, worker, clock, claimProblem } = options;
  /** Of the last heartbeat. Wall-clock time, which passes while the process or its host is suspended. */
  let lastAt = Date.now();

  /** The queue first: as soon as the row exists, messages may be sent. */
  async function register(): Promise<void> {
    await createWorkerQueue(db, worker.id);
    await insertWorker(db, worker);
  }

  return {
    register,
    async send(ownedJobs, onStale) {
      const sentAt = Date.now();
      const { isKnown, isWanted, now } = await touchWorker(db, worker, ownedJobs, claimProblem());
      clock.compare(now, sentAt, Date.now());
      const wasStale = Math.abs(Date.now() - lastAt) > WORKER_STALE_SECONDS * 1000;
      // The database was restored to a state before this worker started, or its queue was removed while it was suspended.
      if (!isKnown || wasStale) await register();
      if (wasStale) await onStale?.();
      lastAt = sentAt;
      return isWanted;
    },
  };
}
