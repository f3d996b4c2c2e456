/**
 * `npm test`: runs checks and tests, and ends with one line that counts (scripts/usage.txt has its arguments).
 * `npm run test:watch -- <file> …` runs test files again whenever something they import changes.
 *
 * The programs of all groups share the processors: while one test waits, another works. A group is shown when its last
 * program has ended. A group in which no test ran has failed; otherwise an empty group would pass unnoticed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { SETTINGS } from "#lib/config.ts";
import { fileSettingOf, SECRETS } from "#lib/secret-files.ts";
import { buildPages } from "./pages.ts";
import { type RunningPostgres, startPostgres } from "./postgres.ts";
import { environment, inProject, ROOT } from "./root.ts";
import { say, stepLine } from "./steps.ts";
import { findChromium } from "./test/chromium.ts";
import { type Group, MEASURES_TIME, selectTests } from "./test/groups.ts";
import { type Counts, killRunning, nodeTest, type Program, type Result, run } from "./test/run.ts";
import { openScratch } from "./test/scratch.ts";

/** A test file waits for processes, the database and clocks about half of its time. More at once only wait for a processor. */
const AT_ONCE = Math.min(2 * availableParallelism(), 12);
/** A log shows progress at least this often. */
const PROGRESS_MS = 60_000;
const LOGS = inProject(".cache/test");

const OPTIONS = { watch: { type: "boolean" }, runs: { type: "string" } } as const;

let scratch: string | undefined;
let server: RunningPostgres | undefined;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => void stopEarly(signal));
}
try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const selected = selectTests(positionals);
  scratch = openScratch();
  const needsDatabase = [...selected.keys()].some(({ command }) => command === undefined);
  if (needsDatabase) server = await startPostgres({ directory: join(scratch, "postgres"), durable: false });
  const env = testEnvironment({
    TMPDIR: scratch,
    TEST_DATABASE_URL: server?.url,
    // How many random cases a test with generated input tries.
    TEST_RUNS: values.runs,
  });
  if (values.watch === true) {
    const files = [...selected.values()].flat();
    const watch = ["--test", "--watch", ...files];
    await once(spawn(process.execPath, watch, { cwd: ROOT, env, stdio: "inherit" }), "exit");
  } else {
    await runAll(selected, env);
  }
} catch (cause) {
  say(cause instanceof Error ? cause.message : String(cause));
  process.exitCode = 2;
} finally {
  await server?.stop();
  // What failed tests kept stays until the next run.
  if (scratch !== undefined && (process.exitCode ?? 0) === 0) {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function runAll(selected: ReadonlyMap<Group, readonly string[]>, env: NodeJS.ProcessEnv) {
  const startedAt = performance.now();
  const groups = [...selected].map(([group, files]) => {
    return { group, programs: programsOf(group, files), results: [] as Result[] };
  });
  const queue = groups.flatMap((of) => of.programs.map((program) => ({ of, program })));
  const count = queue.length;
  const needsBuild = groups.some(({ group }) => group.needsPages === true && group.command === undefined);
  const pages = needsBuild ? buildPages(join(LOGS, "build.log")) : Promise.resolve("");
  const progress = setInterval(() => say(`  … ${count - queue.length} of ${count} started`), PROGRESS_MS);

  /** Takes programs in their order. What needs the pages fails if they cannot be built. */
  async function workOff(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { group, programs, results } = next.of;
      const needed = group.needsPages === true ? pages : Promise.resolve();
      const { program } = next;
      results.push(await needed.then(() => run(program, env)).catch(asFailure));
      if (results.length === programs.length) show(group, results, performance.now() - startedAt);
    }
  }

  // First, on all processors: the browser tests, which take longest, wait for it.
  await pages.catch(() => undefined);
  await Promise.all(Array.from({ length: AT_ONCE }, workOff));
  clearInterval(progress);
  const { passed, failed, skipped } = sum(groups.flatMap(({ results }) => results));
  const isEmpty = groups.some(({ results }) => sum(results).passed === 0);
  if (skipped.length > 0) say(`\n  skipped:\n${skipped.map((name) => `    ${name}`).join("\n")}`);
  // CI reads this line: its form is fixed.
  say(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  process.exitCode = failed === 0 && !isEmpty ? 0 : 1;
}

function programsOf({ name, command, filesPerProcess = 1 }: Group, files: readonly string[]): Program[] {
  const logs = join(LOGS, name);
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  if (command !== undefined) {
    return [{ name, command: ["sh", "-c", command], log: join(logs, "check.log"), isCheck: true }];
  }
  if (name === "browser") {
    const playwright = ["playwright", "test", "--reporter=list", ...files];
    // Node removes the types itself, and its compile cache is kept. Playwright would transform each file with Babel first.
    const settings = [`CHROMIUM_PATH=${findChromium()}`, "PW_DISABLE_TS_ESM=1"];
    const withBrowser = ["env", ...settings, ...playwright];
    return [{ name, command: withBrowser, log: join(logs, "playwright.log") }];
  }
  const alone = files.filter((file) => MEASURES_TIME.has(file));
  const shared = files.filter((file) => !MEASURES_TIME.has(file));
  const count = Math.ceil(shared.length / filesPerProcess);
  const batches = Array.from({ length: count }, (_, index) =>
    shared.filter((_file, at) => at % count === index),
  );
  return [...alone.map((file) => [file]), ...batches].map((some) => {
    const [first = ""] = some;
    const log = join(logs, `${relative("tests", first).replaceAll("/", "-")}.log`);
    const name = some.length === 1 ? first : `${first} and ${some.length - 1} more`;
    return { name, command: nodeTest(some), log };
  });
}

function sum(results: readonly Counts[]): Counts {
  return {
    passed: results.reduce((total, { passed }) => total + passed, 0),
    failed: results.reduce((total, { failed }) => total + failed, 0),
    skipped: results.flatMap(({ skipped }) => skipped),
  };
}

function asFailure(cause: unknown): Result {
  return { passed: 0, failed: 1, skipped: [], output: String(cause) };
}

function show({ name, command }: Group, results: readonly Result[], endedAtMs: number): void {
  const { passed, failed, skipped } = sum(results);
  const counts = [
    `${passed} passed`,
    failed > 0 && `${failed} failed`,
    skipped.length > 0 && `${skipped.length} skipped`,
  ];
  const isGood = failed === 0 && passed > 0;
  const detail = command !== undefined && isGood ? "ok" : counts.filter(Boolean).join(", ");
  say(stepLine(name, isGood ? detail : `FAILED ${detail}`, `at ${(endedAtMs / 1000).toFixed(0)} s`));
  for (const { output } of results) if (output !== "") say(output.replace(/^/gm, "    "));
}

/** The settings of the person who runs the tests are not the tests' settings. */
function testEnvironment(own: Record<string, string | undefined>): NodeJS.ProcessEnv {
  const settings = Object.fromEntries(
    [...Object.keys(SETTINGS), ...SECRETS.map(fileSettingOf)].map((name) => [name, undefined]),
  );
  return environment({
    ...settings,
    ...own,
    NODE_ENV: "test",
    NODE_TEST_CONTEXT: undefined,
    // A quarter of the time of each of some thousand processes is compiling.
    NODE_COMPILE_CACHE: inProject(".cache/compiled"),
    NEXT_TELEMETRY_DISABLED: "1",
    FORCE_COLOR: undefined,
    NO_COLOR: "1",
  });
}

async function stopEarly(signal: NodeJS.Signals): Promise<void> {
  say(`\n  stopped by ${signal}`);
  killRunning();
  await server?.stop();
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  process.exit(130);
}
