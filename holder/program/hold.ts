// The life of one job in its holder: claim it, start the command, record it, serve it, end it.
//
// The order at the end: the command exits (a note says so at once); processes that it left behind get a moment to end by
// themselves, then SIGHUP and SIGTERM, and after two seconds SIGKILL, while their output is still recorded; a fence brings in the
// last byte; then comes the exit record, which is always the last one, and the journal is synced to the disk.

import { setTimeout as sleep } from "node:timers/promises";
import { describeError, messageOf } from "../protocol/errors.ts";
import { RECORD } from "../protocol/frames.ts";
import {
  claimJob,
  type HolderFile,
  jobDirectory,
  logPath,
  writeHolderFile,
} from "../protocol/job-directory.ts";
import { journalPath } from "../protocol/journal-reader.ts";
import { type ExitRecord, PROTOCOL_VERSION } from "../protocol/messages.ts";
import { monotonicNow } from "../protocol/monotonic-clock.ts";
import { readBootId, readStat } from "../protocol/proc.ts";
import type { StartOrder, StartResult } from "../protocol/start.ts";
import { createDelivery } from "./delivery.ts";
import type { FenceOutcome } from "./fencing.ts";
import { findProgram } from "./find-program.ts";
import { createJournal, type Journal } from "./journal.ts";
import { endLeftovers } from "./leftovers.ts";
import { libc } from "./libc.ts";
import { type Log, openLog } from "./log.ts";
import { reapOrphans } from "./processes.ts";
import { createQueryReplies } from "./query-replies.ts";
import { createReadWatcher, type ReadWatcher } from "./read-watcher.ts";
import { createRecording, type Recording } from "./recording.ts";
import { createJobServer, type JobServer } from "./server.ts";
import { createSignaller } from "./signaller.ts";
import { watchStopped } from "./stopped-processes.ts";
import { createTerminal, type Terminal } from "./terminal.ts";

/**
 * While a connected worker has more than this to read, reading of the terminal pauses after each batch. A program that floods its
 * terminal would otherwise take the processor and the disk from other jobs. A worker that does not read at all slows it down
 * and never stops it.
 */
const BACKLOG_BYTES_MAX = 16 * 1024 * 1024;
const BACKLOG_PAUSE_MS = 10;
const FENCE_ATTEMPTS = 4;
const FENCE_RETRY_MS = 10;
const DRAIN_QUIET_MS = 100;
const CLIENTS_TIMEOUT_MS = 60_000;
/** How long the end of a journal that cannot be written is kept in memory. */
const UNSAVED_KEEP_MS = 10 * 60 * 1000;
const UNSAVED_RETRY_MS = 1000;
/** Columns or rows of a terminal. */
const SIZE_MAX = 1000;

/** Starts the command of a job, at most once. `ended` settles when nothing of the job is left; it never rejects. */
export async function holdJob(order: StartOrder): Promise<{ result: StartResult; ended: Promise<void> }> {
  const nothing = Promise.resolve();
  if (monotonicNow() > order.notAfter) {
    const message = "the order to start arrived after its deadline; nothing was started";
    return { result: { started: false, reason: "late", message }, ended: nothing };
  }
  try {
    const file = holderFileOf(order);
    if (!claimJob(order.dataDir, file)) {
      const message = `job ${order.jobId} has been started before; nothing was started now`;
      return { result: { started: false, reason: "already_started", message }, ended: nothing };
    }
    const job = createHeldJob(order, file);
    return { result: await start(job), ended: job.ended };
  } catch (error) {
    const message = messageOf(error);
    return { result: { started: false, reason: "spawn_failed", message }, ended: nothing };
  }
}

function holderFileOf({ jobId, argv, columns, rows }: StartOrder): HolderFile {
  return {
    version: PROTOCOL_VERSION,
    jobId,
    pid: process.pid,
    startTicks: readStat(process.pid)?.startTicks ?? 0,
    bootId: readBootId(),
    argv,
    startedAt: Date.now(),
    columns,
    rows,
    childPid: null,
    ended: null,
  };
}

type HeldJob = {
  readonly order: StartOrder;
  readonly file: HolderFile;
  readonly directory: string;
  readonly log: Log;
  readonly journal: Journal;
  readonly server: JobServer;
  readonly recording: Recording;
  readonly ended: Promise<void>;
  readonly settleEnded: () => void;
  /** undefined until the command has been started. */
  command: Command | undefined;
};

type Command = {
  terminal: Terminal;
  watcher: ReadWatcher;
  stoppedWatch: { stop(): void };
  /** Settles orders in progress when the command ends. */
  finishOrders: () => Promise<unknown>;
};

function createHeldJob(order: StartOrder, file: HolderFile): HeldJob {
  const directory = jobDirectory(order.dataDir, order.jobId);
  const log = openLog(logPath(directory));
  const journal = createJournal(journalPath(directory), {
    onError(message, unsavedBytes) {
      const event = message === null ? "the journal is written again" : "the journal cannot be written";
      log(event, { error: message, unsavedBytes });
      server.publishJournalError(message, unsavedBytes);
    },
  });
  const { jobId, epoch } = order;
  const describe = () => ({ version: PROTOCOL_VERSION, jobId, pid: process.pid, childPid: file.childPid });
  const server = createJobServer(journal, { epoch, log, describe });
  const recording = createRecording(journal, (isOutput) => {
    server.wake();
    if (isOutput && server.backlogBytes > BACKLOG_BYTES_MAX) {
      job.command?.terminal.pauseReading(BACKLOG_PAUSE_MS);
    }
  });
  const { promise: ended, resolve: settleEnded } = Promise.withResolvers<void>();
  const job: HeldJob = {
    order,
    file,
    directory,
    log,
    journal,
    server,
    recording,
    ended,
    settleEnded,
    command: undefined,
  };
  const logError = (error: unknown): void => log("an error of the holder", { error: describeError(error) });
  process.on("uncaughtException", logError);
  process.on("unhandledRejection", logError);
  return job;
}

async function start(job: HeldJob): Promise<StartResult> {
  const failed = async (message: string): Promise<StartResult> => {
    await conclude(job, { exitCode: null, signal: null, failure: message });
    return { started: false, reason: "spawn_failed", message };
  };
  const program = findProgram(job.order);
  if ("failure" in program) return failed(program.failure);
  try {
    await job.server.listen(job.directory);
    if (monotonicNow() > job.order.notAfter) {
      return await failed("claiming the job took too long: check the disk. Nothing was started");
    }
    const pid = spawn(job, program.path);
    return { started: true, pid };
  } catch (error) {
    job.log("the command could not be started", { error: describeError(error) });
    return failed(messageOf(error));
  }
}

function spawn(job: HeldJob, program: string): number {
  const { order, server, recording, log } = job;
  const { argv, cwd, env, columns, rows } = order;
  libc?.becomeSubreaper();
  const terminal = createTerminal(
    { argv: [program, ...argv.slice(1)], cwd, env, columns, rows },
    {
      onOutput(bytes) {
        recording.takeOutput(bytes);
        job.command?.watcher.noteOutput(bytes.length);
      },
      onExit: (exitCode, signal) => void end(job, terminal, exitCode, signal),
      onError: (error) => log("the terminal failed", { error: describeError(error) }),
    },
  );
  process.on("SIGCHLD", () => reapOrphans(terminal.pid));
  job.file.childPid = terminal.pid;
  saveFile(job);
  const watcher = createReadWatcher(terminal, {
    flushOutput: () => recording.flushOutput(),
    onReading: (reading) => server.publishReading(reading),
    onNotReading: (readId) => server.publishNotReading(readId),
  });
  const stoppedWatch = watchStopped({
    onStopped: (commands) => recording.note({ what: "stopped", commands }),
    onContinued: () => recording.note({ what: "continued" }),
  });
  job.command = { terminal, watcher, stoppedWatch, finishOrders: handleOrders(job, terminal, watcher) };
  return terminal.pid;
}

/** @returns a function that settles the orders in progress. */
function handleOrders(job: HeldJob, terminal: Terminal, watcher: ReadWatcher): () => Promise<unknown> {
  const { recording, journal, server } = job;
  const delivery = createDelivery(terminal, watcher, {
    recordInput: (input) => recording.record(RECORD.input, input),
    sync: () => journal.sync(),
    recordResult: (interactionId, result) => recording.note({ what: "typed", interactionId, result }),
  });
  const replies = createQueryReplies(terminal, delivery, {
    ageOf: (position) => recording.ageOf(position),
    recordReply: (order) => recording.note({ what: "replied", ...order }),
  });
  const command = { pid: terminal.pid, terminal: terminal.identity };
  const signaller = createSignaller(command, (signal) => recording.record(RECORD.signal, signal));
  server.setHandlers({
    type: (order) => delivery.type(order),
    signal: (order) => signaller.signal(order),
    reply: ({ position, text }) => void replies.reply({ position, text }),
    resize(columns, rows) {
      if (columns <= 0 || columns > SIZE_MAX || rows <= 0 || rows > SIZE_MAX) return;
      terminal.resize(columns, rows);
      recording.note({ what: "resized", columns, rows });
    },
  });
  return () => Promise.all([delivery.finish(), signaller.finish()]);
}

async function end(
  job: HeldJob,
  terminal: Terminal,
  exitCode: number | null,
  signal: number | null,
): Promise<void> {
  const { recording, command, log } = job;
  try {
    recording.note({ what: "childExited", exitCode, signal });
    command?.watcher.stop();
    command?.stoppedWatch.stop();
    await endLeftovers(terminal.pid, (pids, names) => recording.note({ what: "leftovers", pids, names }));
    await command?.finishOrders();
    await drain(terminal);
  } catch (error) {
    log("the end of the job failed", { error: describeError(error) });
  }
  terminal.close();
  await conclude(job, { exitCode, signal, failure: null });
}

async function conclude(job: HeldJob, exit: ExitRecord): Promise<void> {
  job.recording.end(exit);
  if (job.journal.sync()) {
    job.file.ended = { exit, at: Date.now() };
    saveFile(job);
  }
  void leave(job);
}

async function leave({ file, journal, server, settleEnded }: HeldJob): Promise<void> {
  const keepUntil = performance.now() + UNSAVED_KEEP_MS;
  while (file.ended === null && performance.now() < keepUntil) {
    await sleep(UNSAVED_RETRY_MS);
    if (journal.sync()) break;
  }
  await server.finish(CLIENTS_TIMEOUT_MS);
  journal.close();
  settleEnded();
}

/** Workers can find out the same from socket and journal, so a full disk is no reason to stop. */
function saveFile({ directory, file, log }: HeldJob): void {
  try {
    writeHolderFile(directory, file);
  } catch (error) {
    log("holder.json could not be written", { error: describeError(error) });
  }
}

/** Resolves when the last byte that was written to the terminal has been passed on. */
async function drain(terminal: Terminal): Promise<void> {
  for (let attempt = 0; attempt < FENCE_ATTEMPTS; attempt += 1) {
    if ((await new Promise<FenceOutcome>((settle) => terminal.fence(settle))) === "returned") {
      return;
    }
    await sleep(FENCE_RETRY_MS);
  }
  // The output of the terminal was stopped, so no fence can be written. No process is left that writes: quiet is the end.
  for (let received = -1; received !== terminal.receivedBytes;) {
    received = terminal.receivedBytes;
    await sleep(DRAIN_QUIET_MS);
  }
}
