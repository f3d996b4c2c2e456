// Describes whether deployments can start: what blocks a queued job or a new one, and whether a worker could take it. Pure.
import type { Lane } from "#lib/contract/lane.ts";
import type { Health } from "#lib/contract/service.ts";
import { plural } from "./format.ts";
import type { Tone } from "./labels.ts";

const NO_WORKERS = "No workers connected";

/** The state of database and workers. Without a worker no job starts, so that is an error. */
export function healthLabel({ database, workers }: Health): { tone: Tone; text: string; isMinor: boolean } {
  if (database === "unreachable") return { tone: "error", text: "Database unreachable", isMinor: false };
  if (workers === 0) return { tone: "error", text: NO_WORKERS, isMinor: false };
  return { tone: "success", text: plural(workers, "worker", "workers"), isMinor: true };
}

type Conditions = { isFrozen: boolean; health: Health | null };

/** When a queued job starts that no other job blocks. */
export function nextStart({ isFrozen, health }: Conditions): string {
  if (isFrozen) return startBehind({ isFrozen });
  if (health?.workers === 0) return `${NO_WORKERS}. The job starts when one connects.`;
  return "The job starts when a worker picks it up.";
}

/** When a queued job starts that waits for another job. */
export function startBehind({ isFrozen }: Pick<Conditions, "isFrozen">): string {
  return isFrozen ? "It starts automatically when the freeze ends." : "It starts automatically.";
}

/** Why a new deployment would not start immediately although no other runs; undefined if it would. */
export function startDelay({ isFrozen, health }: Conditions): string | undefined {
  if (isFrozen) return "New deployments are blocked until the freeze ends.";
  return health?.workers === 0 ? "New deployments wait until a worker connects." : undefined;
}

/** The freeze of a lane (client/use-lanes.ts). */
export function freezeOf(lanes: readonly Lane[], name: string): NonNullable<Lane["freeze"]> | undefined {
  return lanes.find((lane) => lane.name === name)?.freeze ?? undefined;
}
