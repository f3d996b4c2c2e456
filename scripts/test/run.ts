/**
 * Runs one program of a test run: a check, files of node:test, or Playwright. Its output goes to a log. The counts are those
 * of the summary that node:test (reporter spec) and Playwright (reporter list) print at the end.
 *
 * The program gets a process group, a temporary directory and a time limit of its own. What it leaves behind is killed: the
 * processes of the group, and those that have the directory in their environment, because a holder leaves the group by design.
 * Neither `node --test` nor Playwright does that, nor do they end an endless loop.
 */
import { spawn } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killHard, processesOf } from "../processes.ts";
import { inProject, ROOT } from "../root.ts";

/** @param skipped names of tests, with the reasons that node:test prints. */
export type Counts = { passed: number; failed: number; skipped: readonly string[] };
export type Result = Counts & { output: string };
export type Program = {
  /** How it is called in errors. */
  name: string;
  command: readonly string[];
  log: string;
  /** A check passes or fails as a whole. */
  isCheck?: boolean;
  limitMs?: number;
};

/** For what Node cannot end, such as an endless loop. */
const LIMIT_MS = 3_600_000;
/** The lines of a failed program that are shown. All of them are in its log. */
const LINES_SHOWN = 200;

/** Process group → temporary directory. */
const running = new Map<number, string>();

/** All files in one process. A test that leaves something open does not keep it alive. */
export function nodeTest(files: readonly string[]): string[] {
  const options = ["--test-force-exit", "--test-reporter=spec"];
  return [process.execPath, ...options, inProject("scripts/test/several-files.ts"), ...files];
}

export async function run(program: Program, env: NodeJS.ProcessEnv): Promise<Result> {
  const { name, log, isCheck = false, limitMs = LIMIT_MS } = program;
  const [command = "", ...args] = program.command;
  const output = openSync(log, "w");
  const directory = mkdtempSync(join(env["TMPDIR"] ?? tmpdir(), "run-"));
  // As /tmp is: tests act as several users.
  chmodSync(directory, 0o1777);
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...env, TMPDIR: directory },
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  const { pid = 0 } = child;
  running.set(pid, directory);
  const startedAt = performance.now();
  const timer = setTimeout(() => killAll(pid, directory), limitMs);
  const ending = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit ${code}`));
  });
  const isLate = performance.now() - startedAt >= limitMs;
  clearTimeout(timer);
  killAll(pid, directory);
  running.delete(pid);

  const text = readFileSync(log, "utf8").trimEnd();
  const isGood = ending === "exit 0";
  if (isGood) rmSync(directory, { recursive: true, force: true });
  const counts = isCheck ? { passed: Number(isGood), failed: 0, skipped: [] } : countsOf(text);
  if (isGood) return { ...counts, output: "" };
  // A failed test ends the program with 1 and is counted; any other end is a failure of its own.
  if (counts.failed > 0) return { ...counts, output: `${name}\n${shownOf(text, log)}` };
  const why = isLate ? `killed after ${limitMs / 1000} s` : `ended with ${ending}`;
  const file = text.match(FILE_BEGINNING)?.at(-1)?.slice(2) ?? name;
  return { ...counts, failed: 1, output: `${shownOf(text, log)}\n${file}: ${why}` };
}

/** For the end of the runner. */
export function killRunning(): void {
  for (const [pid, directory] of running) killAll(pid, directory);
}

/** Printed by several-files.ts. */
const FILE_BEGINNING = /^# .+\.test\.m?[jt]s$/gm;
const COUNT =
  /^(?:ℹ (pass|fail|cancelled) (\d+)| {2}(\d+) (passed|failed|flaky|interrupted|did not run|errors? w).*)$/gm;
const SKIPPED = /^\s*(?:\S (.+) \([\d.]+ms\) # (.+)|-\s+\d+ (.+))$/gm;

/** Nothing was counted if the program was killed or could not be loaded. */
function countsOf(text: string): Counts {
  // A test may print the output of another run: the last number of each kind counts.
  const numbers = new Map<string, number>();
  for (const [, kind = "", tests, count, outcome = ""] of text.matchAll(COUNT)) {
    numbers.set(kind + outcome, Number(tests ?? count));
  }
  const passed = numbers.get("pass") ?? numbers.get("passed") ?? 0;
  const all = [...numbers.values()].reduce((sum, count) => sum + count, 0);
  const skipped = [...text.matchAll(SKIPPED)].map(([, name, reason, title = ""]) =>
    name === undefined ? title : `${name} (${reason})`,
  );
  return { passed, failed: all - passed, skipped };
}

/** Of node:test, what it says about failed tests at the end; of others, the last lines. */
function shownOf(text: string, log: string): string {
  const lines = text.slice(Math.max(text.lastIndexOf("✖ failing tests:"), 0)).split("\n");
  return lines.length <= LINES_SHOWN
    ? lines.join("\n")
    : [`… all lines: ${log}`, ...lines.slice(-LINES_SHOWN)].join("\n");
}

/** @param pid 0 if the program was not started. */
function killAll(pid: number, directory: string): void {
  // The group is empty, as it should be, if this returns false.
  if (pid > 0) killHard(-pid);
  for (const left of processesOf(directory)) killHard(left.pid);
}
