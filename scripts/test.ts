/**
 * `npm test`: runs the groups and ends with one line that counts. The checks come first, one after the other; the
 * tests are run side by side, and each group is shown in its turn.
 *
 *   npm test                        everything
 *   npm test -- unit worker         these groups
 *   npm test -- tests/lib/db/a.test.ts  these files, each in its group; besides the groups that are named
 *   npm test -- --verbose           with the output of what passes, too
 *   npm test -- --list              what there is
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { buildPages } from "./pages.ts";
import { inProject, ROOT } from "./root.ts";
import { beginStep, say } from "./steps.ts";
import { readArguments, type TestArguments } from "./test/arguments.ts";
import { GROUPS, type Group } from "./test/groups.ts";
import { perform, type Result, type Run } from "./test/perform.ts";
import { Pool } from "./test/pool.ts";
import { clusterOf, openScratch, type Scratch } from "./test/scratch.ts";
import { ownTestServer } from "./test/server.ts";
import { sum, type Counts } from "./test/tally.ts";
import { endAllWatched } from "./test/watched.ts";

const LOGS = inProject(".cache/test");
const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };
const SHOWN_LINES_MAX = 200;

/** Tests of time-outs want to be on time. */
const PLACES_MAX = 4;

/** One more than there are processors: half of the time a test waits. */
const pool = new Pool(Math.min(availableParallelism() + 1, PLACES_MAX));
let scratch: Scratch | undefined;
let server: ReturnType<typeof ownTestServer> | undefined;
let isStopping = false;

try {
  const asked = readArguments(process.argv.slice(2));
  if (asked.list) {
    for (const group of GROUPS) say(`  ${group.name.padEnd(12)} ${group.about}`);
  } else {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => void stopEarly(signal));
    await runAll(asked);
  }
} catch (cause) {
  say(cause instanceof Error ? cause.message : String(cause));
  process.exitCode = 2;
}

async function runAll(asked: TestArguments): Promise<void> {
  const { directory } = (scratch = await openScratch());
  let pages: Promise<unknown> | undefined;
  const run: SharedRun = {
    verbose: asked.verbose,
    pool,
    scratch: directory,
    logs: LOGS,
    async databaseUrl() {
      server ??= ownTestServer(clusterOf(directory));
      return (await server).url;
    },
    async pages() {
      pages ??= pool.run(() => buildPages(join(LOGS, "build.log")), { isLong: true });
      await pages;
    },
  };
  const groups = GROUPS.filter(({ name }) => asked.groups.has(name));
  const start = (group: Group): Begun => begin(group, asked.groups.get(group.name) ?? [], run);
  const shown: Shown[] = [];
  for (const group of groups.filter(({ kind }) => kind === "check"))
    shown.push(await show(start(group), run));
  const tests = groups.filter(({ kind }) => kind !== "check").map(start);
  for (const begun of tests) shown.push(await show(begun, run));
  await stopServer();
  const total = sum(shown.map(({ counts }) => counts));
  const isGood = total.failed === 0 && total.passed > 0;
  // What failed tests kept stays for whoever looks, until the next run.
  if (total.failed === 0) scratch.remove();
  const skipped = shown.flatMap((result) => result.skipped);
  if (skipped.length > 0) say(`\n  skipped:\n${skipped.map((name) => `    ${name}`).join("\n")}`);
  // CI reads this line: its form is fixed.
  say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = isGood ? 0 : 1;
}

type Shown = Pick<Result, "counts" | "skipped">;
/** What the groups have in common. */
type SharedRun = Omit<Run, "files" | "progress">;
/** `watch` is told how far it is, once it is shown. */
type Begun = { group: Group; result: Promise<Result>; watch: { update?: (detail: string) => void } };

function begin(group: Group, files: readonly string[], run: SharedRun): Begun {
  const watch: Begun["watch"] = {};
  const progress = (detail: string): void => watch.update?.(detail);
  return { group, result: perform(group, { ...run, files, progress }).catch(asFault), watch };
}

async function show(
  { group, result: performed, watch }: Begun,
  { logs, verbose }: Pick<Run, "logs" | "verbose">,
): Promise<Shown> {
  const shown = beginStep(group.name);
  watch.update = (detail) => shown.update(detail);
  const result = await performed;
  const counts = countsOf(result);
  if (counts.failed === 0) shown.done(inWords(group, counts), result.tookMs);
  else shown.failed(counts === result.counts ? inWords(group, counts) : "no test ran", result.tookMs);
  if (group.kind === "files") {
    mkdirSync(logs, { recursive: true });
    writeFileSync(join(logs, `${group.name}.log`), result.output);
  }
  if (counts.failed > 0 || verbose)
    say(shorten(result.output, relative(ROOT, join(logs, `${group.name}.log`))));
  for (const fault of result.faults) say(`    ${fault}`);
  return { counts, skipped: result.skipped };
}

/** A group in which nothing ran has failed, whatever its programs say. */
function countsOf(result: Result): Counts {
  return result.counts.passed + result.counts.failed === 0 ? { ...result.counts, failed: 1 } : result.counts;
}

function asFault(cause: unknown): Result {
  const fault = cause instanceof Error ? cause.message : String(cause);
  return { counts: { ...NONE, failed: 1 }, faults: [fault], skipped: [], output: "", tookMs: 0 };
}

function inWords(group: Group, { passed, failed, skipped }: Counts): string {
  if (group.kind === "check") return failed === 0 ? "ok" : "";
  const parts = [
    `${passed} passed`,
    failed > 0 ? `${failed} failed` : "",
    skipped > 0 ? `${skipped} skipped` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function shorten(output: string, log: string): string {
  const lines = output.trimEnd().split("\n");
  const half = SHOWN_LINES_MAX / 2;
  const left = lines.length - SHOWN_LINES_MAX;
  const shown =
    left <= 0 ? lines : [...lines.slice(0, half), `… ${left} more lines: ${log} …`, ...lines.slice(-half)];
  return shown.map((line) => `    ${line}`).join("\n");
}

async function stopServer(): Promise<void> {
  await (await server)?.stop();
}

async function stopEarly(signal: NodeJS.Signals): Promise<void> {
  // One Ctrl-C arrives several times: from the terminal and from whoever passes it on.
  if (isStopping) return;
  isStopping = true;
  say(`\n  stopped by ${signal}`);
  pool.close();
  endAllWatched();
  await stopServer();
  scratch?.remove();
  process.exit(130);
}
