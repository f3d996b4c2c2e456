// Runs several rounds and summarises them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEnvironment } from "./environment.ts";
import { type Parts, startParts } from "./parts.ts";
import { describeFault, describeSignal, type Plan, planRound } from "./plan.ts";
import { processesOf } from "../../scripts/processes.ts";
import { type RoundResult, runRound } from "./round.ts";

export type RunOptions = {
  seeds: readonly number[];
  isVerbose: boolean;
  /** PostgreSQL has a standby, and fails over to it in each round. */
  hasStandby?: boolean;
  say: (line: string) => void;
  signal?: AbortSignal;
};

export type RunResult = {
  /** Seeds of the failed rounds; NaN for the end of the run. */
  broken: number[];
  results: RoundResult[];
  /** Peak memory in bytes. */
  memoryPeak: { worker: number; web: number };
};

/** Continues after a failed round and keeps its directory. */
export async function runRounds({
  seeds,
  isVerbose,
  hasStandby = false,
  say,
  signal,
}: RunOptions): Promise<RunResult> {
  const directory = mkdtempSync(join(tmpdir(), "chaos-"));
  const results: RoundResult[] = [];
  const broken: number[] = [];
  const memoryPeak = { worker: 0, web: 0 };
  const environment = await startEnvironment(join(directory, "environment"), { hasStandby });
  let parts: Parts | undefined;
  try {
    parts = await startParts(environment, directory);
    for (const seed of seeds) {
      if (signal?.aborted === true) break;
      const plan = planRound(seed, { hasStandby });
      if (isVerbose) say(describePlan(plan));
      const roundDirectory = join(directory, `seed-${seed}`);
      const result = await runRound(environment, parts, plan, {
        directory: roundDirectory,
        say: isVerbose ? (line) => say(`  ${line}`) : () => undefined,
      });
      results.push(result);
      say(`seed ${seed}: ${describeResult(result)}`);
      if (result.violations.length === 0) {
        rmSync(roundDirectory, { recursive: true, force: true });
        continue;
      }
      broken.push(seed);
      say(
        `  FAILED, see ${roundDirectory}\n${result.violations.map((violation) => `  - ${violation}`).join("\n")}`,
      );
    }
    memoryPeak.worker = Math.max(...parts.workers.map((part) => part.memoryPeak));
    memoryPeak.web = Math.max(...parts.webs.map((part) => part.memoryPeak));
    await parts.end();
    const violations = [
      ...parts.takeViolations(),
      ...processesOf(parts.dataDir).map(({ command }) => `still running at the end: ${command}`),
    ];
    for (const violation of violations) say(`FAILED at the end: ${violation}`);
    if (violations.length > 0) broken.push(Number.NaN);
  } catch (cause) {
    say(`the run ended early, see ${directory}`);
    broken.push(Number.NaN);
    throw cause;
  } finally {
    await parts?.destroy();
    await environment.close();
    if (broken.length === 0) rmSync(directory, { recursive: true, force: true });
  }
  return { broken, results, memoryPeak };
}

function describePlan(plan: Plan): string {
  const jobs = plan.jobs.map(({ lane, change }) => `${change} in ${plan.lanes[lane]?.dialect}`).join(", ");
  const steps = [...plan.faults.map(describeFault), ...plan.signals.map(describeSignal)];
  return `seed ${plan.seed}: ${jobs}\n  ${steps.join("\n  ")}`;
}

function describeResult(result: RoundResult): string {
  const { jobs, answers, secrets, takeOvers, injected, outcomes, tookMs, recoveredMs } = result;
  const violations = list(injected);
  const ends = list(outcomes);
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return (
    `${seconds(tookMs)}, ${jobs} jobs (${ends}), ${answers} answers (${secrets} secret), ${takeOvers} failovers, ` +
    `recovered in ${seconds(recoveredMs)}; ${violations === "" ? "no faults" : violations}`
  );
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([what, count]) => `${count} ${what}`).join(", ");
}

/** The totals of a run, as text. */
export function summarise({ results, broken, memoryPeak }: RunResult): string {
  const injected = new Map<string, number>();
  const outcomes = new Map<string, number>();
  for (const result of results) {
    for (const [what, count] of result.injected) injected.set(what, (injected.get(what) ?? 0) + count);
    for (const [what, count] of result.outcomes) outcomes.set(what, (outcomes.get(what) ?? 0) + count);
  }
  const sum = (of: (result: RoundResult) => number): number =>
    results.reduce((total, one) => total + of(one), 0);
  const most = (of: (result: RoundResult) => number): number => Math.max(0, ...results.map(of));
  return [
    `${results.length} rounds, ${broken.length} failed${broken.length === 0 ? "" : ` (seeds ${broken.join(", ")})`}`,
    `faults: ${list(injected)}`,
    `jobs: ${sum(({ jobs }) => jobs)} (${list(outcomes)}), ${sum(({ takeOvers }) => takeOvers)} failovers`,
    `answers: ${sum(({ answers }) => answers)} given, of which ${sum(({ secrets }) => secrets)} secrets, ${sum(({ refusals }) => refusals)} refused`,
    `output: ${sum(({ bytes }) => bytes)} bytes, received by ${sum(({ watcherConnections }) => watcherConnections)} streams`,
    `slowest recovery: ${(most(({ recoveredMs }) => recoveredMs) / 1000).toFixed(1)} s; longest round: ${(most(({ tookMs }) => tookMs) / 1000).toFixed(1)} s`,
    `memory at most: worker ${megabytes(memoryPeak.worker)}, web ${megabytes(memoryPeak.web)}`,
  ].join("\n");
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
