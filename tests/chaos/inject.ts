// Injects the faults of a plan when they are triggered, and then restores all parts.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readHolderFile, isHolderRunning } from "../../holder/client/find-holder.ts";
import type { DatabaseServer } from "./database-server.ts";
import type { RoundEvents } from "./round-events.ts";
import type { Parts } from "./parts.ts";
import { describeFault, type Fault, FAULTS_WITHIN_MS, type Plan, type Trigger } from "./plan.ts";
import { killHard } from "../../scripts/processes.ts";

/** @returns the number of injected faults by kind and target. */
export async function inject(options: {
  plan: Plan;
  parts: Parts;
  server: DatabaseServer;
  roundEvents: RoundEvents;
  /** No fault is injected after it. */
  ended: Promise<unknown>;
  note: (line: string) => void;
}): Promise<Map<string, number>> {
  const { plan, parts, server, roundEvents, note } = options;
  const injected = new Map<string, number>();
  const expired = new AbortController();
  const injecting = plan.faults.map(async (fault) => {
    if (!(await untilTriggered(fault, roundEvents, expired.signal))) return;
    note(describeFault(fault));
    if (!(await injectFault(fault, parts, server))) return note(`not possible: ${describeFault(fault)}`);
    const what = `${fault.kind} ${fault.target}`;
    injected.set(what, (injected.get(what) ?? 0) + 1);
  });
  const window = roundEvents.nth("started", 1).then(() => sleep(FAULTS_WITHIN_MS));
  await Promise.race([window, options.ended.catch(() => undefined)]);
  expired.abort();
  const healing = [...parts.all.map((part) => part.heal()), server.heal()];
  await Promise.all([...injecting, ...healing]);
  // Faults that were injected during the healing.
  await Promise.all([...parts.all.map((part) => part.heal()), server.heal()]);
  return injected;
}

/** @returns false when the trigger did not fire in time. */
export async function untilTriggered(
  { trigger }: { trigger: Trigger },
  roundEvents: RoundEvents,
  signal: AbortSignal,
): Promise<boolean> {
  const { promise: aborted, resolve } = Promise.withResolvers<false>();
  signal.addEventListener("abort", () => resolve(false), { once: true });
  const fired =
    trigger.on === "time"
      ? roundEvents.nth("started", 1).then(() => sleep(trigger.ms, true))
      : roundEvents.nth(trigger.on, trigger.nth).then(() => sleep(trigger.delayMs, true));
  return Promise.race([fired, aborted]);
}

async function injectFault(fault: Fault, parts: Parts, server: DatabaseServer): Promise<boolean> {
  const { target, kind, index, durationMs } = fault;
  if (target === "holder") return killHolder(parts.dataDir, index);
  if (target === "database") return kind === "cut" ? server.cut() : server[kind](durationMs);
  const part = (target === "worker" ? parts.workers : parts.webs)[index];
  return part === undefined || kind === "cut" || kind === "failover" ? false : part[kind](durationMs);
}

function killHolder(dataDir: string, index: number): boolean {
  const alive = heldJobs(dataDir)
    .map((name) => readHolderFile(join(dataDir, "jobs", name)))
    // A killed holder leaves its process number in the file, which may be in use again.
    .filter((file) => file !== undefined && file.ended === null && isHolderRunning(file));
  const file = alive[index % Math.max(1, alive.length)];
  return file !== undefined && killHard(file.pid);
}

/** The numbers of all started jobs. */
export function heldJobs(dataDir: string): string[] {
  const jobs = join(dataDir, "jobs");
  return existsSync(jobs) ? readdirSync(jobs) : [];
}
