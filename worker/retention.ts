// Removes the output of jobs that ended long ago, if OUTPUT_RETENTION_DAYS is set. Slowly, because running deployments write to the
// same tables: a job is marked as removed in one short transaction, and its output is deleted in small ones after it. Any worker may
// do it, and several can at the same time.
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, transaction } from "#lib/db/connection.ts";
import { deleteOutput, listHalfRemoved, markOutputDeleted, removeOldOutput } from "#lib/db/retention.ts";
import type { Log } from "#lib/log.ts";

/** Of at most 256 KiB of output each. */
const CHUNKS_MAX = 100;
/** Between two deletions, and in one sweep. */
const PAUSE_MS = 20;
const JOBS_MAX = 2000;

/** @param days undefined: no job is marked, but output of marked jobs is still deleted. */
export async function sweepOutput(options: {
  db: Database;
  days: number | undefined;
  log: Log;
  isStopping: () => boolean;
}): Promise<void> {
  const { db, days, log, isStopping } = options;
  for (const id of await listHalfRemoved(db)) await deleteAll(id);
  if (days === undefined) return;
  for (let count = 0; count < JOBS_MAX && !isStopping(); count += 1) {
    const id = await transaction(db, (tx) => removeOldOutput(tx, days));
    if (id === undefined) return;
    log.info("retention: output removed", { "event.action": "output_removed", jobId: id, days });
    await deleteAll(id);
  }

  async function deleteAll(id: number): Promise<void> {
    while (!isStopping() && (await deleteOutput(db, id, CHUNKS_MAX))) await sleep(PAUSE_MS);
    await markOutputDeleted(db, id);
  }
}
