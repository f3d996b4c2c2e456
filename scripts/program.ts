/**
 * A program as a process: its output goes to a log file, and it is stopped when its parent has exited for any reason.
 *
 * Each gets a session of its own. Ctrl-C in a terminal goes to every process of the foreground group at once, but parts
 * have to stop one after the other.
 */
import { spawn } from "node:child_process";
import { closeSync, existsSync, fstatSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { environment, ROOT } from "./root.ts";

export type Program = {
  name: string;
  command: readonly string[];
  /** Options of setpriv(1) for another account. It resets the signal below, so both are in one call. */
  account?: readonly string[];
  /** Called at each start. */
  env: () => NodeJS.ProcessEnv;
  log: string;
  /** A descriptor that it inherits, to keep the file lock. */
  lock?: number | undefined;
  /** It gets this signal from stop(), and when its parent has exited. */
  stopSignal?: "TERM" | "INT";
  /** Sent by kill(), and when the program does not stop in time. */
  killSignal?: NodeJS.Signals;
  stopTimeoutMs?: number;
  /** Whether others can use it. Throwing counts as no. */
  isReady?: (pid: number) => boolean | Promise<boolean>;
};
export type RunningProgram = {
  pid: number;
  /** Resolves when it has exited, with how: "exit 1", "SIGKILL". Never rejects. */
  gone: Promise<string>;
  /** Resolves when it has exited. */
  stop(): Promise<void>;
  kill(): void;
};

/** A machine may be ten times slower than ours, and busy. */
const READY_TIMEOUT_MS = 240_000;
const STOP_TIMEOUT_MS = 10_000;
const ROTATE_BYTES = 5_000_000;
const LOG_LINES_SHOWN = 15;

/** One of ours, on the Node of the project. */
export function nodeProgram(args: readonly string[], env: () => Record<string, string | undefined>) {
  return { command: [process.execPath, ...args], env: () => environment(env()) };
}

/** Runs a program to its end. Rejects with the end of its output when it fails. */
export async function runProgram(program: Program, signal?: AbortSignal): Promise<void> {
  const { running, output } = spawnProgram(program);
  const stop = (): void => void running.stop();
  signal?.addEventListener("abort", stop);
  if (signal?.aborted === true) stop();
  const how = await running.gone;
  signal?.removeEventListener("abort", stop);
  if (how !== "exit 0") throw new Error(`${program.name} failed (${how}), see ${program.log}${output()}`);
}

/** Resolves when others can use it. Rejects with the end of its output when it exits before. */
export async function startProgram(program: Program, signal?: AbortSignal): Promise<RunningProgram> {
  const { name } = program;
  const { running, exit, output } = spawnProgram(program);
  const end = performance.now() + READY_TIMEOUT_MS;
  while (exit() === undefined) {
    if (await isUp(program, running.pid)) return running;
    if (signal?.aborted === true || performance.now() > end) {
      await running.stop();
      signal?.throwIfAborted();
      throw new Error(`${name} is not ready after ${READY_TIMEOUT_MS / 1000} s${output()}`);
    }
    await sleep(20);
  }
  throw new Error(`${name} exited before it was ready (${exit()})${output()}`);
}

async function isUp({ isReady = () => true }: Program, pid: number): Promise<boolean> {
  try {
    return await isReady(pid);
  } catch {
    return false;
  }
}

function spawnProgram(program: Program) {
  const { command, account = [], env, log, lock, stopSignal = "TERM", killSignal = "SIGKILL" } = program;
  const descriptor = openLog(log);
  const start = fstatSync(descriptor).size;
  const child = spawn("setpriv", [...account, "--pdeathsig", stopSignal, ...command], {
    cwd: ROOT,
    env: env(),
    detached: true,
    stdio: ["ignore", descriptor, descriptor, lock ?? "ignore"],
  });
  closeSync(descriptor);
  let exit: string | undefined;
  const gone = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit ${code}`));
  }).then((how) => (exit = how));
  const running: RunningProgram = {
    pid: child.pid ?? 0,
    gone,
    async stop() {
      if (exit !== undefined) return;
      child.kill(`SIG${stopSignal}`);
      const timer = setTimeout(() => child.kill(killSignal), program.stopTimeoutMs ?? STOP_TIMEOUT_MS);
      await gone;
      clearTimeout(timer);
    },
    kill: () => void child.kill(killSignal),
  };
  const output = (): string => (statSync(log).size > start ? `\n${lastLines(log, LOG_LINES_SHOWN)}` : "");
  return { running, exit: () => exit, output };
}

/** For appending; a file that has grown is moved aside. The caller closes the descriptor. */
function openLog(path: string): number {
  if (existsSync(path) && statSync(path).size > ROTATE_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}

function lastLines(path: string, count: number): string {
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}
