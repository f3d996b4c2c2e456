// Runs a job that prints a million short lines as fast as it can.
import { query } from "#lib/db/connection.ts";
import { firstOutputAt, storedJob, untilEnded } from "../installation/jobs.ts";
import type { Installation } from "../installation/installation.ts";
import { until } from "../until.ts";

export const LINES = 1_000_000;

export type StoredFlood = {
  jobId: number;
  /** From the first output to the last line committed. */
  tookMs: number;
};

let last: StoredFlood | undefined;

export async function storeMillionLines(installation: Installation): Promise<StoredFlood> {
  await installation.startWorker(["/bin/sh", "-c", `exec seq ${LINES}`]);
  try {
    const { job } = await installation.client.createJob();
    const storedAt = await until(
      "a million lines",
      async () => (await storedJob(installation.db, job.id)).lineCount >= LINES && Date.now(),
      { timeoutMs: 300_000, everyMs: 5 },
    );
    await untilEnded(installation, job.id);
    last = { jobId: job.id, tookMs: storedAt - (await firstOutputAt(installation, job.id)) };
    // Otherwise the checkpoint that the flood causes would slow down the next benchmark.
    await query(installation.db, "checkpoint");
    return last;
  } finally {
    await installation.stopWorkers();
  }
}

/** Reuses the job of an earlier benchmark if there is one. */
export async function someMillionLines(installation: Installation): Promise<StoredFlood> {
  return last ?? storeMillionLines(installation);
}
