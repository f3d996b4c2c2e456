// One round: people use the parts, faults strike, everything is healed, and when all deployments have ended every
// promise is held against what scap itself wrote down.
import { appendFileSync, linkSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, query } from "#lib/db/connection.ts";
import type { World } from "../../sandbox/world.ts";
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
import { checkStopped } from "./check/stopped.ts";
import { checkWatched } from "./check/watched.ts";
import { readFacts, type RoundFacts } from "./facts.ts";
import { ADMIN, DEPLOYERS, type Ground, requesterOf } from "./ground.ts";
import { heldJobs, inject } from "./inject.ts";
import { createMoments, type Moments } from "./moments.ts";
import { type Overview, watchOverview } from "./overview.ts";
import { answerImpatiently, type Caller, createCaller, freeLanes, queueDeployment } from "./people.ts";
import type { Parts } from "./parts.ts";
import type { Plan, PlannedJob } from "./plan.ts";
import { cancelQueued, type Request, sendSignals } from "./stopping.ts";
import { type Watched, watchJob } from "./watcher.ts";

/** From the last fault to the last end. A paused database is noticed late, and the machine may be loaded. */
const RECOVERED_MS_MAX = 120_000;
/** From the last queued job to the last end, so with faults in between. */
const ENDED_BOUND_MS = 240_000;
const WATCHED_BOUND_MS = 60_000;
const GONE_BOUND_MS = 60_000;

export type RoundResult = {
  faults: string[];
  /** What was done to whom, as often. */
  injected: Map<string, number>;
  jobs: number;
  outcomes: Map<string, number>;
  answers: number;
  /** Of the answers. */
  secrets: number;
  refusals: number;
  takeOvers: number;
  watcherConnections: number;
  bytes: number;
  /** From the healing to the last end. */
  recoveredMs: number;
  tookMs: number;
};

/** @param directory of this round: its worlds and recordings. */
export async function runRound(
  ground: Ground,
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
    appendFileSync(join(directory, "what-was-done"), `${new Date().toISOString()} ${text}\n`);
    say(text);
  };
  const violations: string[] = [];
  const onFault = (fault: string): void => void violations.push(fault);
  const worlds: World[] = [];
  let overview: Overview | undefined;
  let isOver = false;
  const over = (): boolean => isOver;
  try {
    for (const lane of plan.lanes) worlds.push(await ground.makeWorld(join(directory, lane.name)));
    parts.deployTo(
      plan.lanes.map(({ name, dialect, asksSecret }) => {
        return { directory: join(directory, name), dialect, asksSecret };
      }),
      recordDirectory,
    );
    const token = (name: string): string => ground.tokens.get(name) ?? "";
    const caller = (name: string, first: number): Caller =>
      createCaller({ addresses: parts.addresses, token: token(name), first, onFault });
    const moments = createMoments();
    const journals = join(directory, "journals");
    const stopLooking = lookForStarts(parts.dataDir, journals, moments);
    const { people } = plan;
    const seen = new Set<number>();
    const answering = DEPLOYERS.map((name, index) => {
      const random = people.fork();
      return answerImpatiently({
        name,
        call: caller(name, index),
        random,
        moments,
        seen,
        isOver: over,
        onFault,
      });
    });
    const freeing = freeLanes({ call: caller(ADMIN, 0), random: people.fork(), isOver: over });
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
      sendSignals({ planned: plan.signals, people: deployers, moments, lanes, ended, note }),
      ...deployers.map((person) => {
        const random = people.fork();
        return cancelQueued({ person, chance: plan.cancelChance, random, lanes, isOver: over, note });
      }),
    ]);
    overview = watchOverview({ addresses: parts.addresses, token: token("ann"), call: caller("ann", 1) });

    const injected = await inject({ plan, parts, server: ground.server, moments, ended, note });
    const healedAt = performance.now();
    note("everything is healed");
    await ended.catch((error: unknown) => onFault(String(error)));
    const recoveredMs = performance.now() - healedAt;
    if (recoveredMs > RECOVERED_MS_MAX)
      onFault(`the deployments ended ${Math.round(recoveredMs / 1000)} s after everything was healed`);
    note("every deployment has ended");
    const watched = await untilWatched(watching, () => (isOver = true));
    isOver = true;
    const [answered, requests] = await Promise.all([Promise.all(answering), stopping, freeing]);
    for (const { what } of requests.flat()) injected.set(what, (injected.get(what) ?? 0) + 1);
    violations.push(...(await overview.compare(lanes)));
    stopLooking();
    await leaveNothing(parts, queued, onFault);
    await reduceToTombstones(parts.dataDir, queued, onFault);

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
    if (violations.length > 0) keep(directory, plan, facts, violations);
    return {
      faults: violations,
      injected,
      ...countUp(facts, answered, watched),
      recoveredMs,
      tookMs: performance.now() - startedAt,
    };
  } finally {
    isOver = true;
    await overview?.close();
    await Promise.all(worlds.map((world) => world.close()));
  }
}

type Answered = Awaited<ReturnType<typeof answerImpatiently>>;

/**
 * Queues what is planned, each lane by itself. Whatever is queued is watched by two, one of whom keeps leaving and coming
 * back.
 */
function queuePlanned(
  plan: Plan,
  by: {
    addresses: readonly string[];
    token: string;
    caller: (name: string, first: number) => Caller;
    isOver: () => boolean;
  },
): { queued: ReadonlyMap<number, PlannedJob>; watching: Promise<Watched>[]; queueing: Promise<unknown> } {
  const { addresses, token, caller, isOver } = by;
  const queued = new Map<number, PlannedJob>();
  const watching: Promise<Watched>[] = [];
  const queueing = plan.lanes.map(async ({ name }, lane) => {
    const call = caller(requesterOf(lane), lane);
    const random = plan.people.fork();
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
        watching.push(watchJob({ ...watcher, isRestless: first === 1, isOver }));
      }
    }
  });
  return { queued, watching, queueing: Promise.all(queueing) };
}

/** What is wrong with what there is when everything is over. */
async function checkRound(round: {
  facts: RoundFacts;
  plan: Plan;
  parts: Parts;
  directory: string;
  answered: readonly Answered[];
  watched: readonly Watched[];
  requests: readonly Request[];
}): Promise<string[]> {
  const { facts, plan, parts, answered } = round;
  const secrets = answered.flatMap((one) => one.secrets);
  return [
    // Everything of the run: the database's own files, what the parts said, what scap wrote down.
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
    ...parts.takeFaults(),
    ...parts.slots.flatMap((slot) => [...checkLog(slot.name, slot.takeLog()), ...checkMemory(slot)]),
  ];
}

function countUp({ jobs }: RoundFacts, answered: readonly Answered[], watched: readonly Watched[]) {
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

/** Journals are removed when they are stored: a second name keeps each for the checks. */
function lookForStarts(dataDir: string, journals: string, moments: Moments): () => void {
  const known = new Set(heldJobs(dataDir));
  const unkept = new Set<string>();
  const timer = setInterval(() => {
    for (const name of heldJobs(dataDir)) {
      if (known.has(name)) continue;
      known.add(name);
      unkept.add(name);
      moments.note("started");
    }
    for (const name of unkept) if (keepJournal(dataDir, journals, name)) unkept.delete(name);
  }, 20);
  return () => clearInterval(timer);
}

/** @returns false when it is not there yet. */
function keepJournal(dataDir: string, journals: string, name: string): boolean {
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
    { boundMs: ENDED_BOUND_MS, everyMs: 50 },
  );
}

/** Those who watch are told the end in a moment; whoever is not has waited in vain. */
async function untilWatched(watching: Promise<Watched>[], giveUp: () => void): Promise<Watched[]> {
  const timer = setTimeout(giveUp, WATCHED_BOUND_MS);
  const watched = await Promise.all(watching);
  clearTimeout(timer);
  return watched;
}

/** Besides the parts themselves only the spare holders of the workers may be there. */
async function leaveNothing(
  parts: Parts,
  queued: ReadonlyMap<number, PlannedJob>,
  onFault: (fault: string) => void,
): Promise<void> {
  const holders = new Set(
    [...queued.keys()].map((id) => readHolderFile(join(parts.dataDir, "jobs", String(id)))?.pid),
  );
  const findLeft = () => {
    const own = new Set(parts.slots.map(({ pid }) => pid));
    const workers = new Set(parts.workers.map(({ pid }) => pid));
    return processesOf(parts.dataDir).filter(({ pid, parent, command }) => {
      const isSpare = workers.has(parent) && command.includes("holder/program/main.ts") && !holders.has(pid);
      return !own.has(pid) && !isSpare;
    });
  };
  let left = findLeft();
  await until("everything to be gone", () => (left = findLeft()).length === 0, {
    boundMs: GONE_BOUND_MS,
    everyMs: 50,
  }).catch(() => undefined);
  for (const { pid, command } of left) onFault(`still running: process ${pid}, ${command}`);
}

/** What lost jobs leave is in the facts: their journals may have more than could be stored. */
async function reduceToTombstones(
  dataDir: string,
  queued: ReadonlyMap<number, PlannedJob>,
  onFault: (fault: string) => void,
): Promise<void> {
  const findRemains = () =>
    [...queued.keys()].filter((id) => {
      const file = readHolderFile(join(dataDir, "jobs", String(id)));
      return file !== null && file.ended !== null && hasMoreThanTombstone(dataDir, id);
    });
  await until("the journals to be gone", () => findRemains().length === 0, {
    boundMs: GONE_BOUND_MS,
    everyMs: 50,
  }).catch(() => undefined);
  for (const id of findRemains()) onFault(`job ${id}: its journal or its socket is left`);
}

function keep(directory: string, plan: Plan, facts: RoundFacts, violations: readonly string[]): void {
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

function countBy(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
