// Compacts the output of jobs that have ended, slowly, because running deployments write to the same tables. Any worker may do
// it, and several can at the same time.
import { setTimeout as sleep } from "node:timers/promises";
import { type Compacted, compactOutput, listUncompacted, NOTHING_COMPACTED } from "#lib/db/compaction.ts";
import { type Database, transaction } from "#lib/db/connection.ts";

const ROWS_MAX = 500;
/** Between two transactions. */
const PAUSE_MS = 20;

export async function compactEndedJobs(options: {
  db: Database;
  isStopping: () => boolean;
  /** Of each table, in one transaction. */
  rowsMax?: number;
}): Promise<void> {
  const { db, isStopping, rowsMax = ROWS_MAX } = options;
  for (const id of await listUncompacted(db)) {
    let next: Compacted | undefined = NOTHING_COMPACTED;
    while (next !== undefined && !isStopping()) {
      const from: Compacted = next;
      next = await transaction(db, (tx) => compactOutput(tx, id, from, rowsMax));
      await sleep(PAUSE_MS);
    }
  }
}
