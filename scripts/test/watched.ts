/**
 * Runs one program of tests (a file of node:test, or Playwright) and ends it when it makes no progress: neither
 * `node --test` nor Playwright ends an endless loop, or what a test leaves behind.
 *
 * The program gets a process group of its own, so that everything it started is killed with it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, closeSync, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { inProject, ROOT } from "../root.ts";
import { Tally, type Counts, type TestEvent } from "./tally.ts";

/** Longer than any single test may take, on a slow and busy machine. */
const PROGRESS_TIMEOUT_MS = 600_000;

export type Watched = { counts: Counts; errors: string[]; skipped: string[] };

const groups = new Set<number>();

/** Arguments of node to run test files, with the events of `npm test`. */
export function nodeTestArguments(file: string): string[] {
  const reporter = pathToFileURL(inProject("scripts/test/node-reporter.ts")).href;
  const spec = ["--test-reporter=spec", "--test-reporter-destination=stdout"];
  return [...spec, `--test-reporter=${reporter}`, "--test-reporter-destination=stderr", file];
}

export async function runWatched(command: {
  /** How it is called in errors. */
  name: string;
  /** Of Node. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Takes the program's output. */
  log: string;
  progressTimeoutMs?: number;
}): Promise<Watched> {
  const { name, args, env, log, progressTimeoutMs = PROGRESS_TIMEOUT_MS } = command;
  const output = openSync(log, "w");
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ["ignore", output, output, "pipe"],
  });
  closeSync(output);
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);
  const tally = new Tally();
  const errors: string[] = [];
  const kill = (why: string): void => {
    errors.push(`${name}: killed, ${why}`);
    killGroup(pid);
  };

  const onTimeout = (): void =>
    kill(`no progress for ${progressTimeoutMs / 1000} s, in "${[...tally.running].at(-1) ?? "no test"}"`);
  const timer = setTimeout(onTimeout, progressTimeoutMs);
  const lines = createInterface({ input: child.stdio[3] as NodeJS.ReadableStream });
  lines.on("line", (line) => {
    timer.refresh();
    const event = JSON.parse(line) as TestEvent;
    if (event.kind === "open") {
      kill(`because it did not exit after its last test. Still open: ${event.resources.join(", ")}`);
    } else {
      tally.add(event);
    }
  });
  const closed = once(lines, "close");
  const failure = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
  clearTimeout(timer);
  killGroup(pid);
  if (pid !== undefined) groups.delete(pid);
  await Promise.race([closed, sleep(1_000)]);
  lines.close();

  const counts = tally.counts();
  // A failed test ends its file with 1, which is counted already; any other end is an error of its own.
  if (failure !== undefined && counts.failed === 0 && errors.length === 0) errors.push(`${name}: ${failure}`);
  for (const error of errors) appendFileSync(log, `\n${error}\n`);
  return {
    counts: { ...counts, failed: counts.failed + errors.length },
    errors,
    skipped: tally.skipped,
  };
}

/** For the end of the runner. */
export function killAllWatched(): void {
  for (const pid of groups) killGroup(pid);
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // The group is empty, as it should be.
  }
}
