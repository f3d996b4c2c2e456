// One job in this worker's hands, from the claim to its end: starts the holder or finds the one that is there,
// follows the journal, lets people be asked, types their answers, delivers signals, and writes down how it ended.
//
// It may be cut short at any line: everything it knows is in the journal and in the database, and the next worker
// goes on from there. It never starts a command without the holder's own lock, which is taken once a job.
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, isUnreachable } from "#lib/db/connection.ts";
import { findOpenPrompt, listClosedPromptKeys } from "#lib/db/interactions.ts";
import { findOutputState, findReplayStart } from "#lib/db/output.ts";
import { type ClaimedJob, LeaseLost } from "#lib/db/runs.ts";
import type { ExpiryPolicy } from "#lib/domain/unanswered.ts";
import type { GivenAnswer } from "#lib/domain/interaction.ts";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import type { Log } from "#lib/log.ts";
import type { Queue } from "#lib/queue/queue.ts";
import type { DatabaseClock } from "./database-clock.ts";
import { type End, writeEnd } from "./finish-job.ts";
import {
  type Closed,
  connectHolder,
  ConnectionLost,
  type HolderConnection,
  HolderMissing,
} from "./holder/client.ts";
import type { ExitRecord, HolderRecord, TypeResult } from "./holder/protocol.ts";
import { createIntake } from "./intake.ts";
import { createJobStore } from "./job-store.ts";
import { createScreen } from "./prompt/screen.ts";
import { createQuestions, type Typist } from "./questions.ts";
import { createSignals } from "./signals.ts";
import type { Spares } from "./spares.ts";
import { startCommand } from "./start-command.ts";
import { createTranscript, resumeOutput } from "./transcript.ts";

export type RunContext = {
  db: Database;
  queue: Queue;
  spares: Spares;
  log: Log;
  clock: DatabaseClock;
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
  /** An answer or a signal may be waiting. */
  poke(): void;
  /** An answer to one of its questions, just given. */
  takeAnswer(answer: GivenAnswer): void;
  /** A secret for one of its questions. */
  keepSecret(interactionId: number, secret: string): void;
  /** The time of this question is over. Never rejects. */
  expire(question: { id: number; promptKey: string }): Promise<void>;
  /** Lets go of the job without touching it: the holder and the command live on. */
  detach(): void;
  /** Resolves when the job has ended or was let go (`over`), or when its run could not go on. */
  readonly done: Promise<"over" | "failed">;
};

const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 2000;
/** How much of the journal is read again by a worker that takes over: the screen, and what scap announced last. */
const REPLAY_BYTES = 512 * 1024;

export function runJob(context: RunContext, job: ClaimedJob): RunningJob {
  const { db, log, clock } = context;
  const lease = { jobId: job.id, epoch: job.leaseEpoch };
  let isDetached = false;
  let poke = () => {};
  // Before there is anything to tell, nothing is lost: it is all looked for then.
  let takeAnswer: RunningJob["takeAnswer"] = () => {};
  let keepSecret: RunningJob["keepSecret"] = () => {};
  let expire: RunningJob["expire"] = async () => {};
  let abandon = () => {};
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
    const started = (await hasPrinted())
      ? ({ state: "found" } as const)
      : await startCommand(
          context,
          { jobId: job.id, epoch: job.leaseEpoch, launch: () => context.launch(job) },
          () => isDetached,
        );
    const isTakenOver = started.state === "found";
    const [resumed, closedPromptIds, restored] = await untilReachable(() =>
      Promise.all([resumeOutput(db, job.id), listClosedPromptKeys(db, job.id), findOpenPrompt(db, job.id)]),
    );
    const { stored } = resumed;
    const replayFrom = await untilReachable(() =>
      findReplayStart(db, job.id, stored.journalEnd - REPLAY_BYTES),
    );
    if (isDetached) return;

    /** Nothing more is to be done, however this run ends. */
    let isOver = false;
    let hasEnded = false;
    let isLost = false;
    let client: HolderConnection | undefined;
    /** Ends the run with the fault of one of its parts. */
    const { promise: fault, reject: onFault } = Promise.withResolvers<never>();
    fault.catch(() => undefined);
    const store = createJobStore({ db, lease, stored, log, onFault });
    abandon = () => {
      store.abandon();
      client?.close();
    };
    const screen = createScreen(TERMINAL_SIZE);
    const transcript = createTranscript(store, resumed);
    let isCaughtUp = !isTakenOver;
    const questions = createQuestions({
      db,
      store,
      screen,
      jobId: job.id,
      closedPromptIds,
      restored,
      isReplaying: isTakenOver,
      clock,
      type,
      expiry: context.questionExpiry,
      onExpired: () => signals.look(),
      onFault,
    });
    const signals = createSignals({
      db,
      store,
      jobId: job.id,
      client: () => client,
      stillWaitsAt: (promptKey) => questions.stillWaitsAt(promptKey),
      log,
      onFault,
    });
    const intake = createIntake({
      jobId: job.id,
      protocolKey: context.protocolKey(job.id),
      stored,
      replayFrom,
      screen,
      transcript,
      questions,
      signals,
      clock,
      log,
    });
    expire = (question) => questions.expire(question);
    takeAnswer = (answer) => questions.takeAnswer(answer);
    keepSecret = (id, secret) => questions.keepSecret(id, secret);
    poke = () => {
      void questions.deliverAnswers();
      signals.look();
    };

    try {
      if (started.state === "refused") return await finish({ outcome: "spawn_failed", detail: started.why });
      const end = await Promise.race([follow(), fault]);
      if (end !== undefined) await Promise.race([finish(end), fault]);
    } finally {
      isOver = true;
      intake.stop();
      questions.stop();
      signals.stop();
      client?.close();
      store.abandon();
      screen.dispose();
    }

    /** The holder may be out of reach for a moment; asked again with the same id it types nothing twice. */
    async function type(order: Parameters<Typist>[0]): Promise<TypeResult | "unknown"> {
      while (!isDetached && !isOver) {
        try {
          if (client !== undefined) {
            const { result, firstResult } = await client.type(order);
            return result === "already_typed" ? (firstResult ?? "consumed") : result;
          }
        } catch (error) {
          if (!(error instanceof ConnectionLost)) throw error;
        }
        if (hasEnded) return isLost ? "unknown" : "not_reading";
        await sleep(RECONNECT_MS_MIN);
      }
      throw new LeaseLost(lease);
    }

    /** Follows the job until its journal has the end of it, or it is clear that it never will. */
    async function follow(): Promise<End | undefined> {
      let position = replayFrom.journalEnd;
      let retryMs = RECONNECT_MS_MIN;
      let end: End | undefined;
      const { promise: untilEnd, resolve: foundEnd } = Promise.withResolvers<undefined>();
      while (!isDetached && !isOver) {
        const following = followHolder(position, async (record) => {
          intake.take(record);
          position = record.next;
          retryMs = RECONNECT_MS_MIN;
          lookForEndOfReplay(position);
          if (record.kind === "exit") {
            end = endOf(record);
            hasEnded = true;
            foundEnd(undefined);
          }
          if (store.isFull) await store.flush();
        });
        // There is nothing behind the end, while a holder whose disk is full keeps it, and its clients, for minutes.
        const closed = await Promise.race([following, untilEnd]);
        if (end !== undefined) return end;
        switch (closed?.reason) {
          case "removed":
            return {
              outcome: "holder_lost",
              detail: `scap ended ${howOf(closed.exit)}, but the journal of what it printed was removed, as is done when the database has everything. What the database has now is older than that.`,
              at: clock.at(closed.endedAt),
            };
          case "ended":
          case "dead":
            return {
              outcome: "holder_lost",
              detail: "The process that held the terminal is gone, and what became of scap is unknown.",
            };
          case "stale":
            throw new LeaseLost(lease);
          case "lost":
          case "closed":
          case undefined:
            await sleep(retryMs);
            retryMs = Math.min(retryMs * 2, RECONNECT_MS_MAX);
        }
      }
      return undefined;
    }

    /** @returns how it ended; undefined when the holder lives and could not be reached. */
    async function followHolder(
      fromPosition: number,
      onRecord: (record: HolderRecord) => Promise<void>,
    ): Promise<Closed | undefined> {
      try {
        client = await connectHolder(context.dataDir, String(job.id), {
          epoch: job.leaseEpoch,
          fromPosition,
          onRecord,
          onReading: (fact) => questions.tell({ kind: "reading", fact }),
          onNotReading: (readId) => questions.tell({ kind: "notReading", readId }),
          onJournalFault: (fault) =>
            log.error("job: the journal cannot be written", { jobId: job.id, ...fault }),
        });
      } catch (error) {
        if (error instanceof HolderMissing) return { reason: "dead" };
        log.warn("job: the holder could not be reached", { jobId: job.id, error });
        return undefined;
      }
      lookForEndOfReplay(fromPosition);
      poke();
      const closed = await client.closed;
      client = undefined;
      return closed;
    }

    /** Everything up to where the journal ended when this worker came has been read: from now on it is the present. */
    function lookForEndOfReplay(position: number): void {
      const endPosition = client?.attached?.endPosition;
      if (isCaughtUp || endPosition === undefined || position < endPosition) return;
      isCaughtUp = true;
      questions.tell({ kind: "caughtUp" });
    }

    function endOf(record: Extract<HolderRecord, { kind: "exit" }>): End {
      const { exitCode, signal, failure } = record.exit;
      const at = clock.at(record.at);
      if (failure !== null) return { outcome: "spawn_failed", detail: failure, at };
      return { exitCode, exitSignal: signal === 0 ? null : signal, at };
    }

    async function finish(end: End): Promise<void> {
      hasEnded = true;
      isLost = end.outcome === "holder_lost";
      await questions.settled();
      await signals.settled();
      const outcome = await store.run((tx) =>
        writeEnd(tx, context.queue, lease, { ...end, at: end.at ?? clock.now() }, transcript.landmarks),
      );
      log.info("job: ended", { jobId: job.id, outcome, exitCode: end.exitCode, exitSignal: end.exitSignal });
    }
  }

  /**
   * A job that was taken over and has output was started, whatever the disk says: with its directory lost or another
   * one configured, the holder's lock would let it start again.
   */
  async function hasPrinted(): Promise<boolean> {
    if (job.leaseEpoch === 1) return false;
    return (await untilReachable(() => findOutputState(db, job.id))).journalEnd > 0;
  }

  /** Reads at the start wait for the database like everything else. */
  async function untilReachable<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await read();
      } catch (error) {
        if (!isUnreachable(error) || isDetached) throw error;
        await sleep(RECONNECT_MS_MIN);
      }
    }
  }

  function detach(): void {
    isDetached = true;
    abandon();
  }

  return {
    jobId: job.id,
    epoch: job.leaseEpoch,
    poke: () => poke(),
    takeAnswer: (answer) => takeAnswer(answer),
    keepSecret: (id, secret) => keepSecret(id, secret),
    expire: (question) => expire(question),
    detach,
    done,
  };
}

function howOf({ exitCode, signal, failure }: ExitRecord): string {
  if (failure !== null) return `without having been started (${failure})`;
  return signal === null || signal === 0 ? `with exit code ${exitCode}` : `by signal ${signal}`;
}
