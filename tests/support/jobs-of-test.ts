// What a test has started below its DATA_DIR: the holders of its jobs and their commands, and what is left of them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { killHard, processesOf, sessionOf } from "./processes.ts";
import { until } from "./until.ts";

/** Of `holder.json`, what tests look at. */
export type Holder = { pid: number; childPid: number | null; ended: unknown };

/** The process that holds the terminal, and the command in it. */
export function readHolder(dataDir: string, jobId: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, "jobs", jobId, "holder.json"), "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

/** A test may end with a job under way: its holder and its command go with it. */
export function killUnfinished(dataDir: string): void {
  for (const name of existsSync(join(dataDir, "jobs")) ? readdirSync(join(dataDir, "jobs")) : []) {
    const held = readHolder(dataDir, name);
    if (held === undefined || held.ended !== null) continue;
    for (const { pid } of processesOf(dataDir)) if (sessionOf(pid) === held.childPid) killHard(pid);
    if (held.childPid !== null) killHard(held.childPid);
    if (processesOf(dataDir).some(({ pid }) => pid === held.pid)) killHard(held.pid);
  }
}

/** What has been asked to go, or has no reason to stay, is gone in a moment. @returns what is not, now killed. */
export async function leftBehind(dataDir: string): Promise<string[]> {
  let left = processesOf(dataDir);
  await until("everything to be gone", () => (left = processesOf(dataDir)).length === 0).catch(
    () => undefined,
  );
  for (const { pid } of left) killHard(pid);
  return left.map(({ pid, command }) => `process ${pid}: ${command}`);
}
