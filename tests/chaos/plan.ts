// What is going to happen in a round, drawn from its seed before anything runs: the lanes and how their scap speaks,
// the deployments, and the faults with the moments at which they strike. What depends on the machine is only how far
// the deployments have come by then.
import { type Random, randomFrom } from "./random.ts";

/** At a time after the first deployment started, or a little after something happened for the nth time. */
export type When =
  | { on: "time"; ms: number }
  | { on: "started" | "asked" | "answered"; nth: number; delayMs: number };

export type Victim = "worker" | "web" | "database" | "holder";
export type Deed = "kill" | "stop" | "pause" | "cut";

export type Fault = {
  when: When;
  victim: Victim;
  /** `kill` is SIGKILL, `stop` SIGTERM, `pause` SIGSTOP and SIGCONT; `cut` ends every session of the database. */
  deed: Deed;
  /** Which of its kind. */
  index: number;
  /** Until it is started again, or goes on. */
  forMs: number;
};

/** Somebody stops a deployment that runs at that moment. */
export type PlannedSignal = {
  when: When;
  kind: "interrupt" | "terminate" | "kill";
  /** Which of those who answer. */
  by: number;
  /** Which of those that run. */
  index: number;
};

export type PlannedLane = {
  name: string;
  dialect: string;
  /** Its scap needs a passphrase. */
  asksSecret: boolean;
};
/** Queued so long after the one before it in its lane. */
export type PlannedJob = { lane: number; change: number; afterMs: number };

export type Plan = {
  seed: number;
  lanes: PlannedLane[];
  jobs: PlannedJob[];
  faults: Fault[];
  signals: PlannedSignal[];
  /** How likely it is that somebody who sees a deployment in the queue takes it out. */
  cancelChance: number;
  /** For those who answer and watch. */
  people: Random;
};

export const WORKERS = 2;
export const WEBS = 2;
export const LANES_MAX = 3;
/** No fault strikes later than this after the first deployment has started. */
export const FAULTS_WITHIN_MS = 8000;
const TIMED_WITHIN_MS = 5000;
const PAUSE_MS_MAX = 8000;

const DIALECTS = ["today", "today", "today-terminal", "today-terminal", "2025", "2025-terminal"] as const;

/** Plain ones; one that breaks the test servers, one whose subject imitates a question, one in an extension. */
const CHANGES = [1234, 1235, 1246, 1247, 1248, 1237, 1245, 1240, 1238, 1239] as const;

export function planRound(seed: number): Plan {
  const random = randomFrom(seed);
  const lanes = Array.from({ length: random.between(2, LANES_MAX) }, (_, index) => ({
    name: `seed-${seed}-${index}`,
    dialect: random.pick(DIALECTS),
    asksSecret: false,
  }));
  const jobs = lanes.flatMap((_, lane) => {
    const changes = shuffled(random, CHANGES).slice(0, random.between(1, 2));
    return changes.map((change) => ({ lane, change, afterMs: random.between(0, 400) }));
  });
  const faults = Array.from({ length: random.between(4, 9) }, () => drawFault(random));
  if (random.chance(0.3)) {
    faults.push({
      when: drawWhen(random),
      victim: "holder",
      deed: "kill",
      index: random.between(0, 5),
      forMs: 0,
    });
  }
  const people = random.fork();
  const signals = random.chance(0.5)
    ? Array.from({ length: random.between(1, 3) }, () => drawSignal(random))
    : [];
  const cancelChance = random.chance(0.3) ? 0.2 : 0;
  for (const lane of lanes) lane.asksSecret = random.chance(0.4);
  return { seed, lanes, jobs, faults, people, signals, cancelChance };
}

function drawSignal(random: Random): PlannedSignal {
  return {
    when: drawWhen(random),
    kind: random.pick(["interrupt", "interrupt", "terminate", "kill"] as const),
    by: random.between(0, 1),
    index: random.between(0, 5),
  };
}

function drawFault(random: Random): Fault {
  const when = drawWhen(random);
  const index = random.between(0, 1);
  const downMs = random.chance(0.5) ? random.between(0, 200) : random.between(200, 1500);
  const draw = random.next();
  if (draw < 0.3) return { when, victim: "worker", deed: "kill", index, forMs: downMs };
  if (draw < 0.4) return { when, victim: "worker", deed: "stop", index, forMs: downMs };
  if (draw < 0.52) return { when, victim: "worker", deed: "pause", index, forMs: drawPause(random) };
  if (draw < 0.64) return { when, victim: "web", deed: "kill", index, forMs: downMs };
  if (draw < 0.7) return { when, victim: "web", deed: "stop", index, forMs: downMs };
  if (draw < 0.75) return { when, victim: "web", deed: "pause", index, forMs: random.between(100, 3000) };
  if (draw < 0.86)
    return { when, victim: "database", deed: "kill", index: 0, forMs: random.between(0, 3000) };
  if (draw < 0.91)
    return { when, victim: "database", deed: "stop", index: 0, forMs: random.between(0, 2000) };
  if (draw < 0.95)
    return { when, victim: "database", deed: "pause", index: 0, forMs: random.between(100, 3000) };
  return { when, victim: "database", deed: "cut", index: 0, forMs: 0 };
}

/** Mostly short; long enough for another worker to take over now and then. */
function drawPause(random: Random): number {
  return random.chance(0.6) ? random.between(50, 1500) : random.between(3000, PAUSE_MS_MAX);
}

function drawWhen(random: Random): When {
  if (random.chance(0.4)) return { on: "time", ms: random.between(0, TIMED_WITHIN_MS) };
  // Just around the steps of an answer on its way is where most could go wrong.
  const on = random.pick(["started", "asked", "asked", "answered", "answered", "answered"] as const);
  const delayMs = random.chance(0.6) ? random.between(0, 25) : random.between(25, 400);
  return { on, nth: random.between(1, 5), delayMs };
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: random.next() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

export function describeFault({ when, victim, deed, index, forMs }: Fault): string {
  return `${deed} ${victim} ${index} for ${forMs} ms, ${describeMoment(when)}`;
}

export function describeSignal({ when, kind, by, index }: PlannedSignal): string {
  return `person ${by} sends ${kind} to deployment ${index}, ${describeMoment(when)}`;
}

function describeMoment(when: When): string {
  return when.on === "time" ? `at ${when.ms} ms` : `${when.delayMs} ms after ${when.on} number ${when.nth}`;
}
