// Removes the journals of jobs of which the database has everything. The rows decide: they are read after a run has ended. Journals
// that a dead worker left are found by a sweep of the data directory, when a worker starts and every few minutes. Jobs that have not
// ended, and jobs that the database does not know, are left alone.
//
// A job may have been declared lost while this host was unreachable, and its scap may still run: then that is recorded and nothing is
// removed.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Database, transaction } from "#lib/db/connection.ts";
import { listStoredJobs, type StoredJob } from "#lib/db/retention.ts";
import { recordHolderFound } from "#lib/db/lost-jobs.ts";
import type { Log } from "#lib/log.ts";
import { findHolder } from "../holder/client/find-holder.ts";
import { hasMoreThanTombstone, reduceToTombstone, type Stored } from "../holder/client/tombstone.ts";
import { createSerial } from "./serial.ts";

/** Jobs per statement. */
const BATCH_JOBS = 200;

export type JournalCleanup = {
  /** A run of this job has ended, and perhaps the job. */
  noteRunEnded(jobId: number): void;
  /** Cleans up the jobs whose runs have ended. */
  cleanUp(): Promise<void>;
  /** Cleans up all jobs of the data directory. */
  sweep(): Promise<void>;
};

type Options = { db: Database; dataDir: string; host: string; log: Log };

export function createJournalCleanup(options: Options): JournalCleanup {
  const { db, dataDir, host } = options;
  /** Checked again until their journal is removed or kept. */
  const pending = new Set<number>();
  const inTurn = createSerial();
  const cleaner = createCleaner(options);

  async function cleanUpPending(): Promise<void> {
    const ids = [...pending];
    for (let at = 0; at < ids.length; at += BATCH_JOBS) {
      const batch = ids.slice(at, at + BATCH_JOBS);
      const jobs = await listStoredJobs(db, host, batch);
      const known = new Set(jobs.map(({ id }) => id));
      for (const id of batch) if (!known.has(id)) pending.delete(id);
      for (const job of jobs) if (await cleaner.cleanUp(job)) pending.delete(job.id);
    }
  }

  const cleanUp = (): Promise<void> => inTurn(cleanUpPending);

  return {
    noteRunEnded: (jobId) => void pending.add(jobId),
    cleanUp,
    async sweep() {
      for (const name of await namesIn(join(dataDir, "jobs"))) {
        if (!/^[1-9]\d{0,9}$/.test(name)) continue;
        if (hasMoreThanTombstone(dataDir, name)) pending.add(Number(name));
        // Yields between jobs: a year of tombstones must not delay the deployments of this worker.
        await new Promise((resolve) => setImmediate(resolve));
      }
      await cleanUp();
    },
  };
}

/** Cleans up one job, and logs once what keeps its journal. */
function createCleaner({ db, dataDir, host, log }: Options) {
  const kept = new Set<number>();
  const reported = new Set<number>();

  /** Removes the journal if nothing in it is needed. @returns false when the job must be checked again. */
  async function cleanUp(job: StoredJob): Promise<boolean> {
    try {
      const result = await reduceToTombstone(dataDir, job.id, storedOf(job));
      if (result === "later") {
        if (job.isLost) await reportIfRunning(job.id);
        return false;
      }
      if (result === "kept" && !kept.has(job.id)) {
        kept.add(job.id);
        log.warn("journal: kept, because it contains output that is not stored", { jobId: job.id });
      }
      return true;
    } catch (error) {
      // The disk is full or read-only: the next run retries.
      log.warn("journal: could not be removed", { jobId: job.id, error });
      return false;
    }
  }

  async function reportIfRunning(jobId: number): Promise<void> {
    if (reported.has(jobId)) return;
    const holder = await findHolder(dataDir, jobId);
    if (holder.state !== "alive") return;
    const pid = holder.childPid ?? holder.pid;
    await transaction(db, (tx) => recordHolderFound(tx, jobId, { host, pid }));
    reported.add(jobId);
    log.error(
      "job: declared lost, but scap still runs on this host; its questions are not asked and its output is not stored",
      { jobId, host, pid },
    );
  }

  return { cleanUp };
}

function storedOf(job: StoredJob): Stored {
  if (job.isOutputRemoved) return { until: "removed" };
  const { isLost, exitCode, exitSignal, finishedAt, journalEnd, journalSkip } = job;
  return isLost
    ? { until: "position", journalEnd, journalSkip }
    : { until: "end", exit: { exitCode, signal: exitSignal, failure: null }, at: finishedAt.getTime() };
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
