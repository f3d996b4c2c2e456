/**
 * A part that is one of our own programs: a process with its output in a log file and a lifeline, so that it stops
 * when the supervisor is killed.
 *
 * It gets a session of its own. A Ctrl-C in the terminal goes to every process of the foreground group at once, and
 * the parts are to stop one after the other.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { lastLines, openLog } from "./log-files.ts";
import { environment, inProject, ROOT } from "./root.ts";
import { EndedEarly, type Part, type RunningPart } from "./supervisor.ts";

export type ProgramPart = {
  name: string;
  /** Path of the program and its arguments; asked at each start. */
  command: readonly [program: string, ...args: string[]];
  env: () => Record<string, string | undefined>;
  log: string;
  /** Whether others can use it. What it throws counts as no. */
  isReady: (pid: number) => Promise<boolean>;
  readyBoundMs?: number;
  stopBoundMs?: number;
};

/** Only ends a hang: a machine may be ten times slower than ours, and have much else to do. */
const READY_BOUND_MS = 240_000;
const STOP_BOUND_MS = 10_000;
const LOG_LINES_SHOWN = 15;

export function programPart(program: ProgramPart): Part {
  return { kind: "part", name: program.name, start: (signal) => startProgram(program, signal) };
}

async function startProgram(part: ProgramPart, signal: AbortSignal): Promise<RunningPart> {
  const log = openLog(part.log);
  const logStart = statSync(part.log).size;
  const [program, ...args] = part.command;
  const lifeline = pathToFileURL(inProject("scripts/lifeline.ts")).href;
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, ["--import", lifeline, program, ...args], {
      cwd: ROOT,
      env: environment({ ...part.env(), SPIDERPIG_LIFELINE: String(process.pid) }),
      detached: true,
      stdio: ["ignore", log, log, "pipe"],
    });
  } catch (cause) {
    // Want of memory is told like this, and may be over in a moment.
    throw new EndedEarly(`${part.name} could not be started: ${String(cause)}`, { cause });
  } finally {
    closeSync(log);
  }
  const running = asRunning(child, part.stopBoundMs ?? STOP_BOUND_MS);
  let ended: string | undefined;
  void running.gone.then((how) => (ended = how));
  const boundMs = part.readyBoundMs ?? READY_BOUND_MS;
  const end = performance.now() + boundMs;
  while (ended === undefined) {
    if (running.pid !== undefined && (await part.isReady(running.pid).catch(() => false))) return running;
    if (signal.aborted || performance.now() > end) {
      await running.stop();
      signal.throwIfAborted();
      throw new Error(`${part.name} is not ready after ${boundMs / 1000} s${tail(part.log, logStart)}`);
    }
    await sleep(50);
  }
  throw new EndedEarly(`${part.name} ended before it was ready (${ended})${tail(part.log, logStart)}`);
}

/** The end of what it said since it was started. */
function tail(log: string, start: number): string {
  return statSync(log).size > start ? `\n${lastLines(log, LOG_LINES_SHOWN)}` : "";
}

function asRunning(child: ChildProcess, stopBoundMs: number): RunningPart {
  let isGone = false;
  const gone = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit ${code}`));
  }).then((how) => {
    isGone = true;
    return how;
  });
  return {
    pid: child.pid,
    gone,
    async stop() {
      if (isGone) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), stopBoundMs);
      await gone;
      clearTimeout(timer);
    },
    kill() {
      child.kill("SIGKILL");
    },
  };
}
