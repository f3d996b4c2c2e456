// One job in this worker's hands, from the claim to its end: starts the holder or finds the one that is there,
// follows the journal, lets people be asked, types their answers, delivers signals, and writes down how it ended.
//
// It may be cut short at any line: everything it knows is in the journal and in the database, and the next worker
// goes on from there. It never starts a command without the holder's own lock, which is taken once a job.
import { type Database, transaction } from "#lib/db/connection.ts";
import { findOpenPrompt, listClosedPromptKeys, type OpenPrompt } from "#lib/db/interactions.ts";
import { findOutputState, findReplayStart } from "#lib/db/output.ts";
import { type ClaimedJob, LeaseLost } from "#lib/db/runs.ts";
import { passNumber } from "#lib/db/numbers.ts";
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
  /** What happens to questions that nobody answers. */
  questionExpiry: ExpiryPolicy | undefined;
  protocolKey: (jobId: number) => string;
  /** Command and environment for a job of this user. */
  launch: (job: ClaimedJob) => { argv: string[]; cwd: string; env: Record<string, string> };
};

export type RunningJob = {
  readonly jobId: number;
  /** Of the lease that it runs under. */
  readonly epoch: number;
  /** Reads the rows: an answer or a signal may have to be delivered. */
  wake(): void;
  /** The database was away, and may not have everything that it had. */
  checkRows(): void;
  /** A secret for one of its questions. */
  keepSecret(interactionId: number, secret: string): void;
  /** The time of this question is over. Never rejects. */
  expire(question: { id: number; promptKey: string }): Promise<void>;
  /** Lets go of the job without touching it: the holder and the command live on. */
  detach(): void;
  /** Resolves when the job has ended or was let go (`over`), or when its run could not go on. */
  readonly done: Promise<"over" | "failed">;
};

/** Between two tries to read what is needed at the start, while the database is away. */
const RETRY_MS = 100;
/** How much of the journal is read again by a worker that takes over: the screen, and what scap announced last. */
const REPLAY_BYTES = 512 * 1024;

export function runJob(context: RunContext, job: ClaimedJob): RunningJob {
  const { db, log } = context;
  let isDetached = false;
  const retry = { intervalMs: RETRY_MS, isCancelled: () => isDetached };
  /** Before they are there nothing that comes is lost: it is all looked for then. */
  let parts: Parts | undefined;
  const done = run().then(
    () => {
      if (isDetached) sayLetGo();
      return "over" as const;
    },
    (error: unknown) => {
      if (error instanceof LeaseLost || isDetached) {
        sayLetGo();
        return "over" as const;
      }
      log.error("job: the run failed, scap is not touched by that", { jobId: job.id, error });
      return "failed" as const;
    },
  );

  function sayLetGo(): void {
    log.info("job: let go", { jobId: job.id, epoch: job.leaseEpoch });
  }

  async function run(): Promise<void> {
    const started = await start();
    const past = await retryUntilConnected(() => readPast(db, job.id), retry);
    if (isDetached) return;
    const own = assemble(context, job, past, { isTakenOver: started.state === "found" });
    parts = own;
    try {
      if (started.state === "refused")
        return await own.finish({ outcome: "spawn_failed", detail: started.why });
      // The other's scap may run: the lane is held until somebody has looked.
      if (started.state === "taken") {
        await transaction(db, (tx) => passNumber(tx, "job", started.highestNumber));
        return await own.finish({ outcome: "holder_lost", detail: started.why });
      }
      const end = await Promise.race([own.follower.follow(past.replayFrom.journalEnd), own.failure]);
      if (end !== undefined) await Promise.race([own.finish(end), own.failure]);
    } finally {
      own.stop();
    }
  }

  /**
   * A job that was taken over and has output was started, whatever the disk says: with its directory lost or another
   * one configured, the holder's lock would let it start again.
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
      parts?.letGo();
    },
    done,
  };
}

type Past = {
  resumed: Resumed;
  closedPromptKeys: string[];
  restored: OpenPrompt | undefined;
  /** From where the journal is read; what lies between here and `resumed` is stored, and read for the screen alone. */
  replayFrom: ResumePoint;
};

/** What earlier workers wrote down about this job. */
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
  /** Rejects with what makes one of the parts unable to go on. */
  failure: Promise<never>;
  /** Reads the rows: an answer or a signal may have to be delivered. */
  wake(): void;
  /** Writes down how the job ended, and what became of everything that was under way. */
  finish(end: End): Promise<void>;
  /** Writes and reads nothing more. */
  letGo(): void;
  /** After the run, however it ended. */
  stop(): void;
};

/** Ties together what one run consists of. Nothing happens before the follower follows. */
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

  function letGo(): void {
    store.abandon();
    follower.stop();
  }

  function stop(): void {
    intake.stop();
    questions.stop();
    signals.stop();
    letGo();
    throttle.leave();
  }

  return { questions, follower, failure, wake, finish, letGo, stop };
}
