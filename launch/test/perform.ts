/** Runs one group and says how it went. What to show of that is the caller's business. */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { SETTINGS } from "#lib/config.ts";
import { buildPages } from "../pages.ts";
import { environment, inProject, ROOT } from "../root.ts";
import { findChromium } from "./chromium.ts";
import { testFiles, type CheckGroup, type Group } from "./groups.ts";
import { sum, type Counts } from "./tally.ts";
import { runWatched } from "./watched.ts";

export const LOGS = inProject(".cache/test");
/** Two cores, and tests of time-outs that want to be on time. */
const FILES_AT_ONCE = 2;

export type Result = { counts: Counts; faults: readonly string[]; output: string };
export type Run = {
  /** Only these files, where there are any. */
  files: ReadonlySet<string>;
  verbose: boolean;
  /** Called with how far a group is. */
  progress(detail: string): void;
  /** Address of a server of PostgreSQL, started when first asked for. */
  databaseUrl(): Promise<string>;
};

export async function perform(group: Group, run: Run): Promise<Result> {
  mkdirSync(LOGS, { recursive: true });
  rmSync(join(LOGS, group.name), { recursive: true, force: true });
  switch (group.kind) {
    case "check":
      return runCheck(group);
    case "files":
      if (group.pages === true) await makePages(run);
      return runFiles(group.name, group.database, run, chosenFiles(group, run));
    case "browser":
      return runBrowser(group.name, run, chosenFiles(group, run));
  }
}

function chosenFiles(group: Exclude<Group, CheckGroup>, run: Run): string[] {
  return testFiles(group).filter((file) => run.files.size === 0 || run.files.has(file));
}

async function runCheck(group: CheckGroup): Promise<Result> {
  const log = join(LOGS, `${group.name}.log`);
  const output = openSync(log, "w");
  let passed = true;
  for (const [program = "", ...args] of group.commands) {
    passed &&= await succeeds(program, args, output);
  }
  closeSync(output);
  const counts = passed ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
  return { counts, faults: [], output: readFileSync(log, "utf8") };
}

function succeeds(program: string, args: readonly string[], output: number): Promise<boolean> {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: testEnvironment(),
    stdio: ["ignore", output, output],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code === 0));
  });
}

async function runFiles(
  name: string,
  database: boolean,
  run: Run,
  files: readonly string[],
): Promise<Result> {
  const env = database ? await databaseEnvironment(run) : testEnvironment();
  mkdirSync(join(LOGS, name), { recursive: true });
  const queue = [...files];
  const results: Result[] = [];
  const runQueue = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      results.push(await runFile(name, file, env, run.verbose));
      run.progress(`${results.length} of ${files.length} files`);
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, runQueue));
  return {
    counts: sum(results.map((result) => result.counts)),
    faults: results.flatMap((result) => result.faults),
    output: results.map((result) => result.output).join(""),
  };
}

async function runFile(
  group: string,
  file: string,
  env: NodeJS.ProcessEnv,
  verbose: boolean,
): Promise<Result> {
  const log = join(LOGS, group, `${relative("tests", file).replaceAll("/", "-")}.log`);
  const { counts, faults } = await runWatched({
    name: file,
    program: process.execPath,
    args: [
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${pathToFileURL(inProject("launch/test/node-reporter.ts")).href}`,
      "--test-reporter-destination=stderr",
      file,
    ],
    env,
    log,
  });
  // What passes keeps its log in the group's folder.
  const output = counts.failed > 0 || verbose ? `── ${file}\n${readFileSync(log, "utf8")}\n` : "";
  return { counts, faults, output };
}

async function runBrowser(name: string, run: Run, files: readonly string[]): Promise<Result> {
  await makePages(run);
  const log = join(LOGS, `${name}.log`);
  const { counts, faults } = await runWatched({
    name: "Playwright",
    program: process.execPath,
    args: [
      inProject("node_modules/@playwright/test/cli.js"),
      "test",
      `--reporter=list,${inProject("launch/test/playwright-reporter.ts")}`,
      ...files,
    ],
    env: { ...(await databaseEnvironment(run)), CHROMIUM_PATH: findChromium() },
    log,
  });
  return { counts, faults, output: readFileSync(log, "utf8") };
}

async function makePages(run: Run): Promise<void> {
  run.progress("building the pages, if they have changed");
  await buildPages(join(LOGS, "build.log"));
}

/** The settings of whoever runs the tests are not the tests' settings. */
function testEnvironment(): NodeJS.ProcessEnv {
  const settings = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, undefined]));
  return environment({
    ...settings,
    NODE_ENV: "test",
    NODE_TEST_CONTEXT: undefined,
    NEXT_TELEMETRY_DISABLED: "1",
    FORCE_COLOR: undefined,
    NO_COLOR: "1",
  });
}

async function databaseEnvironment(run: Run): Promise<NodeJS.ProcessEnv> {
  return { ...testEnvironment(), TEST_DATABASE_URL: await run.databaseUrl() };
}
