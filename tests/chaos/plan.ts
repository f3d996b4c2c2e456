// The plan of a round, drawn from its seed: lanes with their dialects, deployments, and faults with their triggers. Only the
// progress of the deployments at the time of a fault depends on the machine.
import { type Random, randomFrom } from "./random.ts";

/** A time after the first deployment started, or a delay after the nth event. */
export type Trigger =
  | { on: "time"; ms: number }
  | { on: "started" | "asked" | "answered"; nth: number; delayMs: number };

export type FaultTarget = "worker" | "web" | "database" | "holder";
export type FaultKind = "kill" | "stop" | "pause" | "cut" | "failover";

export type Fault = {
  trigger: Trigger;
  target: FaultTarget;
  /** `kill` is SIGKILL, `stop` SIGTERM, `pause` SIGSTOP and SIGCONT; `cut` ends every session of the database, `failover` replaces it. */
  kind: FaultKind;
  /** Which of the targets of this kind. */
  index: number;
  /** Until it is restarted or resumed. */
  durationMs: number;
};

/** A user stops a running deployment. */
export type PlannedSignal = {
  trigger: Trigger;
  kind: "interrupt" | "terminate" | "kill";
  /** Index of the user. */
  by: number;
  /** Index of the running deployment. */
  index: number;
};

export type PlannedLane = {
  name: string;
  dialect: string;
  /** Its scap asks for a passphrase. */
  asksSecret: boolean;
};
/** Queued this long after the previous job of its lane. */
export type PlannedJob = { lane: number; change: number; afterMs: number };

export type Plan = {
  seed: number;
  lanes: PlannedLane[];
  jobs: PlannedJob[];
  faults: Fault[];
  signals: PlannedSignal[];
  /** Probability that a user removes a queued deployment. */
  cancelChance: number;
  /** Random numbers for users and watchers. */
  users: Random;
};

export const WORKERS = 2;
export const WEBS = 2;
export const LANES_MAX = 3;
/** No fault is injected later than this after the first deployment started. */
export const FAULTS_WITHIN_MS = 8000;
const TIMED_WITHIN_MS = 5000;
const PAUSE_MS_MAX = 8000;

const DIALECTS = ["today", "today", "today-terminal", "today-terminal", "2025", "2025-terminal"] as const;

/** Simple changes, one that breaks the test servers, one whose subject imitates a question, one in an extension. */
const CHANGES = [1234, 1235, 1246, 1247, 1248, 1237, 1245, 1240, 1238, 1239] as const;

/** @param hasStandby PostgreSQL has one, and fails over to it once. */
export function planRound(seed: number, { hasStandby = false }: { hasStandby?: boolean } = {}): Plan {
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
      trigger: drawTrigger(random),
      target: "holder",
      kind: "kill",
      index: random.between(0, 5),
      durationMs: 0,
    });
  }
  const users = random.fork();
  const signals = random.chance(0.5)
    ? Array.from({ length: random.between(1, 3) }, () => drawSignal(random))
    : [];
  const cancelChance = random.chance(0.3) ? 0.2 : 0;
  for (const lane of lanes) lane.asksSecret = random.chance(0.4);
  if (hasStandby) {
    // Early, so that it happens in each round.
    const trigger: Trigger = random.chance(0.5)
      ? { on: "time", ms: random.between(300, 3000) }
      : { on: "answered", nth: 1, delayMs: random.between(0, 25) };
    const durationMs = random.between(0, 3000);
    faults.push({ trigger, target: "database", kind: "failover", index: 0, durationMs });
  }
  return { seed, lanes, jobs, faults, users, signals, cancelChance };
}

function drawSignal(random: Random): PlannedSignal {
  return {
    trigger: drawTrigger(random),
    kind: random.pick(["interrupt", "interrupt", "terminate", "kill"] as const),
    by: random.between(0, 1),
    index: random.between(0, 5),
  };
}

function drawFault(random: Random): Fault {
  const trigger = drawTrigger(random);
  const index = random.between(0, 1);
  const downMs = random.chance(0.5) ? random.between(0, 200) : random.between(200, 1500);
  const draw = random.next();
  if (draw < 0.3) return { trigger, target: "worker", kind: "kill", index, durationMs: downMs };
  if (draw < 0.4) return { trigger, target: "worker", kind: "stop", index, durationMs: downMs };
  if (draw < 0.52) return { trigger, target: "worker", kind: "pause", index, durationMs: drawPause(random) };
  if (draw < 0.64) return { trigger, target: "web", kind: "kill", index, durationMs: downMs };
  if (draw < 0.7) return { trigger, target: "web", kind: "stop", index, durationMs: downMs };
  if (draw < 0.75) {
    return { trigger, target: "web", kind: "pause", index, durationMs: random.between(100, 3000) };
  }
  if (draw < 0.86) {
    return { trigger, target: "database", kind: "kill", index: 0, durationMs: random.between(0, 3000) };
  }
  if (draw < 0.91) {
    return { trigger, target: "database", kind: "stop", index: 0, durationMs: random.between(0, 2000) };
  }
  if (draw < 0.95) {
    return { trigger, target: "database", kind: "pause", index: 0, durationMs: random.between(100, 3000) };
  }
  return { trigger, target: "database", kind: "cut", index: 0, durationMs: 0 };
}

/** Mostly short, sometimes long enough for a failover. */
function drawPause(random: Random): number {
  return random.chance(0.6) ? random.between(50, 1500) : random.between(3000, PAUSE_MS_MAX);
}

function drawTrigger(random: Random): Trigger {
  if (random.chance(0.4)) return { on: "time", ms: random.between(0, TIMED_WITHIN_MS) };
  // Faults during the delivery of an answer are the most likely to break something.
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

export function describeFault({ trigger, target, kind, index, durationMs }: Fault): string {
  return `${kind} ${target} ${index} for ${durationMs} ms, ${describeTrigger(trigger)}`;
}

export function describeSignal({ trigger, kind, by, index }: PlannedSignal): string {
  return `user ${by} sends ${kind} to deployment ${index}, ${describeTrigger(trigger)}`;
}

function describeTrigger(trigger: Trigger): string {
  return trigger.on === "time"
    ? `at ${trigger.ms} ms`
    : `${trigger.delayMs} ms after ${trigger.on} number ${trigger.nth}`;
}
