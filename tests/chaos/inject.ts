// Carries out the faults of a plan at their moments, and afterwards makes everything whole again.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readHolderFile, isHolderRunning } from "../../holder/client/find-holder.ts";
import type { DatabaseServer } from "./database-server.ts";
import type { Moments } from "./moments.ts";
import type { Parts } from "./parts.ts";
import { describeFault, type Fault, FAULTS_WITHIN_MS, type Plan, type When } from "./plan.ts";
import { killHard } from "../support/processes.ts";

/** @returns how often what was done to whom. */
export async function inject(options: {
  plan: Plan;
  parts: Parts;
  server: DatabaseServer;
  moments: Moments;
  /** Nothing strikes after it. */
  ended: Promise<unknown>;
  note: (line: string) => void;
}): Promise<Map<string, number>> {
  const { plan, parts, server, moments, note } = options;
  const injected = new Map<string, number>();
  const tooLate = new AbortController();
  const underway = plan.faults.map(async (fault) => {
    if (!(await comes(fault, moments, tooLate.signal))) return;
    note(describeFault(fault));
    if (!(await commit(fault, parts, server))) return note(`not possible: ${describeFault(fault)}`);
    const what = `${fault.deed} ${fault.victim}`;
    injected.set(what, (injected.get(what) ?? 0) + 1);
  });
  const window = moments.nth("started", 1).then(() => sleep(FAULTS_WITHIN_MS));
  await Promise.race([window, options.ended.catch(() => undefined)]);
  tooLate.abort();
  const healing = [...parts.slots.map((slot) => slot.heal()), server.heal()];
  await Promise.all([...underway, ...healing]);
  // What struck in the last moment has been done by now.
  await Promise.all([...parts.slots.map((slot) => slot.heal()), server.heal()]);
  return injected;
}

/** @returns false when its moment did not come in time. */
export async function comes(
  { when }: { when: When },
  moments: Moments,
  signal: AbortSignal,
): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<false>();
  signal.addEventListener("abort", () => resolve(false), { once: true });
  const moment =
    when.on === "time"
      ? moments.nth("started", 1).then(() => sleep(when.ms, true))
      : moments.nth(when.on, when.nth).then(() => sleep(when.delayMs, true));
  return Promise.race([moment, tooLate]);
}

async function commit(fault: Fault, parts: Parts, server: DatabaseServer): Promise<boolean> {
  const { victim, deed, index, forMs } = fault;
  if (victim === "holder") return killHolder(parts.dataDir, index);
  if (victim === "database") return deed === "cut" ? server.cut() : server[deed](forMs);
  const slot = (victim === "worker" ? parts.workers : parts.webs)[index];
  return slot === undefined || deed === "cut" ? false : slot[deed](forMs);
}

function killHolder(dataDir: string, index: number): boolean {
  const alive = heldJobs(dataDir)
    .map((name) => readHolderFile(join(dataDir, "jobs", name)))
    // Holders that were killed left their numbers behind, which anybody may have by now.
    .filter((file) => file !== null && file.ended === null && isHolderRunning(file));
  const file = alive[index % Math.max(1, alive.length)];
  return file !== undefined && file !== null && killHard(file.pid);
}

/** Numbers of all jobs that were ever started. */
export function heldJobs(dataDir: string): string[] {
  const jobs = join(dataDir, "jobs");
  return existsSync(jobs) ? readdirSync(jobs) : [];
}
