// One job in this worker's hands, from the claim to its end: starts the holder or finds the one that is there,
// follows the journal, lets people be asked, types their answers, delivers signals, and writes down how it ended.
//
// It may be cut short at any line: everything it knows is in the journal and in the database, and the next worker
// goes on from there. It never starts a command without the holder's own lock, which is taken once a job.
import { type Database, isUnreachable } from "#lib/db/connection.ts";
import {
  listClosedPromptKeys,
  listSignals,
  listUnsettledAnswers,
  settleAnswer,
  withdrawAllPending,
} from "#lib/db/interactions.ts";
import { type ClaimedJob, finishJob, LeaseLost } from "#lib/db/runs.ts";
import type { Outcome } from "#lib/domain/job.ts";
import { STATE_OF_OUTCOME } from "#lib/domain/job.ts";
import { outcomeOf } from "#lib/domain/outcome.ts";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import type { Log } from "#lib/log.ts";
import type { Queue } from "#lib/queue/queue.ts";
import {
  type Closed,
  connectHolder,
  ConnectionLost,
  type HolderConnection,
  HolderMissing,
} from "./holder/client.ts";
import { findHolder } from "./holder/job-directory.ts";
import type { HolderRecord, TypeResult } from "./holder/protocol.ts";
import { createJobStore } from "./job-store.ts";
import { progressOf } from "./output/progress.ts";
import { createTerminalStream, type ResumePoint } from "./output/terminal-stream.ts";
import { createQuestions, type Typist } from "./questions.ts";
import type { Part } from "./prompt/protocol.ts";
import { type ProtocolMessage, questionOf } from "./prompt/protocol-messages.ts";
import { createScreen } from "./prompt/screen.ts";
import type { Spares } from "./spares.ts";
import { createSignals } from "./signals.ts";
import { createTranscript, resumeOutput } from "./transcript.ts";

export type RunContext = {
  db: Database;
  queue: Queue;
  spares: Spares;
  log: Log;
  dataDir: string;
  /** Command and environment for a job of this user. */
  protocolKey: (jobId: number) => string;
  launch: (job: ClaimedJob) => { argv: string[]; cwd: string; env: Record<string, string> };
};

export type RunningJob = {
  readonly jobId: number;
  /** An answer or a signal may be waiting. */
  poke(): void;
  /** A secret for one of its questions. */
  keepSecret(interactionId: number, secret: string): void;
  /** Lets go of the job without touching it: the holder and the command live on. */
  detach(): void;
  /** Resolves when the job has ended or was let go. */
  readonly done: Promise<void>;
};

/** How long the holder's own process may take between the claim and the command's start. */
const START_WITHIN_MS = 10_000;
const RECONNECT_MS = 100;
/** Text that may still become a line of the protocol is shown after this time all the same. */
const HELD_BACK_MS = 50;

export function runJob(context: RunContext, job: ClaimedJob): RunningJob {
  let isDetached = false;
  let poke = () => {};
  let keepSecret: RunningJob["keepSecret"] = () => {};
  let abandon = () => {};
  const done = run().catch((error: unknown) => {
    if (error instanceof LeaseLost) {
      context.log.info("job: another worker has it now", { jobId: job.id });
      return;
    }
    context.log.error("job: the worker gave it up", { jobId: job.id, error });
  });

  async function run(): Promise<void> {
    const { db, log } = context;
    let hasEnded = false;
    const lease = { jobId: job.id, epoch: job.leaseEpoch };
    const resumed = await untilReachable(() => resumeOutput(db, job.id));
    const closedPromptIds = await untilReachable(() => listClosedPromptKeys(db, job.id));
    let client: HolderConnection | undefined;
    const store = createJobStore({
      db,
      lease,
      stored: resumed.stored,
      log,
      onLeaseLost: () => detach(),
    });
    abandon = () => {
      store.abandon();
      client?.close();
    };
    const screen = createScreen(TERMINAL_SIZE);
    const transcript = createTranscript(store, resumed);
    const stream = createTerminalStream(context.protocolKey(job.id), resumed.stored);
    let flushTimer: NodeJS.Timeout | undefined;
    const questions = createQuestions({
      db,
      store,
      screen,
      jobId: job.id,
      closedPromptIds,
      type,
      log,
    });
    const signals = createSignals({ db, store, jobId: job.id, client: () => client, log });
    keepSecret = questions.keepSecret;
    poke = () => {
      void questions
        .deliverAnswers()
        .catch((error: unknown) => log.error("answers", { jobId: job.id, error }));
      signals.look();
    };

    try {
      const refusal = await start();
      if (refusal !== undefined) return await finish({ outcome: "spawn_failed", detail: refusal });
      const end = await follow();
      if (end !== undefined) await finish(end);
    } finally {
      questions.stop();
      client?.close();
      store.abandon();
      screen.dispose();
    }

    /** The holder may be out of reach for a moment; asked again with the same id it types nothing twice. */
    async function type(order: Parameters<Typist>[0]): Promise<TypeResult> {
      while (!isDetached) {
        try {
          if (client !== undefined) {
            const { result, firstResult } = await client.type(order);
            return result === "already_typed" ? (firstResult ?? "consumed") : result;
          }
        } catch (error) {
          if (!(error instanceof ConnectionLost)) throw error;
        }
        if (hasEnded) return "not_reading";
        await pause(RECONNECT_MS);
      }
      throw new LeaseLost(lease);
    }

    /** @returns why the command could not be started; undefined when it runs or has run. */
    async function start(): Promise<string | undefined> {
      while (!isDetached) {
        const found = await findHolder(context.dataDir, String(job.id));
        if (found.state !== "none") return undefined;
        const started = await context.spares.take().start({
          jobId: String(job.id),
          ...context.launch(job),
          ...TERMINAL_SIZE,
          notAfter: Date.now() + START_WITHIN_MS,
          epoch: job.leaseEpoch,
        });
        if (started.started || started.reason === "already_started") return undefined;
        if (started.reason === "spawn_failed") return started.message;
        log.warn("job: the holder refused to start", { jobId: job.id, reason: started.reason });
      }
      return undefined;
    }

    /** Follows the job until its journal has the end of it, or it is clear that it never will. */
    async function follow(): Promise<End | undefined> {
      let position = resumed.stored.journalEnd;
      let end: End | undefined;
      while (!isDetached) {
        const closed = await followHolder(position, async (record) => {
          take(record);
          position = record.next;
          if (record.kind === "exit") {
            end = endOf(record);
            hasEnded = true;
          }
          if (store.isFull) await store.flush();
        });
        if (end !== undefined) return end;
        switch (closed?.reason) {
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
            await pause(RECONNECT_MS);
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
          onReading: (fact) => questions.tell({ kind: "reading", fact, at: Date.now() }),
          onNotReading: (readId) => questions.tell({ kind: "notReading", readId, at: Date.now() }),
          onJournalFault: (fault) =>
            log.error("job: the journal cannot be written", { jobId: job.id, ...fault }),
        });
      } catch (error) {
        if (error instanceof HolderMissing) return { reason: "dead" };
        log.warn("job: the holder could not be reached", { jobId: job.id, error });
        return undefined;
      }
      poke();
      const closed = await client.closed;
      client = undefined;
      return closed;
    }

    function take(record: HolderRecord): void {
      const at = new Date(record.at);
      switch (record.kind) {
        case "output":
          takeParts(stream.push(record), at, record.next);
          clearTimeout(flushTimer);
          if (stream.isHolding) {
            flushTimer = setTimeout(() => takeParts(stream.flush(), at, record.next), HELD_BACK_MS);
          }
          questions.tell({
            kind: "output",
            position: record.next,
            bytes: record.bytes.length,
            at: record.at,
          });
          return;
        case "note":
          if (record.note.what === "typed") {
            questions.settleFromJournal(Number(record.note.interactionId), record.note.result);
          }
          questions.tell({ kind: "output", position: record.next, bytes: 0, at: record.at });
          return;
        case "gap":
          log.error("job: output was lost, the disk of the journal was full", {
            jobId: job.id,
            bytes: record.lostBytes,
          });
          return;
        case "exit":
          clearTimeout(flushTimer);
          takeParts(stream.flush(), at, record.next);
          transcript.finish(at, { journalEnd: record.next, journalSkip: 0 });
          questions.tell({ kind: "exited", at: record.at });
          return;
        case "input":
          // What is on the screen now has been dealt with; what comes after this record has not.
          screen.markAnswered();
          questions.tell({ kind: "output", position: record.next, bytes: 0, at: record.at });
          return;
        case "signal":
          questions.tell({ kind: "output", position: record.next, bytes: 0, at: record.at });
      }
    }

    /** All parts of a record are stored in one transaction, so they share the place to go on from. */
    function takeParts(parts: readonly Part[], at: Date, position: number): void {
      const end = stream.resumePoint();
      for (const part of parts) {
        if (part.kind === "bytes") {
          const bytes = Buffer.from(part.bytes.buffer, part.bytes.byteOffset, part.bytes.length);
          screen.feed(bytes, position, at.getTime());
          transcript.push(bytes, at, end);
        } else takeMessage(part.message, at, position, end);
      }
    }

    function takeMessage(message: ProtocolMessage, at: Date, position: number, end: ResumePoint): void {
      switch (message.type) {
        case "interaction":
          for (const line of message.prompt.split("\n")) transcript.pushLine(line, false, at, end);
          questions.tell({
            kind: "protocolMessage",
            position,
            question: questionOf(message),
            at: at.getTime(),
          });
          return;
        case "line":
          transcript.pushLine(message.line, message.sensitive === true, at, end);
          return;
        case "status":
          transcript.setStatus(message.status);
          return;
        case "progress":
          transcript.setProgress(progressOf(message.progress));
          return;
        case "response":
        // What was answered is in the database already.
      }
    }

    function endOf(record: Extract<HolderRecord, { kind: "exit" }>): End {
      const { exitCode, signal, failure } = record.exit;
      if (failure !== null) return { outcome: "spawn_failed", detail: failure, at: new Date(record.at) };
      return { exitCode, exitSignal: signal === 0 ? null : signal, at: new Date(record.at) };
    }

    async function finish(end: End): Promise<void> {
      await questions.settled();
      await signals.settled();
      const delivered = (await untilReachable(() => listSignals(db, job.id))).filter(
        (signal) => signal.delivered,
      );
      const outcome =
        end.outcome ??
        outcomeOf({
          exitCode: end.exitCode ?? null,
          exitSignal: end.exitSignal ?? null,
          landmarks: transcript.landmarks,
          signals: delivered.map((signal) => signal.kind),
        });
      const unsettled = await untilReachable(() => listUnsettledAnswers(db, job.id));
      await store.run(async (tx) => {
        await withdrawAllPending(tx, job.id, "the job ended");
        for (const answer of unsettled) {
          await settleAnswer(
            tx,
            job.id,
            answer.interactionId,
            "undelivered",
            "the job ended before it was typed",
          );
        }
        const { lane } = await finishJob(tx, lease, {
          state: STATE_OF_OUTCOME[outcome],
          outcome,
          exitCode: end.exitCode ?? null,
          exitSignal: end.exitSignal ?? null,
          at: end.at ?? new Date(),
          ...(end.detail === undefined ? {} : { detail: end.detail }),
        });
        await context.queue.announce(tx, "dispatch", { lane });
      });
      log.info("job: ended", { jobId: job.id, outcome, exitCode: end.exitCode, exitSignal: end.exitSignal });
    }
  }

  /** Reads at the start wait for the database like everything else. */
  async function untilReachable<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await read();
      } catch (error) {
        if (!isUnreachable(error) || isDetached) throw error;
        await pause(RECONNECT_MS);
      }
    }
  }

  function detach(): void {
    isDetached = true;
    abandon();
  }

  return {
    jobId: job.id,
    poke: () => poke(),
    keepSecret: (id, secret) => keepSecret(id, secret),
    detach,
    done,
  };
}

type End = {
  /** Known without looking at the exit code. */
  outcome?: Outcome;
  exitCode?: number | null;
  exitSignal?: number | null;
  at?: Date;
  detail?: string;
};

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
