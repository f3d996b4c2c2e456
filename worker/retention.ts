// Removes the output of jobs that ended long ago, if a rule says so. Slowly, because nobody waits for it and the
// deployments of the moment write to the same tables: a job is declared removed in one short transaction, and what it
// printed is deleted in small ones behind it. Any worker does it for all, and several do not meet.
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, transaction } from "#lib/db/connection.ts";
import { deleteOutput, listHalfRemoved, removeOldOutput } from "#lib/db/retention.ts";
import type { Log } from "#lib/log.ts";

/** Of at most 256 KiB of output each. */
const CHUNKS_MAX = 100;
/** Between two deletions, and in one sweep. */
const PAUSE_MS = 20;
const JOBS_MAX = 2000;

/** @param days undefined: nothing is removed, but what was declared removed before still goes. */
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
    log.info("retention: output removed", { jobId: id, days });
    await deleteAll(id);
  }

  async function deleteAll(id: number): Promise<void> {
    while (!isStopping() && (await deleteOutput(db, id, CHUNKS_MAX))) await sleep(PAUSE_MS);
  }
}
