/**
 * `npm test`: runs the groups in order and ends with one line that counts.
 *
 *   npm test                        everything
 *   npm test -- unit worker         these groups
 *   npm test -- tests/db/a.test.ts  these files, each in its group
 *   npm test -- --verbose           with the output of what passes, too
 *   npm test -- --list              what there is
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "./root.ts";
import { beginStep, say } from "./steps.ts";
import { readArguments, type TestArguments } from "./test/arguments.ts";
import { EMPTY_GROUP_FAILS, GROUPS, isEmpty, type Group } from "./test/groups.ts";
import { LOGS, perform, type Result, type Run } from "./test/perform.ts";
import { ownTestServer } from "./test/server.ts";
import { sum, type Counts } from "./test/tally.ts";
import { endAllWatched } from "./test/watched.ts";

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };
const SHOWN_LINES_MAX = 200;

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
  const run: Omit<Run, "progress"> = {
    files: asked.files,
    verbose: asked.verbose,
    async databaseUrl() {
      server ??= ownTestServer();
      return (await server).url;
    },
  };
  const results: Counts[] = [];
  for (const group of GROUPS.filter(({ name }) => asked.groups.has(name)))
    results.push(await runGroup(group, run));
  await stopServer();
  const total = sum(results);
  say(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

async function runGroup(group: Group, run: Omit<Run, "progress">): Promise<Counts> {
  const shown = beginStep(group.name);
  if (isEmpty(group) && !EMPTY_GROUP_FAILS) {
    shown.done("no tests yet");
    return NONE;
  }
  const result = await perform(group, { ...run, progress: (detail) => shown.update(detail) }).catch(asFault);
  const counts = countsOf(result);
  if (counts.failed === 0) shown.done(inWords(group, counts));
  else shown.failed(counts === result.counts ? inWords(group, counts) : "no test ran");
  if (group.kind === "files") {
    mkdirSync(LOGS, { recursive: true });
    writeFileSync(join(LOGS, `${group.name}.log`), result.output);
  }
  if (counts.failed > 0 || run.verbose)
    say(shorten(result.output, relative(ROOT, join(LOGS, `${group.name}.log`))));
  for (const fault of result.faults) say(`    ${fault}`);
  return counts;
}

/** A group in which nothing ran has failed, whatever its programs say. */
function countsOf(result: Result): Counts {
  return result.counts.passed + result.counts.failed === 0 ? { ...result.counts, failed: 1 } : result.counts;
}

function asFault(cause: unknown): Result {
  const fault = cause instanceof Error ? cause.message : String(cause);
  return { counts: { ...NONE, failed: 1 }, faults: [fault], output: "" };
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
  endAllWatched();
  await stopServer();
  process.exit(130);
}
