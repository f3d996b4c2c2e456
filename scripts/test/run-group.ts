/** One group of tests, as pieces of work that can run at the same time. */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { inProject, ROOT } from "../root.ts";
import { findChromium } from "./chromium.ts";
import type { CheckGroup, Group } from "./groups.ts";
import { quarantinedIn, withQuarantined } from "./quarantine.ts";
import type { Counts } from "./tally.ts";
import { nodeTestArguments, runWatched } from "./watched.ts";

export type Result = {
  counts: Counts;
  errors: readonly string[];
  skipped: readonly string[];
  output: string;
};
export type Piece = { group: Group; needsPages: boolean; run: () => Promise<Result> };

export const LOGS = inProject(".cache/test");
/** The lines of a failed program that are shown. All of them are in its log. */
const LINES_SHOWN = 200;

export function piecesOf(group: Group, files: readonly string[], env: NodeJS.ProcessEnv): Piece[] {
  const logs = join(LOGS, group.name);
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  const logOf = (file: string): string => join(logs, `${relative("tests", file).replaceAll("/", "-")}.log`);
  switch (group.kind) {
    case "check":
      return [{ group, needsPages: false, run: () => runCheck(group, env, join(logs, "check.log")) }];
    case "files":
      return files.map((file) => ({
        group,
        needsPages: group.needsPages ?? false,
        run: () => runFile(file, env, logOf(file)),
      }));
    case "browser":
      return [{ group, needsPages: true, run: () => runBrowser(files, env, join(logs, "playwright.log")) }];
  }
}

async function runCheck({ commands }: CheckGroup, env: NodeJS.ProcessEnv, log: string): Promise<Result> {
  const output = openSync(log, "w");
  let isGood = true;
  for (const [program = "", ...args] of commands) {
    if (!isGood) break;
    const child = spawn(program, args, { cwd: ROOT, env, stdio: ["ignore", output, output] });
    isGood = await new Promise((resolve, reject) => {
      child.once("error", reject).once("exit", (code) => resolve(code === 0));
    });
  }
  closeSync(output);
  const counts = { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0 };
  return { counts, errors: [], skipped: [], output: isGood ? "" : shownOf(log) };
}

async function runFile(file: string, env: NodeJS.ProcessEnv, log: string): Promise<Result> {
  const quarantined = quarantinedIn([file]);
  const skip = quarantined.map(({ test }) => `--test-skip-pattern=/^${escapeRegExp(test)}$/`);
  const watched = await runWatched({ name: file, args: [...skip, ...nodeTestArguments(file)], env, log });
  const skipped = watched.skipped.map((test) => `${file}: ${test}`);
  const result = withQuarantined({ ...watched, skipped }, quarantined);
  return { ...result, output: result.counts.failed > 0 ? `${file}\n${shownOf(log)}` : "" };
}

async function runBrowser(files: readonly string[], env: NodeJS.ProcessEnv, log: string): Promise<Result> {
  const quarantined = quarantinedIn(files);
  const skip = quarantined.map(({ test }) => `${escapeRegExp(test)}$`).join("|");
  const watched = await runWatched({
    name: "Playwright",
    args: [
      inProject("node_modules/@playwright/test/cli.js"),
      "test",
      `--reporter=list,${inProject("scripts/test/playwright-reporter.ts")}`,
      ...(skip === "" ? [] : ["--grep-invert", skip]),
      ...files,
    ],
    env: { ...env, CHROMIUM_PATH: findChromium() },
    log,
  });
  const result = withQuarantined(watched, quarantined);
  return { ...result, output: result.counts.failed > 0 ? shownOf(log) : "" };
}

/** Of node:test, what it says about failed tests at the end; of others, the last lines. */
function shownOf(log: string): string {
  const output = readFileSync(log, "utf8").trimEnd();
  const failures = output.slice(Math.max(output.lastIndexOf("✖ failing tests:"), 0));
  const lines = failures.split("\n");
  const left = lines.length - LINES_SHOWN;
  return [...(left > 0 ? [`… ${left} more lines: ${log} …`] : []), ...lines.slice(-LINES_SHOWN)].join("\n");
}

export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
