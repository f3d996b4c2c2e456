// The jobs that this worker runs: it starts the next one of a lane, takes over those of workers that stopped or are stale, reclaims
// those whose run failed, and stops running those that another worker has. Each is a conditional update of the row, so any number
// of workers may try.
import { transaction, type Transaction } from "#lib/db/connection.ts";
import { claimNextJob, type ClaimedJob, isLaneTaken, reclaimJob, takeOverJob } from "#lib/db/runs.ts";
import { listRevokedLeases } from "#lib/db/lost-jobs.ts";
import { sendNotification } from "#lib/queue/send.ts";
import { createRunBackoff } from "./run-backoff.ts";
import { type RunContext, runJob, type RunningJob } from "./run-job.ts";
import { createSerial } from "./serial.ts";

export type Runs = {
  /** By job id. */
  readonly running: ReadonlyMap<number, RunningJob>;
  /** Jobs that this worker runs, and those whose run failed and that wait for a retry. */
  ownedJobs(): number[];
  /** Starts the oldest queued job of the lane if this worker may (`claimNextJob`) and has room for it. */
  startNext(lane: string): Promise<void>;
  /** Takes over the jobs of workers of this host that stopped or are stale, and reclaims those whose run failed. */
  takeOver(): Promise<void>;
  /**
   * Stops running jobs whose lease was revoked. The run of a job that waits for a person writes nothing, so it would not notice
   * a takeover.
   */
  releaseLostLeases(): Promise<void>;
  /** Starts no more jobs and stops running all: scap continues, and the next worker takes over. Never rejects. */
  stop(): Promise<void>;
};

export function createRuns(options: {
  context: RunContext;
  worker: { id: string; host: string };
  /** Why no jobs start now; undefined when they do. */
  claimProblem: () => string | undefined;
  /** Called when a run has ended. The row says whether the job has ended as well. */
  onRunEnded: (jobId: number) => void;
}): Runs {
  const { context, worker } = options;
  const { db, log } = context;
  const { running, ownedJobs, begin } = createRunningJobs(options);
  const inTurn = createSerial();
  let isStopping = false;
  let isTakingOver = false;

  /** One at a time: a job that is taken but not in `running` yet would be mistaken for one whose run failed. */
  function takeJob(
    how: string,
    take: (tx: Transaction) => Promise<ClaimedJob | undefined>,
  ): Promise<boolean> {
    return inTurn(async () => {
      if (isStopping) return false;
      const job = await transaction(db, take);
      // A job that is taken during the shutdown is not run: the next worker takes it over.
      if (job === undefined || isStopping) return false;
      logTaken(log, how, job);
      begin(job);
      return true;
    });
  }

  return {
    running,
    ownedJobs,
    async startNext(lane) {
      if (options.claimProblem() !== undefined) return;
      try {
        await takeJob("claimed", (tx) => startJob(tx, lane, worker));
      } catch (error) {
        if (!isLaneTaken(error)) throw error;
      }
    },
    async takeOver() {
      if (isTakingOver) return;
      isTakingOver = true;
      try {
        while (await takeJob("taken over", (tx) => takeOverJob(tx, worker)));
        // No other worker takes them while this one sends heartbeats.
        while (await takeJob("reclaimed", (tx) => reclaimJob(tx, worker, ownedJobs())));
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

function logTaken(
  log: RunContext["log"],
  how: string,
  { id, leaseEpoch: epoch, isTakenOver }: ClaimedJob,
): void {
  const action = isTakenOver ? "job_taken_over" : "job_started";
  log.info(`job: ${how}`, { "event.action": action, jobId: id, epoch });
}

async function startJob(
  tx: Transaction,
  lane: string,
  worker: { id: string; host: string },
): Promise<ClaimedJob | undefined> {
  const job = await claimNextJob(tx, lane, worker);
  if (job !== undefined) await sendNotification(tx, job.id);
  return job;
}

/** The jobs that run, and those whose run failed and that wait for a retry. */
function createRunningJobs(options: { context: RunContext; onRunEnded: (jobId: number) => void }) {
  const running = new Map<number, RunningJob>();
  const backoff = createRunBackoff();

  function begin(job: ClaimedJob): void {
    const run = runJob(options.context, job);
    running.set(job.id, run);
    void run.done.then((end) => {
      if (end === "failed") backoff.failed(job.id);
      else backoff.succeeded(job.id);
      if (running.get(job.id) === run) running.delete(job.id);
      options.onRunEnded(job.id);
    });
  }

  return { running, begin, ownedJobs: () => [...running.keys(), ...backoff.delayedJobs()] };
}
