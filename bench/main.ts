/**
 * `npm run bench`: starts a SpiderPig installation in a temporary directory, measures it and prints one table.
 *
 *   npm run bench                     all benchmarks, about twelve minutes
 *   npm run bench -- 1 3              benchmarks 1 and 3
 *   npm run bench -- --json out.json  the table also as JSON
 *   npm run bench -- history          searches of the job list among a million jobs; `--jobs 100000` among fewer
 *
 * BENCH_ROUNDS (100), BENCH_SILENT_SECONDS (60) and BENCH_OUTAGE_SECONDS (60) set the length of a measurement. A missed
 * target is shown in the table but does not fail the run: results depend on the machine and its load.
 */
import { writeFileSync } from "node:fs";
import { beginStep, say } from "../scripts/steps.ts";
import { readArguments, readHistoryArguments, type Arguments, UsageError, usageText } from "./arguments.ts";
import { BENCHMARKS } from "./benchmarks/all.ts";
import { benchHistory } from "./history/main.ts";
import { describeMachine, load, machineText } from "./machine.ts";
import type { Row } from "./measure/result.ts";
import { table } from "./table.ts";
import { startInstallation, type Installation } from "./installation/installation.ts";

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());

try {
  const known = BENCHMARKS.map((benchmark) => benchmark.number);
  const args = process.argv.slice(2);
  const historyJobs = readHistoryArguments(args, usageText(known));
  if (args.includes("--help")) say(usageText(known));
  else if (historyJobs !== undefined) await benchHistory(historyJobs);
  else await run(readArguments(args, known, process.env));
} catch (cause) {
  process.exitCode = 1;
  if (stopping.signal.aborted) say("  stopped");
  else if (cause instanceof UsageError) process.stderr.write(`${cause.message}\n`);
  else throw cause;
}

async function run(args: Arguments): Promise<void> {
  const loadBefore = load();
  const installation = await startInstallation(stopping.signal);
  const aborted = new Promise<never>((_, reject) => {
    stopping.signal.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
  });
  aborted.catch(() => undefined);
  try {
    const machine = await describeMachine(installation, loadBefore);
    const rows: Row[] = [];
    const errors: string[] = [];
    for (const benchmark of BENCHMARKS.filter(({ number }) => args.benchmarks.has(number))) {
      const measured = await Promise.race([measure(benchmark, installation, args).catch(asError), aborted]);
      if (measured instanceof Error) errors.push(`benchmark ${benchmark.number}: ${measured.message}`);
      else rows.push(...measured);
    }
    say(`\n${table(rows)}\n\n${machineText(machine)}, load after ${load().toFixed(1)}`);
    for (const error of errors) say(`  ${error}`);
    if (errors.length > 0) process.exitCode = 1;
    if (args.json !== undefined) {
      writeFileSync(args.json, `${JSON.stringify({ machine, loadAfter: load(), rows }, null, 2)}\n`);
    }
  } finally {
    await installation.close();
  }
}

async function measure(
  benchmark: (typeof BENCHMARKS)[number],
  installation: Installation,
  args: Arguments,
): Promise<Row[]> {
  const step = beginStep(`benchmark ${benchmark.number}`, benchmark.name);
  try {
    const rows = await benchmark.run(installation, args.settings);
    step.done(benchmark.name);
    return rows;
  } catch (cause) {
    step.failed();
    throw cause;
  } finally {
    await installation.stopWorkers();
  }
}

/** A benchmark that fails must not discard the results of the others. */
function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
