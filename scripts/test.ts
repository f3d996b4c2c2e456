/**
 * `npm test`: runs checks and tests, and ends with one line that counts (scripts/usage.txt has its arguments).
 * `npm run test:watch -- <file> …` runs test files again whenever something they import changes.
 *
 * The pieces of all groups share the processors: while one test waits, another works. A group is shown when its last piece
 * has ended. A group in which no test ran has failed; otherwise an empty group would pass unnoticed.
 */
import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { SETTINGS } from "#lib/config.ts";
import { buildPages } from "./pages.ts";
import { type RunningPostgres, startPostgres } from "./postgres.ts";
import { environment, inProject, ROOT } from "./root.ts";
import { say } from "./steps.ts";
import { type Group, selectTests } from "./test/groups.ts";
import { LOGS, type Piece, piecesOf, type Result } from "./test/run-group.ts";
import { openScratch } from "./test/scratch.ts";
import { sum } from "./test/tally.ts";
import { killAllWatched } from "./test/watched.ts";

/** A test file uses a processor for about a third of its time, and waits for processes, the database and clocks otherwise. */
const AT_ONCE = Math.min(2 * availableParallelism() + 1, 9);
/** A log shows progress at least this often. */
const PROGRESS_MS = 60_000;

const args = process.argv.slice(2);
const watch = args[0] === "--watch";
let scratch: string | undefined;
let server: RunningPostgres | undefined;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => void stopEarly(signal));
}
try {
  const selected = selectTests(watch ? args.slice(1) : args);
  mkdirSync(LOGS, { recursive: true });
  scratch = openScratch();
  const needsDatabase = [...selected.keys()].some(({ kind }) => kind !== "check");
  if (needsDatabase) server = await startPostgres({ directory: join(scratch, "postgres"), durable: false });
  const env = testEnvironment(scratch, server?.url);
  if (watch) await watchFiles([...selected.values()].flat(), env);
  else await runAll([...selected].map(([group, files]) => ({ group, pieces: piecesOf(group, files, env) })));
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

async function runAll(groups: readonly { group: Group; pieces: Piece[] }[]): Promise<void> {
  const results = groups.map(() => [] as Result[]);
  const queue = groups.flatMap(({ pieces }, index) => pieces.map((piece) => ({ ...piece, index })));
  const count = queue.length;
  const startedAt = performance.now();
  let done = 0;
  let hasPages = false;
  // Not beside the checks, one of which has Next.js write the same folder.
  const checks = Promise.withResolvers<void>();
  let checksLeft = groups.filter(({ group }) => group.kind === "check").length;
  if (checksLeft === 0) checks.resolve();
  const needsBuild = queue.some(({ needsPages }) => needsPages);
  const pages = checks.promise.then(() => (needsBuild ? buildPages(join(LOGS, "build.log")) : undefined));
  const built = pages.catch(() => undefined).then(() => (hasPages = true));
  const progress = setInterval(() => say(`  … ${done} of ${count} files`), PROGRESS_MS);

  /** Takes pieces in their order. What needs the pages waits until they are built, and fails if they cannot be. */
  async function workOff(): Promise<void> {
    while (queue.length > 0) {
      const isReady = queue.findIndex(({ needsPages }) => !needsPages || hasPages);
      if (isReady === -1) {
        await built;
        continue;
      }
      const [piece] = queue.splice(isReady, 1);
      if (piece === undefined) return;
      const result = await (piece.needsPages ? pages : Promise.resolve()).then(piece.run).catch(asError);
      done += 1;
      if (piece.group.kind === "check" && --checksLeft === 0) checks.resolve();
      const ofGroup = results[piece.index] ?? [];
      ofGroup.push(result);
      const { group, pieces } = groups[piece.index] ?? { group: piece.group, pieces: [] };
      if (ofGroup.length === pieces.length) show(group, ofGroup, performance.now() - startedAt);
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, workOff));
  clearInterval(progress);
  const all = results.flat();
  const total = sum(all.map(({ counts }) => counts));
  const empty = results.filter((ofGroup) => sum(ofGroup.map(({ counts }) => counts)).passed === 0).length;
  const skipped = all.flatMap((result) => result.skipped);
  if (skipped.length > 0) say(`\n  skipped:\n${skipped.map((name) => `    ${name}`).join("\n")}`);
  // CI reads this line: its form is fixed.
  say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = total.failed === 0 && empty === 0 ? 0 : 1;
}

function show({ name, kind }: Group, results: readonly Result[], endedAtMs: number): void {
  const { passed, failed, skipped } = sum(results.map(({ counts }) => counts));
  const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`];
  const isGood = failed === 0 && passed > 0;
  const detail = kind === "check" && isGood ? "ok" : counts.filter(Boolean).join(", ");
  const time = `at ${(endedAtMs / 1000).toFixed(0)} s`;
  say(`  ${name.padEnd(13)} ${(isGood ? detail : `FAILED ${detail}`).padEnd(44)}${time.padStart(10)}`);
  for (const { output, errors } of results) {
    if (output !== "") say(output.replace(/^/gm, "    "));
    for (const error of errors) say(`    ${error}`);
  }
}

function asError(cause: unknown): Result {
  const error = cause instanceof Error ? cause.message : String(cause);
  return { counts: { passed: 0, failed: 1, skipped: 0 }, errors: [error], skipped: [], output: "" };
}

async function watchFiles(files: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, ["--test", "--watch", ...files], {
    cwd: ROOT,
    env,
    stdio: "inherit",
  });
  process.once("exit", () => child.kill());
  await new Promise((resolve) => child.once("exit", resolve));
}

/** The settings of the person who runs the tests are not the tests' settings. */
function testEnvironment(tmp: string, databaseUrl: string | undefined): NodeJS.ProcessEnv {
  const settings = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, undefined]));
  return environment({
    ...settings,
    TMPDIR: tmp,
    NODE_ENV: "test",
    NODE_TEST_CONTEXT: undefined,
    // A quarter of the time of each of some thousand processes is compiling.
    NODE_COMPILE_CACHE: inProject(".cache/compiled"),
    NEXT_TELEMETRY_DISABLED: "1",
    TEST_DATABASE_URL: databaseUrl,
    FORCE_COLOR: undefined,
    NO_COLOR: "1",
  });
}

async function stopEarly(signal: NodeJS.Signals): Promise<void> {
  say(`\n  stopped by ${signal}`);
  killAllWatched();
  await server?.stop();
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  process.exit(130);
}
