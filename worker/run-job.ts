// The run of one job, from the claim to its end: starts the holder or connects to the running one, follows the journal, opens
// questions, delivers answers and signals, and stores how the job ended.
//
// It may be interrupted at any line: everything it knows is in the journal and in the database, and the next worker continues
// from there. A command is started only under the holder's own lock, which is taken once for a job.
import { transaction } from "#lib/db/connection.ts";
import { returnToQueue } from "#lib/db/failed-starts.ts";
import { advanceSequence } from "#lib/db/numbers.ts";
import { findOutputState } from "#lib/db/output.ts";
import { type ClaimedJob, LeaseLost } from "#lib/db/runs.ts";
import { sentence } from "#lib/domain/sentence.ts";
import { sendDispatch } from "#lib/queue/send.ts";
import { assembleParts, type Parts, type PartsContext, readPast } from "./job-parts.ts";
import { retryUntilConnected } from "./retry-until-connected.ts";
import type { Spares } from "./spares.ts";
import { startCommand, type Started } from "./start-command.ts";

export type RunContext = PartsContext & {
  spares: Spares;
  /** Awaited before scap is started. Never rejects. */
  beforeStart?: (job: ClaimedJob) => Promise<void>;
  /** Awaited when scap has ended, before the job ends. Never rejects. */
  beforeEnd?: (job: ClaimedJob) => Promise<void>;
  /** Command and environment for a job of this user. */
  launch: (job: ClaimedJob) => { argv: string[]; cwd: string; env: Record<string, string> };
};

export type RunningJob = {
  readonly jobId: number;
  /** Of its lease. */
  readonly epoch: number;
  /** Reads the rows: an answer or a signal may have to be delivered. */
  wake(): void;
  /** The database was unreachable, and may have been restored to an earlier state. */
  checkRows(): void;
  /** A secret for one of its questions. */
  keepSecret(interactionId: number, secret: string): void;
  /** This question is due to expire. Never rejects. */
  expire(question: { id: number; promptKey: string }): Promise<void>;
  /** Ends the run, not the job: the holder and the command continue. */
  detach(): void;
  /** Resolves with `over` when the job has ended or the run was detached, with `failed` when the run has failed. */
  readonly done: Promise<"over" | "failed">;
};

/** For what is read at the start, while the database is unreachable. */
const RETRY_MS = 100;

export function runJob(context: RunContext, job: ClaimedJob): RunningJob {
  const { log } = context;
  let isDetached = false;
  /** Messages that arrive before they exist are not lost: the parts read the rows when they start. */
  let parts: Parts | undefined;

  async function run(): Promise<void> {
    const isCancelled = (): boolean => isDetached;
    const started = await start(context, job, isCancelled);
    if (started.state === "refused" && (await returnedToQueue(context, job, started.why))) return;
    const past = await retryUntilConnected(() => readPast(context.db, job.id), {
      intervalMs: RETRY_MS,
      isCancelled,
    });
    if (isDetached) return;
    const own = assembleParts(context, job, past, { isTakenOver: started.state === "found" });
    parts = own;
    try {
      await runToEnd(context, job, own, started, past.replayFrom.journalEnd);
    } finally {
      own.stop();
    }
  }

  async function runAndLog(): Promise<"over" | "failed"> {
    try {
      await run();
      if (!isDetached) return "over";
    } catch (error) {
      if (!(error instanceof LeaseLost || isDetached)) {
        log.error("job: the run failed; scap continues", { jobId: job.id, error });
        return "failed";
      }
    }
    log.info("job: released", { "event.action": "job_released", jobId: job.id, epoch: job.leaseEpoch });
    return "over";
  }

  return {
    jobId: job.id,
    epoch: job.leaseEpoch,
    wake: () => parts?.wake(),
    checkRows: () => parts?.questions.checkRows(),
    keepSecret(interactionId, text) {
      parts?.questions.dispatch({ kind: "secret", interactionId, text });
      parts?.questions.checkAnswers();
    },
    expire: async (question) => parts?.questions.expire(question),
    detach() {
      isDetached = true;
      parts?.release();
    },
    done: runAndLog(),
  };
}

/**
 * A job that was taken over and has output was started, even if its directory is missing: with a lost or reconfigured data
 * directory, the holder's lock would permit a second start.
 */
async function start(context: RunContext, job: ClaimedJob, isCancelled: () => boolean): Promise<Started> {
  const { id: jobId, leaseEpoch: epoch, command } = job;
  if (job.isTakenOver) {
    const retry = { intervalMs: RETRY_MS, isCancelled };
    const stored = await retryUntilConnected(() => findOutputState(context.db, jobId), retry);
    if (stored.journalEnd > 0) return { state: "found" };
  } else {
    await context.beforeStart?.(job);
  }
  const order = { jobId, epoch, command, launch: () => context.launch(job) };
  return startCommand(context, order, isCancelled);
}

/** Another host may be able to start it: the job of a host without scap must not fail while there is one. */
async function returnedToQueue({ db, log }: RunContext, job: ClaimedJob, why: string): Promise<boolean> {
  const isReturned = await transaction(db, async (tx) => {
    const hasReturned = await returnToQueue(tx, job, sentence(why));
    if (hasReturned) await sendDispatch(tx, job.lane);
    return hasReturned;
  });
  if (isReturned) {
    log.warn("job: not started, returned to the queue", {
      "event.action": "job_not_started",
      jobId: job.id,
      why,
    });
  }
  return isReturned;
}

async function runToEnd(
  { db, beforeEnd }: RunContext,
  job: ClaimedJob,
  parts: Parts,
  started: Started,
  from: number,
): Promise<void> {
  const { follower, failure } = parts;
  if (started.state === "refused") return parts.finish({ outcome: "spawn_failed", detail: started.why });
  // Another job's scap may be running: the lane stays held until a person has checked.
  if (started.state === "taken") {
    await transaction(db, (tx) => advanceSequence(tx, "job", started.highestNumber));
    return parts.finish({ outcome: "holder_lost", detail: started.why });
  }
  const end = await Promise.race([follower.follow(from), failure]);
  if (end === undefined) return;
  await Promise.race([beforeEnd?.(job), failure]);
  await Promise.race([parts.finish(end), failure]);
}
