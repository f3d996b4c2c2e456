// One round: users work, faults are injected, all parts are restored, and when all deployments have ended the guarantees are
// checked against the recordings of scap.
import { appendFileSync, linkSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, query } from "#lib/db/connection.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { readHolderFile } from "../../holder/client/find-holder.ts";
import { hasMoreThanTombstone } from "../../holder/client/tombstone.ts";
import { processesOf } from "../support/processes.ts";
import { until } from "../support/until.ts";
import { checkAnswers } from "./check/answers.ts";
import { checkFiles, checkLog, checkMemory } from "./check/leftovers.ts";
import { checkOutput } from "./check/output.ts";
import { checkRows } from "./check/rows.ts";
import { checkSecrets } from "./check/secrets.ts";
import { checkStarts } from "./check/starts.ts";
import { checkStopped } from "./check/stop-requests.ts";
import { checkWatched } from "./check/watchers.ts";
import { readFacts, type RoundFacts } from "./facts.ts";
import { ADMIN, DEPLOYERS, type Environment, requesterOf } from "./environment.ts";
import { heldJobs, inject } from "./inject.ts";
import { createRoundEvents, type RoundEvents } from "./round-events.ts";
import { type Overview, watchOverview } from "./overview.ts";
import { answerQuestions, type Caller, createCaller, releaseLanes, queueDeployment } from "./users.ts";
import type { Parts } from "./parts.ts";
import type { Plan, PlannedJob } from "./plan.ts";
import { cancelQueued, type StopRequest, sendSignals } from "./stop-requests.ts";
import { type WatchResult, watchJob } from "./watcher.ts";

/** From the last fault to the last end. A paused database is detected late, and the machine may be loaded. */
const RECOVERED_MS_MAX = 120_000;
/** From the last queued job to the last end, including all faults. */
const ENDED_TIMEOUT_MS = 240_000;
const WATCHED_TIMEOUT_MS = 60_000;
const GONE_TIMEOUT_MS = 60_000;

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
  options: { directory: string; say: (line: string) => void },
): Promise<RoundResult> {
  const { directory, say } = options;
  const recordDirectory = join(directory, "recordings");
  mkdirSync(directory, { recursive: true });
  const startedAt = performance.now();
  const note = (line: string): void => {
    const text = `${Math.round(performance.now() - startedAt)} ms: ${line}`;
    appendFileSync(join(directory, "timeline"), `${new Date().toISOString()} ${text}\n`);
    say(text);
  };
  const violations: string[] = [];
  const onViolation = (violation: string): void => void violations.push(violation);
  const sandboxes: Sandbox[] = [];
  let overview: Overview | undefined;
  let isOver = false;
  const over = (): boolean => isOver;
  try {
    for (const lane of plan.lanes)
      sandboxes.push(await environment.createSandbox(join(directory, lane.name)));
    parts.deployTo(
      plan.lanes.map(({ name, dialect, asksSecret }) => {
        return { directory: join(directory, name), dialect, asksSecret };
      }),
      recordDirectory,
    );
    const token = (name: string): string => environment.tokens.get(name) ?? "";
    const caller = (name: string, first: number): Caller =>
      createCaller({ addresses: parts.addresses, token: token(name), first, onViolation });
    const roundEvents = createRoundEvents();
    const journals = join(directory, "journals");
    const stopWatchingStarts = watchStarts(parts.dataDir, journals, roundEvents);
    const { users } = plan;
    const seen = new Set<number>();
    const answering = DEPLOYERS.map((name, index) => {
      const random = users.fork();
      return answerQuestions({
        name,
        call: caller(name, index),
        random,
        roundEvents,
        seen,
        isOver: over,
        onViolation,
      });
    });
    const freeing = releaseLanes({ call: caller(ADMIN, 0), random: users.fork(), isOver: over });
    const { queued, watching, queueing } = queuePlanned(plan, {
      addresses: parts.addresses,
      token: token("ann"),
      caller,
      isOver: over,
    });
    const lanes = plan.lanes.map(({ name }) => name);
    const ended = queueing.then(() => untilEnded(parts.db, lanes));
    ended.catch(() => undefined);

    const deployers = DEPLOYERS.map((name, index) => ({ name, call: caller(name, index) }));
    const stopping = Promise.all([
      sendSignals({ planned: plan.signals, users: deployers, roundEvents, lanes, ended, note }),
      ...deployers.map((user) => {
        const random = users.fork();
        return cancelQueued({ user, chance: plan.cancelChance, random, lanes, isOver: over, note });
      }),
    ]);
    overview = watchOverview({ addresses: parts.addresses, token: token("ann"), call: caller("ann", 1) });

    const injected = await inject({ plan, parts, server: environment.server, roundEvents, ended, note });
    const restoredAt = performance.now();
    note("all parts are restored");
    await ended.catch((error: unknown) => onViolation(String(error)));
    const recoveredMs = performance.now() - restoredAt;
    if (recoveredMs > RECOVERED_MS_MAX)
      onViolation(`the deployments ended ${Math.round(recoveredMs / 1000)} s after all parts were restored`);
    note("every deployment has ended");
    const watched = await untilWatched(watching, () => (isOver = true));
    isOver = true;
    const [answered, requests] = await Promise.all([Promise.all(answering), stopping, freeing]);
    for (const { what } of requests.flat()) injected.set(what, (injected.get(what) ?? 0) + 1);
    violations.push(...(await overview.compare(lanes)));
    stopWatchingStarts();
    await checkProcesses(parts, queued, onViolation);
    await reduceToTombstones(parts.dataDir, queued, onViolation);

    const facts = await readFacts(parts.db, {
      dataDir: parts.dataDir,
      recordDirectory,
      journals,
      lanes,
      queued,
    });
    violations.push(
      ...(await checkRound({ facts, plan, parts, directory, answered, watched, requests: requests.flat() })),
    );
    if (violations.length > 0) saveFacts(directory, plan, facts, violations);
    return {
      violations: violations,
      injected,
      ...countUp(facts, answered, watched),
      recoveredMs,
      tookMs: performance.now() - startedAt,
    };
  } finally {
    isOver = true;
    await overview?.close();
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  }
}

type Answered = Awaited<ReturnType<typeof answerQuestions>>;

/** Queues the planned jobs, each lane independently. Two watchers watch each job; one of them disconnects at random. */
function queuePlanned(
  plan: Plan,
  by: {
    addresses: readonly string[];
    token: string;
    caller: (name: string, first: number) => Caller;
    isOver: () => boolean;
  },
): { queued: ReadonlyMap<number, PlannedJob>; watching: Promise<WatchResult>[]; queueing: Promise<unknown> } {
  const { addresses, token, caller, isOver } = by;
  const queued = new Map<number, PlannedJob>();
  const watching: Promise<WatchResult>[] = [];
  const queueing = plan.lanes.map(async ({ name }, lane) => {
    const call = caller(requesterOf(lane), lane);
    const random = plan.users.fork();
    for (const [index, planned] of plan.jobs.filter((job) => job.lane === lane).entries()) {
      await sleep(planned.afterMs);
      const id = await queueDeployment(
        call,
        { lane: name, change: planned.change, key: `${name}-${index}` },
        isOver,
      );
      if (id === undefined) return;
      queued.set(id, planned);
      for (const first of [0, 1]) {
        const watcher = { jobId: id, addresses, first, token, random: random.fork() };
        watching.push(watchJob({ ...watcher, disconnectsAtRandom: first === 1, isOver }));
      }
    }
  });
  return { queued, watching, queueing: Promise.all(queueing) };
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

/** Journals are removed once they are stored: a hard link keeps each for the checks. */
function watchStarts(dataDir: string, journals: string, roundEvents: RoundEvents): () => void {
  const known = new Set(heldJobs(dataDir));
  const unlinked = new Set<string>();
  const timer = setInterval(() => {
    for (const name of heldJobs(dataDir)) {
      if (known.has(name)) continue;
      known.add(name);
      unlinked.add(name);
      roundEvents.note("started");
    }
    for (const name of unlinked) if (linkJournal(dataDir, journals, name)) unlinked.delete(name);
  }, 20);
  return () => clearInterval(timer);
}

/** @returns false when it does not exist yet. */
function linkJournal(dataDir: string, journals: string, name: string): boolean {
  mkdirSync(join(journals, name), { recursive: true });
  try {
    linkSync(join(dataDir, "jobs", name, "journal"), join(journals, name, "journal"));
    return true;
  } catch {
    return false;
  }
}

async function untilEnded(db: Database, lanes: readonly string[]): Promise<void> {
  await until(
    "the end of all deployments",
    async () => {
      const rows = await query<{ id: number }>(
        db,
        "select id from spiderpig.job where lane = any($1) and finished_at is null limit 1",
        [lanes],
      ).catch(() => undefined);
      return rows?.length === 0;
    },
    { timeoutMs: ENDED_TIMEOUT_MS, everyMs: 50 },
  );
}

/** Watchers receive the end at once; the wait for others is limited. */
async function untilWatched(watching: Promise<WatchResult>[], giveUp: () => void): Promise<WatchResult[]> {
  const timer = setTimeout(giveUp, WATCHED_TIMEOUT_MS);
  const watched = await Promise.all(watching);
  clearTimeout(timer);
  return watched;
}

/** Only the parts and the spare holders of the workers may be running. */
async function checkProcesses(
  parts: Parts,
  queued: ReadonlyMap<number, PlannedJob>,
  onViolation: (violation: string) => void,
): Promise<void> {
  const holders = new Set(
    [...queued.keys()].map((id) => readHolderFile(join(parts.dataDir, "jobs", String(id)))?.pid),
  );
  const findLeft = () => {
    const own = new Set(parts.all.map(({ pid }) => pid));
    const workers = new Set(parts.workers.map(({ pid }) => pid));
    return processesOf(parts.dataDir).filter(({ pid, parent, command }) => {
      const isSpare = workers.has(parent) && command.includes("holder/program/main.ts") && !holders.has(pid);
      return !own.has(pid) && !isSpare;
    });
  };
  let left = findLeft();
  await until("all processes to exit", () => (left = findLeft()).length === 0, {
    timeoutMs: GONE_TIMEOUT_MS,
    everyMs: 50,
  }).catch(() => undefined);
  for (const { pid, command } of left) onViolation(`still running: process ${pid}, ${command}`);
}

/** The journals of lost jobs are kept, because they may contain more than was stored. */
async function reduceToTombstones(
  dataDir: string,
  queued: ReadonlyMap<number, PlannedJob>,
  onViolation: (violation: string) => void,
): Promise<void> {
  const findRemains = () =>
    [...queued.keys()].filter((id) => {
      const file = readHolderFile(join(dataDir, "jobs", String(id)));
      return file !== null && file.ended !== null && hasMoreThanTombstone(dataDir, id);
    });
  await until("the journals to be removed", () => findRemains().length === 0, {
    timeoutMs: GONE_TIMEOUT_MS,
    everyMs: 50,
  }).catch(() => undefined);
  for (const id of findRemains()) onViolation(`job ${id}: its journal or its socket still exists`);
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
