/**
 * Our own programs as processes: their output goes to a log file, and they get SIGTERM when their parent has exited.
 *
 * Each gets a session of its own. Ctrl-C in a terminal goes to every process of the foreground group at once, but parts
 * have to stop one after the other.
 */
import { spawn } from "node:child_process";
import { closeSync, existsSync, fstatSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { environment, ROOT } from "./root.ts";
import type { Part, RunningPart } from "./supervisor.ts";

export type Program = {
  name: string;
  /** Path of the program and its arguments, after any options of Node. */
  command: readonly string[];
  /** Called at each start. */
  env: () => Record<string, string | undefined>;
  log: string;
  /** A descriptor that it inherits, to keep the file lock. */
  lock?: number | undefined;
};
type Readiness = {
  /** Whether others can use it. Throwing counts as no. */
  isReady: (pid: number) => Promise<boolean>;
  stopTimeoutMs?: number;
};

/** A machine may be ten times slower than ours, and busy. */
const READY_TIMEOUT_MS = 240_000;
const STOP_TIMEOUT_MS = 10_000;
const ROTATE_BYTES = 5_000_000;
const LOG_LINES_SHOWN = 15;

/** Runs a program to its end. Rejects with the end of its output when it fails. */
export async function runProgram(program: Program, signal?: AbortSignal): Promise<void> {
  const running = startProgram(program);
  const stop = (): void => void running.stop();
  signal?.addEventListener("abort", stop);
  if (signal?.aborted === true) stop();
  const how = await running.gone;
  signal?.removeEventListener("abort", stop);
  if (how !== "exit 0") {
    throw new Error(`${program.name} failed (${how}), see ${program.log}${running.output()}`);
  }
}

export function programPart(program: Program & Readiness): Part {
  return {
    name: program.name,
    async start(signal) {
      const running = startProgram(program, program.stopTimeoutMs);
      const end = performance.now() + READY_TIMEOUT_MS;
      while (running.exit() === undefined) {
        if (running.pid !== undefined && (await program.isReady(running.pid).catch(() => false))) {
          return running;
        }
        if (signal.aborted || performance.now() > end) {
          await running.stop();
          signal.throwIfAborted();
          throw new Error(
            `${program.name} is not ready after ${READY_TIMEOUT_MS / 1000} s${running.output()}`,
          );
        }
        await sleep(50);
      }
      throw new Error(`${program.name} exited before it was ready (${running.exit()})${running.output()}`);
    },
  };
}

type Started = RunningPart & { exit(): string | undefined; output(): string };

function startProgram({ command, env, log, lock }: Program, stopTimeoutMs = STOP_TIMEOUT_MS): Started {
  const output = openLog(log);
  const outputStart = fstatSync(output).size;
  const child = spawn("setpriv", ["--pdeathsig", "TERM", process.execPath, ...command], {
    cwd: ROOT,
    env: environment(env()),
    detached: true,
    stdio: ["ignore", output, output, lock ?? "ignore"],
  });
  closeSync(output);
  let exit: string | undefined;
  const gone = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit ${code}`));
  }).then((how) => (exit = how));
  return {
    pid: child.pid,
    gone,
    exit: () => exit,
    output: () => (statSync(log).size > outputStart ? `\n${lastLines(log, LOG_LINES_SHOWN)}` : ""),
    async stop() {
      if (exit !== undefined) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
      await gone;
      clearTimeout(timer);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

/** For appending; a file that has grown is moved aside. The caller closes the descriptor. */
export function openLog(path: string): number {
  if (existsSync(path) && statSync(path).size > ROTATE_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}

export function lastLines(path: string, count: number): string {
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}
