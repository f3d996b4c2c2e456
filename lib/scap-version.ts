// `scap version`: whether SCAP_COMMAND runs on this host.
import { spawn } from "node:child_process";

/** Loading scap takes seconds on a busy host. */
const TIMEOUT_MS = 30_000;
const OUTPUT_MAX = 10_000;
const SHOWN_MAX = 200;

export type ScapVersion = { version: string } | { problem: string };

/** @param options.env the whole environment; undefined: that of this process. */
export function readScapVersion(
  command: readonly string[],
  options: { cwd: string | undefined; env?: Record<string, string> },
): Promise<ScapVersion> {
  const [program = "", ...args] = command;
  const { promise, resolve } = Promise.withResolvers<ScapVersion>();
  const child = spawn(program, [...args, "version"], {
    cwd: options.cwd,
    ...(options.env === undefined ? {} : { env: options.env as NodeJS.ProcessEnv }),
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  let printed = "";
  const keep = (part: string) => {
    if (printed.length < OUTPUT_MAX) printed += part;
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  child.once("error", (error) => resolve({ problem: `cannot run ${program}: ${error.message}` }));
  child.once("exit", (code, signal) => {
    // Not "close": a process that it left behind may keep its output open.
    setImmediate(() => resolve(resultOf(program, code, signal, firstLine(printed))));
  });
  return promise;
}

function resultOf(program: string, code: number | null, signal: string | null, line: string): ScapVersion {
  if (code === 0) return { version: line === "" ? "unknown" : line };
  const end = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
  return { problem: `${program} version ${end}${line === "" ? "" : `: ${line}`}` };
}

function firstLine(text: string): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  return line.replace(/\p{Cc}/gu, " ").slice(0, SHOWN_MAX);
}
