/** Runs one of our programs to its end, with its output in a log file; a failure shows the end of that. */
import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { lastLines, openLog } from "./log-files.ts";
import { environment, ROOT } from "./root.ts";

const LOG_LINES_SHOWN = 15;

export async function runProgram(options: {
  program: string;
  args?: readonly string[];
  env: Record<string, string | undefined>;
  log: string;
  signal?: AbortSignal;
}): Promise<void> {
  const log = openLog(options.log);
  const child = spawn(process.execPath, [options.program, ...(options.args ?? [])], {
    cwd: ROOT,
    env: environment(options.env),
    // Not in the terminal's foreground group: a Ctrl-C is for us to pass on.
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const end = (): void => void child.kill("SIGTERM");
  options.signal?.addEventListener("abort", end, { once: true });
  if (options.signal?.aborted === true) end();
  const failure = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit ${code}`)));
  });
  options.signal?.removeEventListener("abort", end);
  if (failure !== undefined)
    throw new Error(`${lastLines(options.log, LOG_LINES_SHOWN)}\n(${failure}, ${options.log})`);
}
