/**
 * Runs one group and says how it went. What to show of that is the caller's business.
 *
 * The pieces of all groups share the places of one pool: while the last file of a group waits, the first of the next
 * one is at work. What needs the pages, which is what takes longest, goes ahead of the rest once they are built.
 */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { SETTINGS } from "#lib/config.ts";
import { environment, inProject, ROOT } from "../root.ts";
import { findChromium } from "./chromium.ts";
import type { CheckGroup, FilesGroup, Group } from "./groups.ts";
import type { Pool } from "./pool.ts";
import { escapeRegExp, quarantinedIn, withQuarantined } from "./quarantine.ts";
import { sum, type Counts } from "./tally.ts";
import { runWatched, type Watched } from "./watched.ts";

export type Result = {
  counts: Counts;
  faults: readonly string[];
  /** What was skipped or quarantined: the file and the test. */
  skipped: readonly string[];
  output: string;
  /** From the beginning of its first piece to the end of its last. */
  tookMs: number;
};
export type Run = {
  /** Those of the group that are run; none of a check. */
  files: readonly string[];
  verbose: boolean;
  pool: Pool;
  /** Where the tests' temporary files go. */
  scratch: string;
  /** Where the output of each group and file goes. */
  logs: string;
  /** Called with how far a group is. */
  progress(detail: string): void;
  /** Address of a server of PostgreSQL, started when first asked for. */
  databaseUrl(): Promise<string>;
  /** Builds the pages when first asked to, if they have changed. */
  pages(): Promise<void>;
};

export async function perform(group: Group, run: Run): Promise<Result> {
  mkdirSync(run.logs, { recursive: true });
  rmSync(join(run.logs, group.name), { recursive: true, force: true });
  switch (group.kind) {
    case "check":
      return runCheck(group, run);
    case "files":
      return runFiles(group, run);
    case "browser":
      return runBrowser(group.name, run);
  }
}

async function runCheck(group: CheckGroup, run: Run): Promise<Result> {
  const log = join(run.logs, `${group.name}.log`);
  const output = openSync(log, "w");
  const begunAt = performance.now();
  let passed = true;
  for (const [program = "", ...args] of group.commands) {
    passed &&= await succeeds(program, args, testEnvironment(run), output);
  }
  closeSync(output);
  const counts = passed ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
  return {
    counts,
    faults: [],
    skipped: [],
    output: readFileSync(log, "utf8"),
    tookMs: performance.now() - begunAt,
  };
}

function succeeds(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  output: number,
): Promise<boolean> {
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ["ignore", output, output] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code === 0));
  });
}

async function runFiles(group: FilesGroup, run: Run): Promise<Result> {
  const { files } = run;
  const { name, database, pages: needsPages = false } = group;
  mkdirSync(join(run.logs, name), { recursive: true });
  const [env] = await Promise.all([
    database ? databaseEnvironment(run) : testEnvironment(run),
    needsPages ? run.pages() : undefined,
  ]);
  let begunAt: number | undefined;
  let done = 0;
  const runNext = async (file: string): Promise<FileResult> => {
    begunAt ??= performance.now();
    const result = await runFile(name, file, env, run);
    done += 1;
    run.progress(`${done} of ${files.length} files`);
    return result;
  };
  const results = await Promise.all(
    files.map((file) => run.pool.run(() => runNext(file), { isLong: needsPages })),
  );
  return {
    counts: sum(results.map((result) => result.counts)),
    faults: results.flatMap((result) => result.faults),
    skipped: results.flatMap((result) => result.skipped),
    output: results.map((result) => result.output).join(""),
    tookMs: sinceBeginning(begunAt),
  };
}

function sinceBeginning(begunAt: number | undefined): number {
  return begunAt === undefined ? 0 : performance.now() - begunAt;
}

type FileResult = Omit<Result, "tookMs">;

async function runFile(
  group: string,
  file: string,
  env: NodeJS.ProcessEnv,
  { logs, verbose }: Run,
): Promise<FileResult> {
  const log = join(logs, group, `${relative("tests", file).replaceAll("/", "-")}.log`);
  const quarantined = quarantinedIn([file]);
  const watched = await runWatched({
    name: file,
    program: process.execPath,
    args: [
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${pathToFileURL(inProject("scripts/test/node-reporter.ts")).href}`,
      "--test-reporter-destination=stderr",
      ...quarantined.map(({ test }) => `--test-skip-pattern=/^${escapeRegExp(test)}$/`),
      file,
    ],
    env,
    log,
  });
  const { counts, faults, skipped } = withQuarantined(watched, quarantined);
  // What passes keeps its log in the group's folder.
  const output = counts.failed > 0 || verbose ? `── ${file}\n${readFileSync(log, "utf8")}\n` : "";
  return {
    counts,
    faults,
    skipped: skipped.map((test) => (test.startsWith(file) ? test : `${file}: ${test}`)),
    output,
  };
}

async function runBrowser(name: string, run: Run): Promise<Result> {
  const [env] = await Promise.all([databaseEnvironment(run), run.pages()]);
  const log = join(run.logs, `${name}.log`);
  const quarantined = quarantinedIn(run.files);
  const patterns = quarantined.map(({ test }) => `${escapeRegExp(test)}$`);
  let begunAt: number | undefined;
  const runPlaywright = (): Promise<Watched> => {
    begunAt = performance.now();
    return runWatched({
      name: "Playwright",
      program: process.execPath,
      args: [
        inProject("node_modules/@playwright/test/cli.js"),
        "test",
        `--reporter=list,${inProject("scripts/test/playwright-reporter.ts")}`,
        ...(patterns.length === 0 ? [] : ["--grep-invert", patterns.join("|")]),
        ...run.files,
      ],
      env: { ...env, CHROMIUM_PATH: findChromium() },
      log,
    });
  };
  const watched = await run.pool.run(runPlaywright, { isLong: true });
  return {
    ...withQuarantined(watched, quarantined),
    output: readFileSync(log, "utf8"),
    tookMs: sinceBeginning(begunAt),
  };
}

/** The settings of whoever runs the tests are not the tests' settings. */
function testEnvironment({ scratch }: Run): NodeJS.ProcessEnv {
  const settings = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, undefined]));
  return environment({
    ...settings,
    TMPDIR: scratch,
    NODE_ENV: "test",
    NODE_TEST_CONTEXT: undefined,
    NEXT_TELEMETRY_DISABLED: "1",
    FORCE_COLOR: undefined,
    NO_COLOR: "1",
  });
}

async function databaseEnvironment(run: Run): Promise<NodeJS.ProcessEnv> {
  return { ...testEnvironment(run), TEST_DATABASE_URL: await run.databaseUrl() };
}
