// Runs real programs on a terminal, in the languages of the tests of interactive programs.
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { startLiveJob, type LiveJob } from "./live-job.ts";

/** @returns why a test is skipped, when one of the programs is not installed. */
export const skipWithout = (...programs: string[]): string | false => {
  const missing = programs.find((program) => spawnSync("which", [program]).status !== 0);
  return missing === undefined ? false : `${missing} is not installed`;
};

const PATH = `${path.dirname(process.execPath)}:${process.env["PATH"] ?? "/usr/bin:/bin"}`;

export function run(t: TestContext, argv: string[], cwd?: string): Promise<LiveJob> {
  const env = { PATH, TERM: "xterm-256color", LANG: "C.UTF-8", HOME: tmpdir() };
  return startLiveJob(t, { argv, env, ...(cwd === undefined ? {} : { cwd }) });
}

export const python = (t: TestContext, script: string): Promise<LiveJob> =>
  run(t, ["python3", "-u", "-c", script]);
export const node = (t: TestContext, script: string): Promise<LiveJob> =>
  run(t, [process.execPath, "-e", script]);
export const bash = (t: TestContext, script: string): Promise<LiveJob> => run(t, ["bash", "-c", script]);
