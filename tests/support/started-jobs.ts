// Jobs that a test has started below its DATA_DIR: their holders, their commands, and processes that are left behind.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { killHard, processesOf, sessionOf } from "../../scripts/processes.ts";
import { until } from "./until.ts";

/** The fields of `holder.json` that tests read. */
export type Holder = { pid: number; childPid: number | null; ended: unknown };

/** The process that holds the terminal, and the command in it. */
export function readHolder(dataDir: string, jobId: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, "jobs", jobId, "holder.json"), "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

/** Kills the holder and the command of each job that is still running when the test ends. */
export function killUnfinished(dataDir: string): void {
  for (const name of existsSync(join(dataDir, "jobs")) ? readdirSync(join(dataDir, "jobs")) : []) {
    const held = readHolder(dataDir, name);
    if (held === undefined || held.ended !== null) continue;
    for (const { pid } of processesOf(dataDir)) if (sessionOf(pid) === held.childPid) killHard(pid);
    if (held.childPid !== null) killHard(held.childPid);
    if (processesOf(dataDir).some(({ pid }) => pid === held.pid)) killHard(held.pid);
  }
}

/** Waits until the processes have exited. @returns those that did not exit in time; they are killed. */
export async function leftBehind(dataDir: string): Promise<string[]> {
  let left = processesOf(dataDir);
  await until("every process to exit", () => (left = processesOf(dataDir)).length === 0).catch(
    () => undefined,
  );
  for (const { pid } of left) killHard(pid);
  return left.map(({ pid, command }) => `process ${pid}: ${command}`);
}
