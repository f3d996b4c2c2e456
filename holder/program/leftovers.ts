// Ends processes that a command leaves behind: nothing that a job started outlives it, whatever session or parent it has.

import { readName, type ProcessStat } from "../protocol/proc.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { listDescendants, reapOrphans, signalAll } from "./processes.ts";
import { killAll } from "./signaller.ts";

/** For processes that are about to end by themselves: the last writer of a pipe, a child that flushes its log. */
const GRACE_MS = 100;
const TERM_MS = 2000;
/** Both times are extended for processes that are runnable and get hardly any processor time: a busy machine delays their end. */
const STARVED_MS_MAX = 10_000;
const STARVED_TICKS_MAX = 100;
const CHECK_MS = 10;
const PIDS_NOTED_MAX = 1000;

/**
 * Resolves when no process of the job is left. Those that do not end by themselves at once are noted, and get SIGHUP,
 * SIGTERM and SIGCONT, and after two seconds SIGKILL.
 * @param childPid the command itself, which has ended and which node-pty waits for
 */
export async function endLeftovers(
  childPid: number,
  note: (pids: number[], names: string[]) => void,
): Promise<void> {
  if (await isNoneLeft(childPid, GRACE_MS)) {
    return;
  }
  const leftovers = listDescendants(process.pid);
  const noted = leftovers.map(({ pid }) => pid).slice(0, PIDS_NOTED_MAX);
  note(noted, noted.map(readName));
  for (const signal of ["SIGHUP", "SIGTERM", "SIGCONT"] as const) {
    signalAll(leftovers, signal);
  }
  if (!(await isNoneLeft(childPid, TERM_MS))) {
    await killAll(process.pid);
    reapOrphans(childPid);
  }
}

async function isNoneLeft(childPid: number, timeoutMs: number): Promise<boolean> {
  const ticksBefore = new Map<number, number>();
  const usedSince = ({ pid, ticks }: ProcessStat): number => ticks - (ticksBefore.get(pid) ?? ticks);
  for (const startedAt = performance.now(); ; await sleep(CHECK_MS)) {
    reapOrphans(childPid);
    const left = listDescendants(process.pid);
    if (left.length === 0) {
      return true;
    }
    for (const { pid, ticks } of left.filter((one) => !ticksBefore.has(one.pid))) ticksBefore.set(pid, ticks);
    const isOneStarved = left.some(
      (one) => one.state === "D" || (one.state === "R" && usedSince(one) < STARVED_TICKS_MAX),
    );
    if (performance.now() - startedAt > (isOneStarved ? STARVED_MS_MAX : timeoutMs)) {
      return false;
    }
  }
}
