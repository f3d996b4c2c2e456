// Waits for the clean-up after a round. What remains is a violation.
import { join } from "node:path";
import { readHolderFile } from "../../../holder/client/find-holder.ts";
import { hasMoreThanTombstone } from "../../../holder/client/tombstone.ts";
import { processesOf } from "../../../scripts/processes.ts";
import { until } from "../../support/until.ts";
import type { Parts } from "../parts.ts";
import type { PlannedJob } from "../plan.ts";

const GONE_TIMEOUT_MS = 60_000;

/** Only the parts and the spare holders of the workers may be running. */
export async function checkProcesses(
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
export async function checkTombstones(
  dataDir: string,
  queued: ReadonlyMap<number, PlannedJob>,
  onViolation: (violation: string) => void,
): Promise<void> {
  const findRemains = () =>
    [...queued.keys()].filter((id) => {
      const file = readHolderFile(join(dataDir, "jobs", String(id)));
      return file !== undefined && file.ended !== null && hasMoreThanTombstone(dataDir, id);
    });
  await until("the journals to be removed", () => findRemains().length === 0, {
    timeoutMs: GONE_TIMEOUT_MS,
    everyMs: 50,
  }).catch(() => undefined);
  for (const id of findRemains()) onViolation(`job ${id}: its journal or its socket still exists`);
}
