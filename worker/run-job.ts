// The run of one job, from the claim to its end: starts the holder or connects to the running one, follows the journal, opens
// questions, delivers answers and signals, and stores how the job ended.
//
// It may be interrupted at any line: everything it knows is in the journal and in the database, and the next worker continues
// from there. A command is started only under the holder's own lock, which is taken once for a job.
import { type Database, transaction } from "#lib/db/connection.ts";
import { findOpenPrompt, listClosedPromptKeys, type OpenPrompt } from "#lib/db/interactions.ts";
import { findOutputState, findReplayStart } from "#lib/db/output.ts";
import { type ClaimedJob, LeaseLost } from "#lib/db/runs.ts";
import { advanceSequence } from "#lib/db/numbers.ts";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import type { ExpiryPolicy } from "#lib/domain/unanswered.ts";
import type { Log } from "#lib/log.ts";
import type { DatabaseClock } from "./database-clock.ts";
import { type End, writeEnd } from "./finish-job.ts";
import { createFollower, type Follower } from "./follower.ts";
import { createIntake } from "./intake.ts";
import { createJobStore } from "./job-store.ts";
import type { ResumePoint } from "./output/terminal-stream.ts";
import { createScreen } from "./prompt/screen.ts";
import { createQuestions, type Questions } from "./questions.ts";
import { createSignals } from "./signals.ts";
import type { Throttle } from "./throttle.ts";
import type { Spares } from "./spares.ts";
import { startCommand, type Started } from "./start-command.ts";
import { createTranscript, type Resumed, resumeOutput } from "./transcript.ts";
import { retryUntilConnected } from "./retry-until-connected.ts";

export type RunContext = {
  db: Database;
  spares: Spares;
  log: Log;
  clock: DatabaseClock;
  /** Shared by all jobs of this worker. */
  throttle: Throttle;
  dataDir: string;
  /** The policy for unanswered questions. */
  questionExpiry: ExpiryPolicy | undefined;
  protocolKey: (jobId: number) => string;
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
/** How much of the journal a worker reads again after a takeover: for the screen, and scap's last protocol messages. */
const REPLAY_BYTES = 512 * 1024;

export function runJob(context: RunContext, job: ClaimedJob): RunningJob {
  const { db, log } = context;
  let isDetached = false;
  const retry = { intervalMs: RETRY_MS, isCancelled: () => isDetached };
  /** Messages that arrive before they exist are not lost: the parts read the rows when they start. */
  let parts: Parts | undefined;
  const done = run().then(
    () => {
      if (isDetached) logRelease();
      return "over" as const;
    },
    (error: unknown) => {
      if (error instanceof LeaseLost || isDetached) {
        logRelease();
        return "over" as const;
      }
      log.error("job: the run failed; scap continues", { jobId: job.id, error });
      return "failed" as const;
    },
  );

  function logRelease(): void {
    log.info("job: released", { jobId: job.id, epoch: job.leaseEpoch });
  }

  async function run(): Promise<void> {
    const started = await start();
    const past = await retryUntilConnected(() => readPast(db, job.id), retry);
    if (isDetached) return;
    const own = assemble(context, job, past, { isTakenOver: started.state === "found" });
    parts = own;
    try {
      if (started.state === "refused") {
        return await own.finish({ outcome: "spawn_failed", detail: started.why });
      }
      // Another job's scap may be running: the lane stays held until a person has checked.
      if (started.state === "taken") {
        await transaction(db, (tx) => advanceSequence(tx, "job", started.highestNumber));
        return await own.finish({ outcome: "holder_lost", detail: started.why });
      }
      const end = await Promise.race([own.follower.follow(past.replayFrom.journalEnd), own.failure]);
      if (end !== undefined) await Promise.race([own.finish(end), own.failure]);
    } finally {
      own.stop();
    }
  }

  /**
   * A job that was taken over and has output was started, even if its directory is missing: with a lost or reconfigured data
   * directory, the holder's lock would permit a second start.
   */
  async function start(): Promise<Started> {
    const isFirst = job.leaseEpoch === 1;
    const stored = isFirst ? undefined : await retryUntilConnected(() => findOutputState(db, job.id), retry);
    if (stored !== undefined && stored.journalEnd > 0) return { state: "found" };
    const { id: jobId, leaseEpoch: epoch, command } = job;
    const order = { jobId, epoch, command, launch: () => context.launch(job) };
    return startCommand(context, order, () => isDetached);
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
    done,
  };
}

type Past = {
  resumed: Resumed;
  closedPromptKeys: string[];
  restored: OpenPrompt | undefined;
  /** Where reading the journal starts. Records before `resumed` are stored already, and read for the screen only. */
  replayFrom: ResumePoint;
};

/** What earlier workers have stored about this job. */
async function readPast(db: Database, jobId: number): Promise<Past> {
  const [resumed, closedPromptKeys, restored] = await Promise.all([
    resumeOutput(db, jobId),
    listClosedPromptKeys(db, jobId),
    findOpenPrompt(db, jobId),
  ]);
  const replayFrom = await findReplayStart(db, jobId, resumed.stored.journalEnd - REPLAY_BYTES);
  return { resumed, closedPromptKeys, restored, replayFrom };
}

type Parts = {
  questions: Questions;
  follower: Follower;
  /** Rejects with the error that makes a part unable to continue. */
  failure: Promise<never>;
  /** Reads the rows: an answer or a signal may have to be delivered. */
  wake(): void;
  /** Stores how the job ended, and settles answers and signals. */
  finish(end: End): Promise<void>;
  /** Stops reading the journal and writing to the database. */
  release(): void;
  /** After the run, however it ended. */
  stop(): void;
};

/** Connects the parts of one run. They do nothing until the follower follows the journal. */
function assemble(
  { db, dataDir, clock, log, ...context }: RunContext,
  job: ClaimedJob,
  { resumed, closedPromptKeys, restored, replayFrom }: Past,
  { isTakenOver }: { isTakenOver: boolean },
): Parts {
  const jobId = job.id;
  const lease = { jobId, epoch: job.leaseEpoch };
  const { stored } = resumed;
  const { promise: failure, reject: onError } = Promise.withResolvers<never>();
  failure.catch(() => undefined);
  const store = createJobStore({ db, lease, stored, log, onError, tail: () => transcript.tail() });
  const screen = createScreen(TERMINAL_SIZE);
  const transcript = createTranscript(store, screen, resumed, (text, position) =>
    follower.reply(text, position),
  );
  const throttle = context.throttle.join();
  const follower = createFollower({
    dataDir,
    lease,
    clock,
    log,
    isReplaying: isTakenOver,
    onConnected: wake,
    onCaughtUp: () => questions.dispatch({ kind: "caughtUp" }),
    onReading: (fact) => questions.dispatch({ kind: "reading", fact }),
    onNotReading: (readId) => questions.dispatch({ kind: "notReading", readId }),
    onRecord: (record) => intake.take(record),
    whenRoom: () => store.whenRoom(),
  });
  const questions = createQuestions({
    db,
    store,
    screen,
    jobId,
    closedPromptKeys,
    restored,
    isReplaying: isTakenOver,
    clock,
    type: follower.type,
    expiry: context.questionExpiry,
    onExpired: () => signals.deliver(),
    onScreenShown: (isShown) => transcript.setScreenShown(isShown),
    onError,
  });
  const signals = createSignals({
    db,
    store,
    jobId,
    client: () => follower.client,
    stillWaitsAt: (promptKey) => questions.stillWaitsAt(promptKey),
    log,
    onError,
  });
  const protocolKey = context.protocolKey(jobId);
  const intake = createIntake({
    jobId,
    protocolKey,
    stored,
    replayFrom,
    screen,
    transcript,
    questions,
    signals,
    throttle,
    clock,
    log,
    onError,
  });

  function wake(): void {
    questions.checkAnswers();
    signals.deliver();
  }

  async function finish(end: End): Promise<void> {
    await questions.settled();
    await signals.settled();
    const outcome = await store.run((tx) =>
      writeEnd(tx, lease, { ...end, at: end.at ?? clock.now() }, transcript.evidence()),
    );
    log.info("job: ended", { jobId, outcome, exitCode: end.exitCode, exitSignal: end.exitSignal });
  }

  function release(): void {
    store.abandon();
    follower.stop();
  }

  function stop(): void {
    intake.stop();
    questions.stop();
    signals.stop();
    release();
    throttle.leave();
  }

  return { questions, follower, failure, wake, finish, release, stop };
}
