// A worker in a separate process, with its log.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bareEnvironment } from "./bare-environment.ts";
import { until } from "./until.ts";

const WORKER = fileURLToPath(new URL("../../worker/main.ts", import.meta.url));

export type WorkerProcess = {
  readonly pid: number;
  /** The lines it has logged so far, with their facts beside the fields of the schema. */
  log(): Record<string, unknown>[];
  signal(name: NodeJS.Signals): void;
  /** SIGKILL. */
  die(): Promise<void>;
  /** SIGTERM. @returns the exit code. */
  stop(): Promise<number | null>;
  readonly isGone: boolean;
};

/** @param through a program, with its arguments, that runs the worker with exec; empty: the worker is started directly. */
export function spawnWorker(through: readonly string[], env: Record<string, string>): WorkerProcess {
  const [program = process.execPath, ...args] = through;
  if (through.length > 0) args.push(process.execPath);
  const child: ChildProcess = spawn(program, [...args, WORKER], {
    env: bareEnvironment(env),
    // In the process group of the test file, so that it is killed with it.
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (part: string) => (text += part));
  child.stderr?.setEncoding("utf8").on("data", (part: string) => (text += part));
  const { promise: gone, resolve } = Promise.withResolvers<number | null>();
  child.once("exit", (code) => resolve(code));
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  const pid = child.pid;
  if (pid === undefined) throw new Error("the worker could not be started");
  return {
    pid,
    log: () => text.split("\n").filter(Boolean).map(parseLine),
    signal: (name) => void child.kill(name),
    async die() {
      if (!isGone()) child.kill("SIGKILL");
      await gone;
    },
    stop() {
      child.kill("SIGTERM");
      return gone;
    },
    get isGone() {
      return isGone();
    },
  };
}

export async function untilReady(worker: WorkerProcess): Promise<void> {
  await until("the worker to be ready", () => {
    if (worker.isGone) throw new Error(`the worker exited: ${JSON.stringify(worker.log().slice(-5))}`);
    return worker.log().some((line) => line["message"] === "worker: ready");
  });
}

function parseLine(line: string): Record<string, unknown> {
  try {
    const { spiderpig, ...fields } = JSON.parse(line) as { spiderpig?: object };
    return { ...fields, ...spiderpig };
  } catch {
    return { stderr: line };
  }
}
