// Starts holder processes. A spare is loaded and waits; an order to start makes it the holder of a job.

import { spawn, type ChildProcess } from "node:child_process";
import { getCompileCacheDir } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StartOrder, StartResult, FromHolder, ToHolder } from "../protocol/start.ts";
import { messageOf } from "../protocol/errors.ts";
import { findHolder } from "./find-holder.ts";
import { monotonicNow } from "../protocol/monotonic-clock.ts";

export type SpareOrder = Omit<StartOrder, "dataDir" | "jobId"> & { jobId: number | string };

export type Spare = {
  /** undefined when the program could not be started. */
  readonly pid: number | undefined;
  /** Resolves when it waits for an order, or has failed; never rejects. `start` waits for it by itself. */
  readonly ready: Promise<void>;
  /** Turns the spare into the holder of a job. Once; never rejects. */
  start(order: SpareOrder): Promise<StartResult>;
  /** Ends a spare without a job; a holder with a job is not affected. */
  discard(): void;
};

/** A holder starts nothing after `notAfter`; this is the time for its answer. */
const ANSWER_TIMEOUT_MS = 5000;
const PROGRAM = fileURLToPath(new URL("../program/main.ts", import.meta.url));

/**
 * Starts a holder that waits for a job.
 * @param options.dataDir absolute path; the directories of jobs are created below it
 */
export function launchSpare(options: { dataDir: string }): Spare {
  let child: ChildProcess;
  try {
    child = spawnHolder(options.dataDir);
  } catch (error) {
    // Node reports some errors by an event, and some (ENOMEM) by an exception.
    return withoutHolder(`a holder could not be started: ${messageOf(error)}`);
  }
  const gone = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`a holder could not be started: ${error.message}`));
    child.once("disconnect", () => resolve("the holder ended before it had started the command"));
  });
  const ready = new Promise<void>((resolve) => {
    child.once("message", () => resolve());
    void gone.then(() => resolve());
  });
  // A waiting spare must not keep the worker process alive.
  void ready.then(() => {
    child.unref();
    child.channel?.unref();
  });
  return createSpare(child, ready, gone, options.dataDir);
}

/** Of compiled code, without which each start takes a fifth of a second longer: that of this process, if it has one. */
function cacheDirectory(dataDir: string): string {
  const own = getCompileCacheDir();
  return own === undefined ? join(dataDir, "cache", "holder") : dirname(own);
}

/**
 * In its own session, so that signals to the worker's group or terminal do not reach it; without standard streams, so that no
 * process waits for it to close them; and without the worker's environment.
 */
function spawnHolder(dataDir: string): ChildProcess {
  const environment: Record<string, string> = {
    NODE_COMPILE_CACHE: cacheDirectory(dataDir),
    // Not read: it shows in the process list which installation a holder belongs to.
    DATA_DIR: dataDir,
  };
  return spawn(process.execPath, [PROGRAM], {
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    cwd: "/",
    env: environment as NodeJS.ProcessEnv,
  });
}

function withoutHolder(message: string): Spare {
  return {
    pid: undefined,
    ready: Promise.resolve(),
    start: () => Promise.resolve({ started: false, reason: "no_holder", message }),
    discard: () => undefined,
  };
}

function createSpare(
  child: ChildProcess,
  ready: Promise<void>,
  gone: Promise<string>,
  dataDir: string,
): Spare {
  let isUsed = false;
  return {
    pid: child.pid,
    ready,
    async start(order) {
      if (isUsed) {
        return { started: false, reason: "spawn_failed", message: "this spare has been used already" };
      }
      isUsed = true;
      await ready;
      if (child.pid === undefined) {
        return { started: false, reason: "no_holder", message: await gone };
      }
      // An order without an answer keeps this process alive.
      child.channel?.ref();
      return orderStart(child, { ...order, jobId: String(order.jobId), dataDir }, gone);
    },
    discard() {
      if (!isUsed && child.connected) {
        child.disconnect();
      }
    },
  };
}

type NoAnswer = { reason: "holder_died" | "spawn_failed"; message: string };

async function orderStart(
  child: ChildProcess,
  order: StartOrder,
  gone: Promise<string>,
): Promise<StartResult> {
  const { promise: timeout, resolve: onTimeout } = Promise.withResolvers<NoAnswer>();
  const timer = setTimeout(
    () => onTimeout({ reason: "spawn_failed", message: "the holder does not respond: check the disk" }),
    Math.max(0, order.notAfter - monotonicNow()) + ANSWER_TIMEOUT_MS,
  );
  const death = gone.then((message): NoAnswer => ({ reason: "holder_died", message }));
  const withoutAnswer = Promise.race([death, timeout]).then((noAnswer) =>
    resultWithoutAnswer(order, child.pid, noAnswer),
  );
  const result = await Promise.race([requestStart(child, { start: order }), withoutAnswer]);
  clearTimeout(timer);
  return result;
}

/** Settles only with an answer of the holder. */
function requestStart(child: ChildProcess, message: ToHolder): Promise<StartResult> {
  return new Promise((resolve) => {
    child.on("message", (answer: FromHolder) => {
      if ("result" in answer) {
        resolve(answer.result);
      }
    });
    // An error is ignored: the holder has ended, or will not answer in time.
    child.send(message, () => undefined);
  });
}

/**
 * A holder without an answer may still have started the command. Once it has claimed the job that cannot be excluded, so
 * the result is that the job was started: the worker follows it and finds out what happened.
 */
async function resultWithoutAnswer(
  order: StartOrder,
  pid: number | undefined,
  { reason, message }: NoAnswer,
): Promise<StartResult> {
  const unknown: StartResult = { started: false, reason: "already_started", message };
  const holder = await findHolder(order.dataDir, order.jobId).catch(() => undefined);
  if (holder?.state === "none") {
    return { started: false, reason, message };
  }
  return holder?.state === "alive" && holder.pid === pid && holder.childPid !== null
    ? { started: true, pid: holder.childPid }
    : unknown;
}
