// Keeps the stored state of the train current, and records the states before and after the jobs that move it. Only a worker with
// SCAP_STAGING_DIR has one.
import type { Database } from "#lib/db/connection.ts";
import { listEndedTrainJobs, recordTrainOf, storeTrainState } from "#lib/db/train.ts";
import { TRAIN, type TrainState } from "#lib/domain/train.ts";
import type { Log } from "#lib/log.ts";

/** Reading the files costs a few milliseconds. */
export const TRAIN_CHECK_MS = 5000;

export type TrainWatch = {
  /** Reads the state and stores it if it has changed. Calls during a check cause one more. @throws what the database throws. */
  check(): Promise<void>;
  /** For the run of a job. They never reject. */
  hooks: {
    beforeStart: (job: TrainJob) => Promise<void>;
    /** Before the end of the job is stored, so that its page shows both states. */
    beforeEnd: (job: TrainJob) => Promise<void>;
  };
};

type TrainJob = { id: number; kind: string };

export function createTrainWatch(options: {
  db: Database;
  host: string;
  read: () => Promise<TrainState>;
  log: Log;
}): TrainWatch {
  const { db, host, read, log } = options;
  let running: Promise<void> | undefined;
  let isRequested = false;

  async function record({ id, kind }: TrainJob, moment: "before" | "after"): Promise<void> {
    if (kind !== TRAIN) return;
    try {
      await check();
      await recordTrainOf(db, id, host, moment);
    } catch (error) {
      log.warn(`train: the state ${moment} the job is not recorded`, { jobId: id, error });
    }
  }

  async function checkOnce(): Promise<void> {
    // Of a worker that died before it had recorded the state. Listed first, so that the state is read after their end.
    const ended = await listEndedTrainJobs(db, host);
    const isChanged = await storeTrainState(db, host, await read());
    if (isChanged) log.info("train: the state has changed");
    for (const jobId of ended) await recordTrainOf(db, jobId, host, "after");
  }

  async function checkRequested(): Promise<void> {
    while (isRequested) {
      isRequested = false;
      await checkOnce();
    }
  }

  function check(): Promise<void> {
    isRequested = true;
    running ??= checkRequested().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    check,
    hooks: {
      beforeStart: (job) => record(job, "before"),
      beforeEnd: (job) => record(job, "after"),
    },
  };
}
