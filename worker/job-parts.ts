// The parts of one job's run and their connections: the follower passes records of the journal to the intake, the intake feeds the
// transcript and the questions, and all of them write through the store.
import type { Database } from "#lib/db/connection.ts";
import { findOpenPrompt, listClosedPromptKeys, type OpenPrompt } from "#lib/db/interactions.ts";
import { findReplayStart, type StoredOutput } from "#lib/db/output.ts";
import type { ClaimedJob, Lease } from "#lib/db/runs.ts";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import type { ExpiryPolicy } from "#lib/domain/unanswered.ts";
import type { Log } from "#lib/log.ts";
import type { DatabaseClock } from "./database-clock.ts";
import { type End, writeEnd } from "./finish-job.ts";
import { createFollower, type Follower } from "./follower.ts";
import { createIntake } from "./intake.ts";
import { createJobStore, type JobStore } from "./job-store.ts";
import { type Resumed, resumeOutput } from "./output-reader.ts";
import type { ResumePoint } from "./output/terminal-stream.ts";
import { createScreen } from "./prompt/screen.ts";
import { createQuestions, type Questions } from "./questions.ts";
import { createSignals } from "./signals.ts";
import type { JobThrottle, Throttle } from "./throttle.ts";
import { createTranscript } from "./transcript.ts";

/** How much of the journal a worker reads again after a takeover: for the screen, and scap's last protocol messages. */
const REPLAY_BYTES = 512 * 1024;

export type PartsContext = {
  db: Database;
  log: Log;
  clock: DatabaseClock;
  /** Shared by all jobs of this worker. */
  throttle: Throttle;
  dataDir: string;
  /** The policy for unanswered questions. */
  questionExpiry: ExpiryPolicy | undefined;
  protocolKey: (jobId: number) => string;
};

export type Past = {
  resumed: Resumed;
  closedPromptKeys: string[];
  restored: OpenPrompt | undefined;
  /** Where reading the journal starts. Records before `resumed` are stored already, and read for the screen only. */
  replayFrom: ResumePoint;
};

/** What earlier workers have stored about this job. */
export async function readPast(db: Database, jobId: number): Promise<Past> {
  const [resumed, closedPromptKeys, restored] = await Promise.all([
    resumeOutput(db, jobId),
    listClosedPromptKeys(db, jobId),
    findOpenPrompt(db, jobId),
  ]);
  const replayFrom = await findReplayStart(db, jobId, resumed.stored.journalEnd - REPLAY_BYTES);
  return { resumed, closedPromptKeys, restored, replayFrom };
}

export type Parts = {
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

/** The parts do nothing until the follower follows the journal. */
export function assembleParts(
  context: PartsContext,
  job: ClaimedJob,
  past: Past,
  { isTakenOver }: { isTakenOver: boolean },
): Parts {
  const { db, log, clock } = context;
  const jobId = job.id;
  const lease = { jobId, epoch: job.leaseEpoch };
  const { stored } = past.resumed;
  const { promise: failure, reject: onError } = Promise.withResolvers<never>();
  failure.catch(() => undefined);
  const throttle = context.throttle.join();
  const store = createJobStore({ db, lease, stored, log, onError, tail: () => connected.transcript.tail() });
  const isReplaying = isTakenOver;
  const connected = connect({
    ...context,
    ...past,
    jobId,
    lease,
    stored,
    store,
    throttle,
    isReplaying,
    onError,
  });
  const { transcript, follower, questions, signals, intake } = connected;

  function release(): void {
    store.abandon();
    follower.stop();
  }

  return {
    questions,
    follower,
    failure,
    wake: connected.wake,
    async finish(end) {
      await questions.settled();
      await signals.settled();
      const ended = { ...end, at: end.at ?? clock.now() };
      const outcome = await store.run((tx) => writeEnd(tx, lease, ended, transcript.evidence()));
      log.info("job: ended", {
        "event.action": "job_finished",
        jobId,
        outcome,
        exitCode: end.exitCode,
        exitSignal: end.exitSignal,
      });
    },
    release,
    stop() {
      intake.stop();
      questions.stop();
      signals.stop();
      release();
      throttle.leave();
    },
  };
}

type Shared = Omit<PartsContext, "throttle"> &
  Past & {
    jobId: number;
    lease: Lease;
    stored: StoredOutput;
    store: JobStore;
    throttle: JobThrottle;
    isReplaying: boolean;
    onError: (cause: unknown) => void;
  };

function connect(shared: Shared) {
  const { store, jobId } = shared;
  const screen = createScreen(TERMINAL_SIZE);
  const transcript = createTranscript(store, screen, shared.resumed, (text, position) =>
    follower.reply(text, position),
  );
  const follower = createFollower({
    ...shared,
    onConnected: wake,
    onCaughtUp: () => questions.dispatch({ kind: "caughtUp" }),
    onReading: (fact) => questions.dispatch({ kind: "reading", fact }),
    onNotReading: (readId) => questions.dispatch({ kind: "notReading", readId }),
    onRecord: (record) => intake.take(record),
    whenRoom: () => store.whenRoom(),
  });
  const questions = createQuestions({
    ...shared,
    screen,
    type: follower.type,
    expiry: shared.questionExpiry,
    onExpired: () => signals.deliver(),
    onScreenShown: (isShown) => transcript.setScreenShown(isShown),
  });
  const signals = createSignals({
    ...shared,
    client: () => follower.client,
    stillWaitsAt: (promptKey) => questions.stillWaitsAt(promptKey),
  });
  const protocolKey = shared.protocolKey(jobId);
  const intake = createIntake({ ...shared, protocolKey, screen, transcript, questions, signals });

  function wake(): void {
    questions.checkAnswers();
    signals.deliver();
  }

  return { transcript, follower, questions, signals, intake, wake };
}
