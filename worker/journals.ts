// Removes the journals of jobs that the database has everything of. The rows decide: after a run has ended they are
// asked, and what a worker that died could not remove any more is found by a look through the data directory, at the
// start of each worker and every few minutes. Jobs that live, and jobs that the database does not know, are left alone.
//
// A job may have been declared lost while this host was silent, and its scap run on: whoever finds that says so, and
// touches nothing.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Database, transaction } from "#lib/db/connection.ts";
import { listStoredJobs, type StoredJob } from "#lib/db/retention.ts";
import { recordHolderFound } from "#lib/db/silence.ts";
import type { Log } from "#lib/log.ts";
import { findHolder } from "../holder/client/find-holder.ts";
import { hasMoreThanTombstone, reduceToTombstone, type Stored } from "../holder/client/tombstone.ts";

/** Jobs asked about in one statement. */
const BATCH_JOBS = 200;

export type Journals = {
  /** A run of this job is over; perhaps the job is too. */
  runIsOver(jobId: number): void;
  /** Deals with the jobs that are known to have left something. */
  look(): Promise<void>;
  /** Looks through the whole data directory. */
  sweep(): Promise<void>;
};

export function createJournals(options: { db: Database; dataDir: string; host: string; log: Log }): Journals {
  const { db, dataDir, host, log } = options;
  /** Asked about again until it is known what to do. */
  const open = new Set<number>();
  /** Said once. */
  const kept = new Set<number>();
  const told = new Set<number>();
  let last: Promise<void> = Promise.resolve();

  /** One look at a time. */
  function look(): Promise<void> {
    const looking = last.then(lookOnce);
    last = looking.catch(() => undefined);
    return looking;
  }

  async function lookOnce(): Promise<void> {
    const ids = [...open];
    for (let at = 0; at < ids.length; at += BATCH_JOBS) {
      const batch = ids.slice(at, at + BATCH_JOBS);
      const jobs = await listStoredJobs(db, host, batch);
      const known = new Set(jobs.map(({ id }) => id));
      for (const id of batch) if (!known.has(id)) open.delete(id);
      for (const job of jobs) await tidy(job);
    }
  }

  async function tidy(job: StoredJob): Promise<void> {
    try {
      const result = await reduceToTombstone(dataDir, job.id, storedOf(job));
      if (result === "later") {
        if (job.isLost) await tellIfRunning(job.id);
        return;
      }
      if (result === "kept" && !kept.has(job.id)) {
        kept.add(job.id);
        log.warn("journal: kept, because it has output that could not be stored", { jobId: job.id });
      }
      open.delete(job.id);
    } catch (error) {
      // A disk that is full or read-only: the next look tries again.
      log.warn("journal: it could not be removed", { jobId: job.id, error });
    }
  }

  async function tellIfRunning(jobId: number): Promise<void> {
    if (told.has(jobId)) return;
    const holder = await findHolder(dataDir, jobId);
    if (holder.state !== "alive") return;
    const pid = holder.childPid ?? holder.pid;
    await transaction(db, (tx) => recordHolderFound(tx, jobId, { host, pid }));
    told.add(jobId);
    log.error(
      "job: it counts as lost, but scap still runs here; nobody answers it or stores what it prints",
      {
        jobId,
        host,
        pid,
      },
    );
  }

  async function sweep(): Promise<void> {
    for (const name of await namesIn(join(dataDir, "jobs"))) {
      if (!/^[1-9]\d{0,9}$/.test(name)) continue;
      if (hasMoreThanTombstone(dataDir, name)) open.add(Number(name));
      // A year of tombstones is not looked at in one go: deployments are waiting for this process too.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await look();
  }

  return {
    runIsOver: (jobId) => void open.add(jobId),
    look,
    sweep,
  };
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
