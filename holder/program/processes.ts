// The processes of a job: found through the kernel's lists of children, signalled and reaped.
//
// The holder is the subreaper of everything it starts, so a process that leaves the session, or whose parent dies, is still a
// descendant of the holder. Process groups and sessions are not used to find anything: setsid leaves both.

import { listThreads, readProc, readStat, type ProcessStat } from "../protocol/proc.ts";
import { libc } from "./libc.ts";

/** Deeper than any command; the walk towards the root must end although processes are reparented meanwhile. */
const DEPTH_MAX = 1000;
const WALKS_MAX = 3;
/** More than any deployment starts; a fork bomb must not hang the holder as well. */
const DESCENDANTS_MAX = 20_000;

/**
 * Every living descendant of `rootPid`, parents before their children, without zombies. For this process an empty list is
 * reliable: none is missed.
 */
export function listDescendants(rootPid: number): ProcessStat[] {
  const found: ProcessStat[] = [];
  const seen = new Set([rootPid]);
  // A process that loses its parent during the walk may be in none of the lists still to be read: it is now a child of this one.
  for (let seenBefore = 0; seenBefore < seen.size && seen.size < DESCENDANTS_MAX;) {
    seenBefore = seen.size;
    walkDown(rootPid, seen, found);
  }
  return found;
}

/**
 * The same with a single walk, for checks that are repeated: a process that loses its parent during the walk may be missing, and is
 * found by the next check.
 */
export function listDescendantsOnce(rootPid: number): ProcessStat[] {
  const found: ProcessStat[] = [];
  walkDown(rootPid, new Set([rootPid]), found);
  return found;
}

/** Adds the descendants of `rootPid` that have not been seen. */
function walkDown(rootPid: number, seen: Set<number>, found: ProcessStat[]): void {
  let level = [rootPid];
  for (let depth = 1; level.length > 0 && seen.size < DESCENDANTS_MAX; depth += 1) {
    const next: number[] = [];
    for (const child of level.flatMap(listChildren)) {
      // A process that is reparented during the walk would be found twice.
      if (!seen.has(child)) {
        seen.add(child);
        const stat = readStat(child, depth);
        if (stat !== undefined && isAlive(stat)) {
          found.push(stat);
          next.push(child);
        }
      }
    }
    level = next;
  }
}

function isAlive(stat: ProcessStat): boolean {
  // A program whose main thread has ended shows as a zombie while its other threads keep running.
  return stat.state !== "X" && (stat.state !== "Z" || listThreads(stat.pid).length > 1);
}

export function listChildren(pid: number): number[] {
  // This process starts others, and receives orphans, in its main thread; reading the other threads would be the slowest part.
  const threads = pid === process.pid ? [pid] : listThreads(pid);
  return threads.flatMap((thread) => {
    const read = readProc(`/proc/${pid}/task/${thread}/children`);
    return "text" in read ? read.text.split(" ").filter(Boolean).map(Number) : [];
  });
}

/** Reaps dead orphans that became children of this process. `exceptPid` is left to node-pty, which waits for it. */
export function reapOrphans(exceptPid: number): void {
  for (const pid of listChildren(process.pid)) {
    if (pid !== exceptPid && readStat(pid)?.state === "Z") {
      libc?.reap(pid);
    }
  }
}

/**
 * Signals each process that is still the listed one and still a descendant of this process: while the lists are read, the
 * kernel may give its pid to a process of another job. Returns the pids that were signalled.
 */
export function signalAll(targets: readonly ProcessStat[], signal: NodeJS.Signals): number[] {
  return targets.filter((target) => signalOne(target, signal)).map((target) => target.pid);
}

function signalOne(target: ProcessStat, signal: NodeJS.Signals): boolean {
  if (readStat(target.pid)?.startTicks !== target.startTicks || !isDescendant(target.pid)) {
    return false;
  }
  try {
    process.kill(target.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Orphans become children of the holder, so the chain of parents of everything that it started ends here. */
function isDescendant(pid: number): boolean {
  // A parent that ends during the walk breaks the chain; by then its children have a new parent, so the walk is repeated.
  for (let walks = 0; walks < WALKS_MAX; walks += 1) {
    let at = pid;
    for (let steps = 0; at > 1 && steps < DEPTH_MAX; steps += 1) {
      at = readStat(at)?.parentPid ?? 0;
      if (at === process.pid) {
        return true;
      }
    }
  }
  return false;
}
