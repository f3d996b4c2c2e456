// Ends what a command leaves behind: nothing that a job started outlives it, whatever session or parent it has by then.

import { readName, type ProcessStat } from "../protocol/proc.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { listDescendants, reapOrphans, signalAll } from "./processes.ts";
import { killAll } from "./signaller.ts";

/** For what is about to end by itself: the last writer of a pipe, a child that flushes its log. */
const GRACE_MS = 100;
const TERM_MS = 2000;
/** Neither time is over for those that want to run and have hardly had a turn: a busy machine keeps them from ending. */
const BUSY_MS_MAX = 10_000;
const BUSY_TICKS_MAX = 100;
const LOOK_MS = 10;
const PIDS_NOTED_MAX = 1000;

/**
 * Resolves when no process of the job is left. Those that do not end by themselves at once are noted, and get SIGHUP,
 * SIGTERM and SIGCONT, and after two seconds SIGKILL.
 * @param childPid the command itself, which has ended and is waited for by somebody else
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

async function isNoneLeft(childPid: number, boundMs: number): Promise<boolean> {
  const ticksBefore = new Map<number, number>();
  const hadSince = ({ pid, ticks }: ProcessStat): number => ticks - (ticksBefore.get(pid) ?? ticks);
  for (const begunAt = performance.now(); ; await sleep(LOOK_MS)) {
    reapOrphans(childPid);
    const left = listDescendants(process.pid);
    if (left.length === 0) {
      return true;
    }
    for (const { pid, ticks } of left.filter((one) => !ticksBefore.has(one.pid))) ticksBefore.set(pid, ticks);
    const isOneHeldUp = left.some(
      (one) => one.state === "D" || (one.state === "R" && hadSince(one) < BUSY_TICKS_MAX),
    );
    if (performance.now() - begunAt > (isOneHeldUp ? BUSY_MS_MAX : boundMs)) {
      return false;
    }
  }
}
