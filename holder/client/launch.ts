// The worker's side of starting holders: a spare one, loaded and waiting, that becomes the holder of a job.

import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StartOrder, StartResult, FromHolder, ToHolder } from "../protocol/start.ts";
import { messageOf } from "../protocol/errors.ts";
import { findHolder } from "./find-holder.ts";
import { steadyNow } from "../protocol/monotonic-clock.ts";

export type SpareOrder = Omit<StartOrder, "dataDir" | "jobId"> & { jobId: number | string };

export interface Spare {
  /** undefined when the program could not be started. */
  readonly pid: number | undefined;
  /** Resolves when it waits for an order, or has failed; never rejects. `start` need not wait for it. */
  readonly ready: Promise<void>;
  /** Turns the spare into the holder of a job. Once; never rejects. */
  start(order: SpareOrder): Promise<StartResult>;
  /** Lets a spare without a job go; one with a job is not touched. */
  discard(): void;
}

/** A holder that has not begun by `notAfter` begins no more; this is for its answer. */
const ANSWER_AFTER_MS = 5000;
const PROGRAM = fileURLToPath(new URL("../program/main.ts", import.meta.url));

/**
 * Starts a holder that waits for a job.
 * @param options.dataDir absolute path; the directories of jobs are made below it
 * @param options.cacheDir where compiled code is kept between starts; without it each start costs a fifth of a second
 */
export function launchSpare(options: { dataDir: string; cacheDir?: string }): Spare {
  let child: ChildProcess;
  try {
    child = spawnHolder(options.cacheDir ?? join(options.dataDir, "cache", "holder"));
  } catch (error) {
    // Some of what can go wrong Node tells by an event, and some (ENOMEM) at once.
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
  // A spare that waits is no reason for the worker to stay.
  void ready.then(() => {
    child.unref();
    child.channel?.unref();
  });
  return handle(child, ready, gone, options.dataDir);
}

/**
 * In its own session, so that nothing sent to the worker's group or terminal reaches it; without standard streams, so
 * that nothing waits for it to close them; and without the worker's environment.
 */
function spawnHolder(cacheDir: string): ChildProcess {
  const environment: Record<string, string> = { NODE_COMPILE_CACHE: cacheDir };
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

function handle(child: ChildProcess, ready: Promise<void>, gone: Promise<string>, dataDir: string): Spare {
  let isUsed = false;
  return {
    pid: child.pid,
    ready,
    async start(order) {
      if (isUsed) {
        return failed("this spare holder has been used already");
      }
      isUsed = true;
      // The one thing that keeps this process alive for the spare's sake: an order that has no answer yet.
      await ready;
      // Node gives such a child no way to be asked either.
      if (child.pid === undefined) {
        return { started: false, reason: "no_holder", message: await gone };
      }
      child.channel?.ref();
      const full: StartOrder = {
        ...order,
        jobId: String(order.jobId),
        dataDir,
      };
      const silence = Promise.withResolvers<string>();
      const timer = setTimeout(
        () => silence.resolve("the holder does not answer: is its disk stuck?"),
        Math.max(0, full.notAfter - steadyNow()) + ANSWER_AFTER_MS,
      );
      const death = gone.then((why) => ({ reason: "holder_died", why }) as const);
      const stillness = silence.promise.then((why) => ({ reason: "spawn_failed", why }) as const);
      const cutOff = Promise.race([death, stillness]).then((cut) =>
        // Nobody can say now whether it has begun: to follow it will tell.
        afterSilence(full, child.pid, cut).catch((): StartResult => ({
          started: false,
          reason: "already_started",
          message: cut.why,
        })),
      );
      const result = await Promise.race([ask(child, { start: full }), cutOff]);
      clearTimeout(timer);
      return result;
    },
    discard() {
      if (!isUsed && child.connected) {
        child.disconnect();
      }
    },
  };
}

function failed(message: string): StartResult {
  return { started: false, reason: "spawn_failed", message };
}

/** Settles with the holder's own word, and never without one. */
function ask(child: ChildProcess, message: ToHolder): Promise<StartResult> {
  return new Promise((resolve) => {
    child.on("message", (answer: FromHolder) => {
      if ("result" in answer) {
        resolve(answer.result);
      }
    });
    // One that cannot be asked is gone, or will be found silent.
    child.send(message, () => undefined);
  });
}

/**
 * A holder that was cut off may have started the command all the same. Once it had taken the job nobody else can
 * tell, so the start is not taken back: whoever follows the job learns what became of it.
 */
async function afterSilence(
  order: StartOrder,
  pid: number | undefined,
  { reason, why }: { reason: "holder_died" | "spawn_failed"; why: string },
): Promise<StartResult> {
  const holder = await findHolder(order.dataDir, order.jobId);
  if (holder.state === "none") {
    return { started: false, reason, message: why };
  }
  return holder.state === "alive" && holder.pid === pid && holder.childPid !== null
    ? { started: true, pid: holder.childPid }
    : { started: false, reason: "already_started", message: why };
}
