// One place for a program that is killed, stopped, put to sleep and started again. Whatever ends without being told to
// is a fault of the program.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export type Slot = {
  readonly name: string;
  readonly pid: number | undefined;
  /** False when it is down, asleep or about to be: then nothing was done. */
  kill(downMs: number): Promise<boolean>;
  stop(downMs: number): Promise<boolean>;
  pause(ms: number): Promise<boolean>;
  /** Awake and running again, whatever was done to it. */
  heal(): Promise<void>;
  /** SIGTERM, for good. */
  end(): Promise<void>;
  /** SIGKILL, for good. */
  destroy(): Promise<void>;
  /** The most memory that it had at any look, in bytes. */
  readonly memoryPeak: number;
  /** What it said since the last call. */
  takeLog(): string;
};

/** A worker gives itself three seconds, a web process less; the rest is for a machine with too much to do. */
const STOP_BOUND_MS = 60_000;

export function createSlot(options: {
  name: string;
  program: readonly string[];
  env: Record<string, string>;
  logFile: string;
  onFault: (fault: string) => void;
}): Slot {
  const { name, onFault } = options;
  let child: ChildProcess;
  let gone: Promise<void> = Promise.resolve();
  let isExpectedToEnd = false;
  let isBusy = false;
  let isOver = false;
  let memoryPeak = 0;
  let logTaken = 0;
  /** What is being done to it. */
  let deed: Promise<unknown> = Promise.resolve();
  let wake: (() => void) | undefined;
  start();

  function start(): void {
    const log = openSync(options.logFile, "a");
    const started = spawn(process.execPath, [...options.program], {
      env: options.env as NodeJS.ProcessEnv,
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
    child = started;
    isExpectedToEnd = false;
    gone = new Promise((resolve) => {
      started.once("error", (error) => onFault(`${name} does not start: ${error.message}`));
      started.once("exit", (code, signal) => {
        if (!isExpectedToEnd) onFault(`${name} ended by itself: ${signal ?? `exit ${code}`}`);
        resolve();
      });
    });
  }

  function isRunning(): boolean {
    return child.exitCode === null && child.signalCode === null;
  }

  /** One thing at a time; what comes meanwhile is left undone. */
  async function exclusively(work: () => Promise<void>): Promise<boolean> {
    if (isBusy || isOver || !isRunning()) return false;
    isBusy = true;
    memoryPeak = Math.max(memoryPeak, residentBytes(child.pid));
    const doing = work().finally(() => (isBusy = false));
    deed = doing.catch(() => undefined);
    await doing;
    return true;
  }

  /** Cut short by `heal`. */
  async function rest(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }

  async function terminate(): Promise<void> {
    isExpectedToEnd = true;
    child.kill("SIGTERM");
    const isGone = await Promise.race([gone.then(() => true), sleep(STOP_BOUND_MS, false)]);
    if (!isGone) {
      onFault(`${name} did not end within ${STOP_BOUND_MS} ms of SIGTERM`);
      child.kill("SIGKILL");
      await gone;
      // A signal that came before the program had its handler ends it too.
    } else if (child.exitCode !== 0 && child.signalCode !== "SIGTERM") {
      onFault(`${name} was asked to stop and ended with ${child.signalCode ?? `exit ${child.exitCode}`}`);
    }
  }

  return {
    name,
    get pid() {
      return isRunning() ? child.pid : undefined;
    },
    kill: (downMs) =>
      exclusively(async () => {
        isExpectedToEnd = true;
        child.kill("SIGKILL");
        await gone;
        await rest(downMs);
        if (!isOver) start();
      }),
    stop: (downMs) =>
      exclusively(async () => {
        await terminate();
        await rest(downMs);
        if (!isOver) start();
      }),
    pause: (ms) =>
      exclusively(async () => {
        child.kill("SIGSTOP");
        await rest(ms);
        child.kill("SIGCONT");
      }),
    async heal() {
      wake?.();
      await deed;
      if (!isRunning() && !isOver) start();
    },
    async end() {
      isOver = true;
      wake?.();
      await deed;
      memoryPeak = Math.max(memoryPeak, residentBytes(child.pid));
      if (isRunning()) await terminate();
    },
    async destroy() {
      isOver = true;
      isExpectedToEnd = true;
      wake?.();
      if (isRunning()) child.kill("SIGKILL");
      await deed;
      await gone;
    },
    get memoryPeak() {
      memoryPeak = Math.max(memoryPeak, residentBytes(child.pid));
      return memoryPeak;
    },
    takeLog() {
      const text = readFileSync(options.logFile, "utf8");
      const news = text.slice(logTaken);
      logTaken = text.length;
      return news;
    },
  };
}

function residentBytes(pid: number | undefined): number {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(found?.[1] ?? 0) * 1024;
  } catch {
    return 0; // it has just ended
  }
}
