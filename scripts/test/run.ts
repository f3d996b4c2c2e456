/**
 * Runs one program of a test run: a check, a file of node:test, or Playwright. Its output goes to a log.
 *
 * The program gets a process group of its own and a time limit, so that an endless loop is ended, and whatever a test leaves
 * behind: neither `node --test` nor Playwright does that.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { inProject, ROOT } from "../root.ts";

/** @param skipped names of tests, each with the reason. */
export type Counts = { passed: number; failed: number; skipped: readonly string[] };
export type Result = Counts & { output: string };
export type Program = {
  /** How it is called in errors. */
  name: string;
  command: readonly string[];
  log: string;
  /** A reporter sends the counts; otherwise the program passes or fails as a whole. */
  reportsCounts: boolean;
  limitMs?: number;
};

/** Longer than any single test may take, on a slow and busy machine. Node names the test that exceeds it. */
const TEST_TIMEOUT_MS = 600_000;
const LIMIT_MS = 1_800_000;
/** The lines of a failed program that are shown. All of them are in its log. */
const LINES_SHOWN = 200;

const groups = new Set<number>();

/** A test that leaves something open does not keep its process alive. */
export function nodeTest(file: string): string[] {
  const reporter = pathToFileURL(inProject("scripts/test/node-reporter.ts")).href;
  return [
    process.execPath,
    "--test-force-exit",
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    `--test-reporter=${reporter}`,
    "--test-reporter-destination=stderr",
    file,
  ];
}

export async function run(program: Program, env: NodeJS.ProcessEnv): Promise<Result> {
  const { name, log, reportsCounts, limitMs = LIMIT_MS } = program;
  const [command = "", ...args] = program.command;
  const output = openSync(log, "w");
  const child = spawn(command, args, {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ["ignore", output, output, "pipe"],
  });
  closeSync(output);
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    killGroup(pid);
  }, limitMs);
  let report = "";
  child.stdio[3]?.on("data", (part: Buffer) => (report += part.toString()));
  const closed = once(child, "close").catch(() => undefined);
  const ending = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit ${code}`));
  });
  clearTimeout(timer);
  killGroup(pid);
  if (pid !== undefined) groups.delete(pid);
  // A process that left the group may still hold the pipe.
  await Promise.race([closed, sleep(1_000)]);

  const isGood = ending === "exit 0";
  if (!reportsCounts) {
    return {
      passed: isGood ? 1 : 0,
      failed: isGood ? 0 : 1,
      skipped: [],
      output: isGood ? "" : shownOf(log),
    };
  }
  const counts = countsOf(report);
  // A failed test ends the program with 1 and is counted; any other end is a failure of its own.
  if (counts.failed > 0 || isGood) {
    return { ...counts, output: counts.failed > 0 ? `${name}\n${shownOf(log)}` : "" };
  }
  const why = isLate ? `killed after ${limitMs / 1000} s` : `ended with ${ending}`;
  return { ...counts, failed: 1, output: `${shownOf(log)}\n${name}: ${why}` };
}

/** For the end of the runner. */
export function killAll(): void {
  for (const pid of groups) killGroup(pid);
}

/** Nothing was reported if the program was killed or could not be loaded. */
function countsOf(report: string): Counts {
  return report === "" ? { passed: 0, failed: 0, skipped: [] } : (JSON.parse(report) as Counts);
}

/** Of node:test, what it says about failed tests at the end; of others, the last lines. */
function shownOf(log: string): string {
  const output = readFileSync(log, "utf8").trimEnd();
  const lines = output.slice(Math.max(output.lastIndexOf("✖ failing tests:"), 0)).split("\n");
  return lines.length <= LINES_SHOWN
    ? lines.join("\n")
    : [`… all lines: ${log}`, ...lines.slice(-LINES_SHOWN)].join("\n");
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // The group is empty, as it should be.
  }
}
