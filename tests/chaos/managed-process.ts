// A program that is killed, stopped, paused and restarted. An exit that was not requested is a violation.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { bareEnvironment } from "../support/bare-environment.ts";

export type ManagedProcess = {
  readonly name: string;
  readonly pid: number | undefined;
  /** False when a fault is active already: then nothing was done. */
  kill(downMs: number): Promise<boolean>;
  stop(downMs: number): Promise<boolean>;
  pause(ms: number): Promise<boolean>;
  /** Ends the active fault: the program runs again. */
  heal(): Promise<void>;
  /** SIGTERM, without a restart. */
  end(): Promise<void>;
  /** SIGKILL, without a restart. */
  destroy(): Promise<void>;
  /** Peak resident memory in bytes. */
  readonly memoryPeak: number;
  /** The log output since the last call. */
  takeLog(): string;
};

/** A worker stops within three seconds, a web process earlier; the rest is for an overloaded machine. */
const STOP_TIMEOUT_MS = 60_000;

export function manageProcess(options: {
  name: string;
  program: readonly string[];
  env: Record<string, string>;
  logFile: string;
  onViolation: (violation: string) => void;
}): ManagedProcess {
  const { name, onViolation } = options;
  let child: ChildProcess;
  let exited: Promise<void> = Promise.resolve();
  let isExpectedToEnd = false;
  let isBusy = false;
  let isOver = false;
  let memoryPeak = 0;
  let logTaken = 0;
  let currentFault: Promise<unknown> = Promise.resolve();
  let endWait: (() => void) | undefined;
  start();

  function start(): void {
    const log = openSync(options.logFile, "a");
    const started = spawn(process.execPath, [...options.program], {
      env: bareEnvironment(options.env),
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
    child = started;
    isExpectedToEnd = false;
    exited = new Promise((resolve) => {
      started.once("error", (error) => onViolation(`${name} does not start: ${error.message}`));
      started.once("exit", (code, signal) => {
        if (!isExpectedToEnd) onViolation(`${name} exited unexpectedly: ${signal ?? `exit ${code}`}`);
        resolve();
      });
    });
  }

  function isRunning(): boolean {
    return child.exitCode === null && child.signalCode === null;
  }

  /** One fault at a time; a second one is skipped. */
  async function exclusively(work: () => Promise<void>): Promise<boolean> {
    if (isBusy || isOver || !isRunning()) return false;
    isBusy = true;
    memoryPeak = Math.max(memoryPeak, residentBytes(child.pid));
    const doing = work().finally(() => (isBusy = false));
    currentFault = doing.catch(() => undefined);
    await doing;
    return true;
  }

  /** Ended early by `heal`. */
  async function waitDown(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    endWait = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }

  async function terminate(): Promise<void> {
    isExpectedToEnd = true;
    child.kill("SIGTERM");
    const hasExited = await Promise.race([
      exited.then(() => true),
      sleep(STOP_TIMEOUT_MS, false, { ref: false }),
    ]);
    if (!hasExited) {
      onViolation(`${name} did not exit within ${STOP_TIMEOUT_MS} ms of SIGTERM`);
      child.kill("SIGKILL");
      await exited;
      // SIGTERM before the handler is installed ends the program as well.
    } else if (child.exitCode !== 0 && child.signalCode !== "SIGTERM") {
      onViolation(`${name} exited after SIGTERM with ${child.signalCode ?? `exit ${child.exitCode}`}`);
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
        await exited;
        await waitDown(downMs);
        if (!isOver) start();
      }),
    stop: (downMs) =>
      exclusively(async () => {
        await terminate();
        await waitDown(downMs);
        if (!isOver) start();
      }),
    pause: (ms) =>
      exclusively(async () => {
        child.kill("SIGSTOP");
        await waitDown(ms);
        child.kill("SIGCONT");
      }),
    async heal() {
      endWait?.();
      await currentFault;
      if (!isRunning() && !isOver) start();
    },
    async end() {
      isOver = true;
      endWait?.();
      await currentFault;
      memoryPeak = Math.max(memoryPeak, residentBytes(child.pid));
      if (isRunning()) await terminate();
    },
    async destroy() {
      isOver = true;
      isExpectedToEnd = true;
      endWait?.();
      if (isRunning()) child.kill("SIGKILL");
      await currentFault;
      await exited;
    },
    get memoryPeak() {
      memoryPeak = Math.max(memoryPeak, residentBytes(child.pid));
      return memoryPeak;
    },
    takeLog() {
      const text = readFileSync(options.logFile, "utf8");
      const added = text.slice(logTaken);
      logTaken = text.length;
      return added;
    },
  };
}

function residentBytes(pid: number | undefined): number {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(found?.[1] ?? 0) * 1024;
  } catch {
    return 0; // it has exited
  }
}
