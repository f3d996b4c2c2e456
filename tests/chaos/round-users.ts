// The users and watchers of a round: they queue the planned jobs, answer questions, stop jobs, release lanes and watch.
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, query } from "#lib/db/connection.ts";
import { until } from "../support/until.ts";
import { ADMIN, DEPLOYERS, type Environment, requesterOf } from "./environment.ts";
import { type Overview, watchOverview } from "./overview.ts";
import type { Parts } from "./parts.ts";
import type { Plan, PlannedJob } from "./plan.ts";
import type { RoundEvents } from "./round-events.ts";
import { cancelQueued, sendSignals, type StopRequest } from "./stop-requests.ts";
import { answerQuestions, type Caller, createCaller, queueDeployment, releaseLanes } from "./users.ts";
import { type WatchResult, watchJob } from "./watcher.ts";

/** From the last queued job to the last end, including all faults. */
const ENDED_TIMEOUT_MS = 240_000;
const WATCHED_TIMEOUT_MS = 60_000;

export type Answered = Awaited<ReturnType<typeof answerQuestions>>;

export type RoundUsers = {
  queued: ReadonlyMap<number, PlannedJob>;
  /** Resolves when all jobs have ended. */
  ended: Promise<void>;
  overview: Overview;
  /** Call it when all jobs have ended. Waits for watchers and users. */
  finish(): Promise<{ answered: Answered[]; watched: WatchResult[]; requests: StopRequest[] }>;
  /** Stops all users at once. */
  abort(): Promise<void>;
};

export function startUsers(options: {
  plan: Plan;
  parts: Parts;
  environment: Environment;
  roundEvents: RoundEvents;
  onViolation: (violation: string) => void;
  note: (line: string) => void;
}): RoundUsers {
  const { plan, parts, environment, roundEvents, onViolation, note } = options;
  const { addresses } = parts;
  const { users } = plan;
  const lanes = plan.lanes.map(({ name }) => name);
  let isDone = false;
  const isOver = (): boolean => isDone;
  const token = (name: string): string => environment.tokens.get(name) ?? "";
  const caller = (name: string, first: number): Caller =>
    createCaller({ addresses, token: token(name), first, onViolation });

  const seen = new Set<number>();
  const answering = DEPLOYERS.map((name, index) => {
    const random = users.fork();
    const call = caller(name, index);
    return answerQuestions({ name, call, random, roundEvents, seen, isOver, onViolation });
  });
  const releasing = releaseLanes({ call: caller(ADMIN, 0), random: users.fork(), isOver });
  const { queued, watching, queueing } = queuePlanned(plan, {
    addresses,
    token: token("ann"),
    caller,
    isOver,
  });
  const ended = queueing.then(() => untilEnded(parts.db, lanes));
  ended.catch(() => undefined);
  const deployers = DEPLOYERS.map((name, index) => ({ name, call: caller(name, index) }));
  const stopping = Promise.all([
    sendSignals({ planned: plan.signals, users: deployers, roundEvents, lanes, ended, note }),
    ...deployers.map((user) =>
      cancelQueued({ user, chance: plan.cancelChance, random: users.fork(), lanes, isOver, note }),
    ),
  ]);
  const overview = watchOverview({ addresses, token: token("ann"), call: caller("ann", 1) });

  return {
    queued,
    ended,
    overview,
    async finish() {
      const watched = await untilWatched(watching, () => (isDone = true));
      isDone = true;
      const [answered, requests] = await Promise.all([Promise.all(answering), stopping, releasing]);
      return { answered, watched, requests: requests.flat() };
    },
    async abort() {
      isDone = true;
      await overview.close();
    },
  };
}

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
