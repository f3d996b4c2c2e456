// The life of one job in its holder: claim it, start the command, record it, serve it, end it.
//
// The order at the end: the command exits (a note says so at once); processes that it left behind get a moment to end by
// themselves, then SIGHUP and SIGTERM, and after two seconds SIGKILL, while their output is still recorded; a fence brings in the
// last byte; then comes the exit record, which is always the last one, and the journal is synced to the disk.

import { readBootId, readStat } from "../protocol/proc.ts";
import { describeError, messageOf } from "../protocol/errors.ts";
import { RECORD } from "../protocol/frames.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { Delivery } from "./delivery.ts";
import { findProgram } from "./find-program.ts";
import {
  claimJob,
  jobDirectory,
  logPath,
  writeHolderFile,
  type HolderFile,
} from "../protocol/job-directory.ts";
import { journalPath } from "../protocol/journal-reader.ts";
import { Journal } from "./journal.ts";
import { endLeftovers } from "./leftovers.ts";
import { libc } from "./libc.ts";
import { openLog, type Log } from "./log.ts";
import { reapOrphans } from "./processes.ts";
import { PROTOCOL_VERSION, type ExitRecord, type NoteRecord } from "../protocol/messages.ts";
import { OutputAges, QueryReplies } from "./query-replies.ts";
import { JobServer } from "./server.ts";
import { Signaller } from "./signaller.ts";
import { monotonicNow } from "../protocol/monotonic-clock.ts";
import { watchStopped } from "./stopped-processes.ts";
import type { StartOrder, StartResult } from "../protocol/start.ts";
import { type FenceOutcome, Terminal } from "./terminal.ts";
import { ReadWatcher } from "./read-watcher.ts";

/** Output is appended to the journal once per turn of the event loop, or when it is this much. */
const BATCH_BYTES = 64 * 1024;
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
const CLIENTS_TIMEOUT_MS = 5000;
/** How long the end of a journal that cannot be written is kept in memory. */
const UNSAVED_KEEP_MS = 10 * 60 * 1000;

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
    const job = new HeldJob(order, file);
    return { result: await job.start(), ended: job.ended };
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

class HeldJob {
  readonly ended: Promise<void>;
  readonly #order: StartOrder;
  readonly #directory: string;
  readonly #log: Log;
  readonly #journal: Journal;
  readonly #server: JobServer;
  readonly #file: HolderFile;
  #settleEnded: () => void = () => undefined;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #terminal: Terminal | null = null;
  #watcher: ReadWatcher | null = null;
  readonly #ages = new OutputAges();
  #stoppedWatch: { stop(): void } | null = null;
  #hasConcluded = false;
  /** Settles orders in progress when the command ends. */
  #finishOrders: () => Promise<unknown> = () => Promise.resolve();

  constructor(order: StartOrder, file: HolderFile) {
    this.#order = order;
    this.#file = file;
    this.ended = new Promise((settle) => {
      this.#settleEnded = settle;
    });
    this.#directory = jobDirectory(order.dataDir, order.jobId);
    this.#log = openLog(logPath(this.#directory));
    this.#journal = new Journal(journalPath(this.#directory), {
      onError: (message, unsavedBytes) => {
        this.#log(message === null ? "the journal is written again" : "the journal cannot be written", {
          error: message,
          unsavedBytes,
        });
        this.#server.publishJournalError(message, unsavedBytes);
      },
    });
    this.#server = new JobServer(this.#journal, {
      epoch: order.epoch,
      log: this.#log,
      describe: () => ({
        version: PROTOCOL_VERSION,
        jobId: order.jobId,
        pid: process.pid,
        childPid: this.#file.childPid,
      }),
    });
    process.on("uncaughtException", (error) =>
      this.#log("an error of the holder", { error: describeError(error) }),
    );
    process.on("unhandledRejection", (error) =>
      this.#log("an error of the holder", { error: describeError(error) }),
    );
  }

  async start(): Promise<StartResult> {
    const failed = async (message: string): Promise<StartResult> => {
      await this.#conclude({ exitCode: null, signal: null, failure: message });
      return { started: false, reason: "spawn_failed", message };
    };
    const program = findProgram(this.#order);
    if ("failure" in program) {
      return failed(program.failure);
    }
    try {
      await this.#server.listen(this.#directory);
      if (monotonicNow() > this.#order.notAfter) {
        return await failed("claiming the job took too long: check the disk. Nothing was started");
      }
      const pid = this.#spawn(program.path);
      return { started: true, pid };
    } catch (error) {
      this.#log("the command could not be started", { error: describeError(error) });
      return failed(messageOf(error));
    }
  }

  #spawn(program: string): number {
    const { argv, cwd, env, columns, rows } = this.#order;
    libc?.becomeSubreaper();
    const terminal = new Terminal(
      { argv: [program, ...argv.slice(1)], cwd, env, columns, rows },
      {
        onOutput: (bytes) => this.#receive(bytes),
        onExit: (exitCode, signal) => void this.#end(terminal, exitCode, signal),
        onError: (error) => this.#log("the terminal failed", { error: describeError(error) }),
      },
    );
    this.#terminal = terminal;
    process.on("SIGCHLD", () => reapOrphans(terminal.pid));
    this.#file.childPid = terminal.pid;
    this.#saveFile();
    const watcher = new ReadWatcher(terminal, {
      flushOutput: () => this.#flushOutput(),
      onReading: (reading) => this.#server.publishReading(reading),
      onNotReading: (readId) => this.#server.publishNotReading(readId),
    });
    this.#watcher = watcher;
    this.#stoppedWatch = watchStopped({
      onStopped: (commands) => this.#note({ what: "stopped", commands }),
      onContinued: () => this.#note({ what: "continued" }),
    });
    this.#handleOrders(terminal, watcher);
    return terminal.pid;
  }

  #handleOrders(terminal: Terminal, watcher: ReadWatcher): void {
    const delivery = new Delivery(terminal, watcher, {
      recordInput: (input) => this.#record(RECORD.input, input),
      sync: () => this.#journal.sync(),
      recordResult: (interactionId, result) => this.#note({ what: "typed", interactionId, result }),
    });
    const replies = new QueryReplies(terminal, delivery, {
      ageOf: (position) => this.#ages.ageOf(position),
      recordReply: (order) => this.#note({ what: "replied", ...order }),
    });
    const signaller = new Signaller(terminal.pid, terminal.identity, (signal) =>
      this.#record(RECORD.signal, signal),
    );
    this.#finishOrders = () => Promise.all([delivery.finish(), signaller.finish()]);
    this.#server.setHandlers({
      type: (order) => delivery.type(order),
      signal: (order) => signaller.signal(order),
      reply: ({ position, text }) => void replies.reply({ position, text }),
      resize: (columns, rows) => {
        if (columns > 0 && columns <= 1000 && rows > 0 && rows <= 1000) {
          terminal.resize(columns, rows);
          this.#note({ what: "resized", columns, rows });
        }
      },
    });
  }

  #receive(bytes: Buffer): void {
    // A process that even SIGKILL could not end at once may still write.
    if (this.#hasConcluded) {
      return;
    }
    if (this.#pending.length === 0) {
      setImmediate(() => this.#flushOutput());
    }
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    this.#watcher?.noteOutput(bytes.length);
    if (this.#pendingBytes >= BATCH_BYTES) {
      this.#flushOutput();
    }
  }

  #flushOutput(): number {
    if (this.#pendingBytes > 0) {
      this.#journal.appendOutput(
        this.#pending.length === 1 && this.#pending[0] ? this.#pending[0] : Buffer.concat(this.#pending),
      );
      this.#ages.note(this.#journal.end);
      this.#pending = [];
      this.#pendingBytes = 0;
      this.#server.wake();
      if (this.#server.backlogBytes > BACKLOG_BYTES_MAX) {
        this.#terminal?.pauseReading(BACKLOG_PAUSE_MS);
      }
    }
    return this.#journal.end;
  }

  /** The exit record is the last one: an order that comes later has no effect. */
  #record(kind: number, value: unknown): void {
    if (this.#hasConcluded) {
      return;
    }
    this.#flushOutput();
    this.#journal.append(kind, value);
    this.#server.wake();
  }

  #note(note: NoteRecord): void {
    this.#record(RECORD.note, note);
  }

  async #end(terminal: Terminal, exitCode: number | null, signal: number | null): Promise<void> {
    try {
      this.#note({ what: "childExited", exitCode, signal });
      this.#watcher?.stop();
      this.#stoppedWatch?.stop();
      await endLeftovers(terminal.pid, (pids, names) => this.#note({ what: "leftovers", pids, names }));
      await this.#finishOrders();
      await drain(terminal);
    } catch (error) {
      this.#log("the end of the job failed", { error: describeError(error) });
    }
    terminal.close();
    await this.#conclude({ exitCode, signal, failure: null });
  }

  async #conclude(exit: ExitRecord): Promise<void> {
    this.#record(RECORD.exit, exit);
    this.#hasConcluded = true;
    if (this.#journal.sync()) {
      this.#file.ended = { exit, at: Date.now() };
      this.#saveFile();
    }
    void this.#leave();
  }

  async #leave(): Promise<void> {
    const keepUntil = performance.now() + UNSAVED_KEEP_MS;
    while (this.#file.ended === null && performance.now() < keepUntil) {
      await sleep(1000);
      if (this.#journal.sync()) {
        break;
      }
    }
    await this.#server.finish(CLIENTS_TIMEOUT_MS);
    this.#journal.close();
    this.#settleEnded();
  }

  /** Workers can find out the same from socket and journal, so a full disk is no reason to stop. */
  #saveFile(): void {
    try {
      writeHolderFile(this.#directory, this.#file);
    } catch (error) {
      this.#log("holder.json could not be written", { error: describeError(error) });
    }
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
