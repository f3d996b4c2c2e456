// Describes whether deployments can start: what blocks a queued job or a new one, and whether a worker could take it. Pure.
import type { Lane } from "#lib/contract/lane.ts";
import type { Health } from "#lib/contract/service.ts";
import { sentence } from "#lib/domain/sentence.ts";
import type { StartObstacle } from "#lib/domain/start-obstacle.ts";
import { plural } from "./format.ts";
import type { Tone } from "./labels.ts";

const NO_WORKERS = "No workers connected";

/** The state of database and workers. Without a worker no job starts, so that is an error. */
export function healthLabel({ database, workers }: Health): { tone: Tone; text: string; isMinor: boolean } {
  if (database === "unreachable") return { tone: "error", text: "Database unreachable", isMinor: false };
  if (workers === 0) return { tone: "error", text: NO_WORKERS, isMinor: false };
  return { tone: "success", text: plural(workers, "worker", "workers"), isMinor: true };
}

type Conditions = { isFrozen: boolean; health: Health | null; obstacle: StartObstacle | undefined };

/** When a queued job starts that no other job blocks. */
export function nextStart({ isFrozen, health, obstacle }: Conditions): string {
  if (isFrozen) return startBehind({ isFrozen });
  if (health?.workers === 0) return `${NO_WORKERS}. The job starts when one connects.`;
  if (obstacle !== undefined) return `The job does not start: ${obstacleText(obstacle)}`;
  return "The job starts when a worker picks it up.";
}

/** When a queued job starts that waits for another job. */
export function startBehind({ isFrozen }: Pick<Conditions, "isFrozen">): string {
  return isFrozen ? "It starts automatically when the freeze ends." : "It starts automatically.";
}

/** Why a new deployment would not start immediately although no other runs; undefined if it would. */
export function startDelay({ isFrozen, health, obstacle }: Conditions): string | undefined {
  if (isFrozen) return "New deployments are blocked until the freeze ends.";
  if (health?.workers === 0) return "New deployments wait until a worker connects.";
  return obstacle === undefined ? undefined : `New deployments do not start: ${obstacleText(obstacle)}`;
}

/** Why a host does not start the job, and what helps. Continues a sentence. */
export function obstacleText(obstacle: StartObstacle): string {
  switch (obstacle.kind) {
    case "not_permitted":
      return `only ${obstacle.hosts.join(", ")} may run it, and its lane is bound to ${obstacle.host}. ${SWITCH}`;
    case "failed_start":
      return `${obstacle.host}, the host of its lane, could not start scap. ${sentence(obstacle.reason)} ${SWITCH}`;
    case "not_able":
      return `no worker of ${obstacle.host} can do this operation, and its lane is bound to this host. ${SWITCH}`;
    case "not_responding":
      return `${obstacle.host}, the host of its lane, isn't responding. ${SWITCH}`;
    case "drained":
      return `${obstacle.by} drained ${obstacle.host}, the host of its lane: ${sentence(obstacle.reason)} ${SWITCH}`;
    case "claim_problem":
      return `${obstacle.host}, the host of its lane, starts no jobs. ${sentence(obstacle.problem)}`;
    case "no_host":
      return "no connected host can run it.";
  }
}

const SWITCH = "An admin can switch the lane to another host.";

/** The same for a line of a list. */
export function shortObstacle(obstacle: StartObstacle): string {
  switch (obstacle.kind) {
    case "not_permitted":
    case "not_able":
      return `${obstacle.host} cannot run it`;
    case "failed_start":
      return `${obstacle.host} could not start scap`;
    case "not_responding":
      return `${obstacle.host} isn't responding`;
    case "drained":
      return `${obstacle.host} is drained`;
    case "claim_problem":
      return `${obstacle.host} starts no jobs`;
    case "no_host":
      return "no host can run it";
  }
}

/** The freeze of a lane (client/use-lanes.ts). */
export function freezeOf(lanes: readonly Lane[], name: string): NonNullable<Lane["freeze"]> | undefined {
  return lanes.find((lane) => lane.name === name)?.freeze ?? undefined;
}
