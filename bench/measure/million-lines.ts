// A job that prints a million short lines as fast as it can, and what became of them.
import { query } from "#lib/db/connection.ts";
import { firstOutputAt, storedJob, untilEnded } from "../world/jobs.ts";
import type { World } from "../world/world.ts";
import { until } from "./until.ts";

export const LINES = 1_000_000;

export type StoredFlood = {
  jobId: number;
  /** From the first output to the last line committed. */
  tookMs: number;
};

let last: StoredFlood | undefined;

export async function storeMillionLines(world: World): Promise<StoredFlood> {
  await world.startWorker(["/bin/sh", "-c", `exec seq ${LINES}`]);
  try {
    const { job } = await world.client.createJob();
    const storedAt = await until(
      "a million lines",
      async () => (await storedJob(world.db, job.id)).lineCount >= LINES && Date.now(),
      { boundMs: 300_000, everyMs: 5 },
    );
    await untilEnded(world, job.id);
    last = { jobId: job.id, tookMs: storedAt - (await firstOutputAt(world, job.id)) };
    // What the flood left to the database's own housekeeping is not to be seen in what is measured next.
    await query(world.db, "checkpoint");
    return last;
  } finally {
    await world.stopWorkers();
  }
}

/** One that is there already, or a new one. */
export async function someMillionLines(world: World): Promise<StoredFlood> {
  return last ?? storeMillionLines(world);
}
