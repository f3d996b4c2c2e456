// One round: users work, faults are injected, all parts are restored, and when all deployments have ended the guarantees are
// checked against the recordings of scap.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { checkAnswers } from "./check/answers.ts";
import { checkFiles, checkLog, checkMemory } from "./check/leftovers.ts";
import { checkOutput } from "./check/output.ts";
import { checkProcesses, checkTombstones } from "./check/remains.ts";
import { checkRows } from "./check/rows.ts";
import { checkSecrets } from "./check/secrets.ts";
import { checkStarts } from "./check/starts.ts";
import { checkStopped } from "./check/stop-requests.ts";
import { checkWatched } from "./check/watchers.ts";
import { type Environment, SPEED } from "./environment.ts";
import { readFacts, type RoundFacts } from "./facts.ts";
import { inject } from "./inject.ts";
import { watchStarts } from "./journal-copies.ts";
import type { Parts } from "./parts.ts";
import type { Plan } from "./plan.ts";
import { createRoundEvents } from "./round-events.ts";
import { type Answered, type RoundUsers, startUsers } from "./round-users.ts";
import type { StopRequest } from "./stop-requests.ts";
import type { WatchResult } from "./watcher.ts";
import { copySandbox } from "../support/sandbox.ts";

/** From the last fault to the last end. A paused database is detected late, and the machine may be loaded. */
const RECOVERED_MS_MAX = 120_000;

export type RoundResult = {
  violations: string[];
  /** The number of injected faults by kind and target. */
  injected: Map<string, number>;
  jobs: number;
  outcomes: Map<string, number>;
  answers: number;
  /** Number of secret answers. */
  secrets: number;
  refusals: number;
  takeOvers: number;
  watcherConnections: number;
  bytes: number;
  /** From the restoration of all parts to the last end. */
  recoveredMs: number;
  tookMs: number;
};

/** @param directory for the sandboxes and recordings of this round. */
export async function runRound(
  environment: Environment,
  parts: Parts,
  plan: Plan,
  { directory, say }: { directory: string; say: (line: string) => void },
): Promise<RoundResult> {
  const recordDirectory = join(directory, "recordings");
  const journals = join(directory, "journals");
  mkdirSync(directory, { recursive: true });
  const startedAt = performance.now();
  const note = (line: string): void => {
    const text = `${Math.round(performance.now() - startedAt)} ms: ${line}`;
    appendFileSync(join(directory, "timeline"), `${new Date().toISOString()} ${text}\n`);
    say(text);
  };
  const violations: string[] = [];
  const onViolation = (violation: string): void => void violations.push(violation);
  const lanes = plan.lanes.map(({ name }) => name);
  const sandboxes: Sandbox[] = [];
  let users: RoundUsers | undefined;
  try {
    for (const lane of lanes) sandboxes.push(await copySandbox(join(directory, lane), SPEED));
    parts.deployTo(
      plan.lanes.map(({ name, dialect, asksSecret }) => {
        return { directory: join(directory, name), dialect, asksSecret };
      }),
      recordDirectory,
    );
    const roundEvents = createRoundEvents();
    const stopWatchingStarts = watchStarts(parts.dataDir, journals, roundEvents);
    users = startUsers({ plan, parts, environment, roundEvents, onViolation, note });
    const { queued, ended, overview } = users;

    const injected = await inject({ plan, parts, server: environment.server, roundEvents, ended, note });
    const recoveredMs = await untilRecovered(ended, onViolation, note);
    const { answered, watched, requests } = await users.finish();
    for (const { what } of requests) injected.set(what, (injected.get(what) ?? 0) + 1);
    violations.push(...(await overview.compare(lanes)));
    stopWatchingStarts();
    await checkProcesses(parts, queued, onViolation);
    await checkTombstones(parts.dataDir, queued, onViolation);

    const { dataDir } = parts;
    const facts = await readFacts(parts.db, { dataDir, recordDirectory, journals, lanes, queued });
    violations.push(...(await checkRound({ facts, plan, parts, directory, answered, watched, requests })));
    if (violations.length > 0) saveFacts(directory, plan, facts, violations);
    const tookMs = performance.now() - startedAt;
    return { violations, injected, ...countUp(facts, answered, watched), recoveredMs, tookMs };
  } finally {
    await users?.abort();
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  }
}

/** Waits for the end of all jobs after the last fault. @returns how long that took. */
async function untilRecovered(
  ended: Promise<void>,
  onViolation: (violation: string) => void,
  note: (line: string) => void,
): Promise<number> {
  const restoredAt = performance.now();
  note("all parts are restored");
  await ended.catch((error: unknown) => onViolation(String(error)));
  const recoveredMs = performance.now() - restoredAt;
  if (recoveredMs > RECOVERED_MS_MAX) {
    onViolation(`the deployments ended ${Math.round(recoveredMs / 1000)} s after all parts were restored`);
  }
  note("every deployment has ended");
  return recoveredMs;
}

/** Runs all checks. @returns the violations. */
async function checkRound(round: {
  facts: RoundFacts;
  plan: Plan;
  parts: Parts;
  directory: string;
  answered: readonly Answered[];
  watched: readonly WatchResult[];
  requests: readonly StopRequest[];
}): Promise<string[]> {
  const { facts, plan, parts, answered } = round;
  const secrets = answered.flatMap((one) => one.secrets);
  return [
    // Searches all files of the run: database, logs, recordings.
    ...(await checkSecrets(secrets, { db: parts.db, directory: dirname(round.directory) })),
    ...checkStarts(facts, plan.jobs.length),
    ...checkRows(facts),
    ...checkOutput(facts),
    ...checkAnswers(
      facts,
      answered.flatMap((one) => one.confirmed),
      secrets,
    ),
    ...checkStopped(facts, round.requests),
    ...checkWatched(facts, round.watched),
    ...checkFiles(facts),
    ...parts.takeViolations(),
    ...parts.all.flatMap((part) => [...checkLog(part.name, part.takeLog()), ...checkMemory(part)]),
  ];
}

function countUp({ jobs }: RoundFacts, answered: readonly Answered[], watched: readonly WatchResult[]) {
  const answers = jobs.flatMap((job) => job.answers);
  const events = jobs.flatMap((job) => job.events);
  return {
    jobs: jobs.length,
    outcomes: countBy(jobs.map(({ job }) => job.outcome ?? "none")),
    answers: answers.length,
    secrets: answers.filter(({ kind }) => kind === "secret").length,
    refusals: sum(answered.flatMap((one) => [...one.refusals.values()])),
    takeOvers: events.filter(({ kind }) => kind === "job_taken_over").length,
    watcherConnections: sum(watched.map(({ connections }) => connections)),
    bytes: sum(jobs.map(({ raw }) => raw.length)),
  };
}

function saveFacts(directory: string, plan: Plan, facts: RoundFacts, violations: readonly string[]): void {
  writeFileSync(join(directory, "violations"), `${violations.join("\n")}\n`);
  writeFileSync(join(directory, "plan.json"), JSON.stringify(plan, null, 1));
  const readable = facts.jobs.map(({ raw, journal, processes, ...rest }) => ({
    ...rest,
    raw: raw.toString("latin1"),
    journal: journal.map((record) =>
      record.kind === "output" ? { ...record, bytes: record.bytes.toString("latin1") } : record,
    ),
    processes: processes.map((process) => ({ ...process, out: process.out.toString("latin1") })),
  }));
  writeFileSync(join(directory, "facts.json"), JSON.stringify(readable, null, 1));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
