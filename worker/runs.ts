// The jobs in this worker's hands: takes the next one of a lane, takes over those whose worker is gone, takes up again
// those whose run failed, and lets go of what is somebody else's by now. Each is a conditional update of the row, so any
// number of workers may try.
import { transaction, type Transaction } from "#lib/db/connection.ts";
import { claimNextJob, type ClaimedJob, isLaneTaken, reclaimJob, takeOverJob } from "#lib/db/runs.ts";
import { listRevokedLeases } from "#lib/db/lost-jobs.ts";
import { createRunBackoff } from "./run-backoff.ts";
import { type RunContext, runJob, type RunningJob } from "./run-job.ts";

export type Runs = {
  /** By the number of the job. */
  readonly running: ReadonlyMap<number, RunningJob>;
  /** Jobs that this worker runs, and those whose run failed and that wait for a retry. */
  ownedJobs(): number[];
  /** Starts the job whose turn it is in this lane, if there is one and nothing is in its way. */
  startNext(lane: string): Promise<void>;
  /** Takes all that is left of workers that are gone, and of runs that failed. */
  takeOver(): Promise<void>;
  /** A job that only waits writes nothing, and would not notice that it was taken away while nobody heard this worker. */
  releaseLostLeases(): Promise<void>;
  /** Takes no more, and lets go of all: scap runs on, and the next worker goes on from there. Never rejects. */
  stop(): Promise<void>;
};

export function createRuns(options: {
  context: RunContext;
  worker: { id: string; host: string };
  /** A run is over; whether its job is too, the rows say. */
  onOver: (jobId: number) => void;
}): Runs {
  const { context, worker, onOver } = options;
  const { db, log } = context;
  const running = new Map<number, RunningJob>();
  const backoff = createRunBackoff();
  let isStopping = false;
  let isTakingOver = false;
  let lastTaking: Promise<unknown> = Promise.resolve();

  function ownedJobs(): number[] {
    return [...running.keys(), ...backoff.delayedJobs()];
  }

  /** From the transaction that takes a job to its entry in `running`, nobody else takes one: see `takeOver`. */
  function takeJob(
    how: string,
    take: (tx: Transaction) => Promise<ClaimedJob | undefined>,
  ): Promise<boolean> {
    const taking = lastTaking.then(async () => {
      if (isStopping) return false;
      const job = await transaction(db, take);
      if (job === undefined) return false;
      begin(job, how);
      return true;
    });
    lastTaking = taking.catch(() => undefined);
    return taking;
  }

  function begin(job: ClaimedJob, how: string): void {
    // It is in the table as this worker's, and the next worker takes it over from there.
    if (isStopping) return;
    log.info(`job: ${how}`, { jobId: job.id, epoch: job.leaseEpoch });
    const run = runJob(context, job);
    running.set(job.id, run);
    void run.done.then((end) => {
      if (end === "failed") backoff.failed(job.id);
      else backoff.succeeded(job.id);
      if (running.get(job.id) === run) running.delete(job.id);
      onOver(job.id);
    });
  }

  return {
    running,
    ownedJobs,
    async startNext(lane) {
      try {
        await takeJob("claimed", (tx) => claimNextJob(tx, lane, worker));
      } catch (error) {
        if (!isLaneTaken(error)) throw error;
      }
    },
    async takeOver() {
      if (isTakingOver) return;
      isTakingOver = true;
      try {
        while (await takeJob("taken over", (tx) => takeOverJob(tx, worker)));
        // Jobs of this worker whose run failed; nobody else takes them while it lives.
        while (await takeJob("taken up again", (tx) => reclaimJob(tx, worker, ownedJobs())));
      } finally {
        isTakingOver = false;
      }
    },
    async releaseLostLeases() {
      if (running.size === 0) return;
      for (const { jobId, epoch } of await listRevokedLeases(db, [...running.values()])) {
        const run = running.get(jobId);
        if (run?.epoch === epoch) run.detach();
      }
    },
    async stop() {
      isStopping = true;
      for (const run of running.values()) run.detach();
      await Promise.allSettled([...running.values()].map(({ done }) => done));
    },
  };
}
