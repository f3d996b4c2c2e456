// The processes of a job: found through the kernel's own list of children, and signalled.
//
// The holder is the subreaper of everything it starts, so a process that leaves the session, or whose parent dies,
// is still below the holder. Process groups and sessions are not used to find anything: setsid leaves both.

import { listThreads, readProc, readStat, type ProcessStat } from "../protocol/proc.ts";
import { libc } from "./libc.ts";

/** No command starts others so deep; a way up that was changed while it was gone must end all the same. */
const DEPTH_MAX = 1000;
const WALKS_MAX = 3;
/** More than any deployment starts; beyond it a fork bomb must not hang the holder too. */
const DESCENDANTS_MAX = 20_000;

/**
 * Every living process below `rootPid`, parents before their children; zombies are not listed. Below this process none means
 * none.
 */
export function listDescendants(rootPid: number): ProcessStat[] {
  const found: ProcessStat[] = [];
  const seen = new Set([rootPid]);
  // Whoever loses its parent during the walk is in no list that is still to be read, and has been handed to this process.
  for (let seenBefore = 0; seenBefore < seen.size && seen.size < DESCENDANTS_MAX;) {
    seenBefore = seen.size;
    walkDown(rootPid, seen, found);
  }
  return found;
}

/** Adds who has not been seen, and is below `rootPid` or others of them. */
function walkDown(rootPid: number, seen: Set<number>, found: ProcessStat[]): void {
  let level = [rootPid];
  for (let depth = 1; level.length > 0 && seen.size < DESCENDANTS_MAX; depth += 1) {
    const next: number[] = [];
    for (const child of level.flatMap(listChildren)) {
      // A process can be handed to another parent while we walk, and would then be met twice.
      if (!seen.has(child)) {
        seen.add(child);
        const stat = readStat(child, depth);
        if (stat !== null && isAlive(stat)) {
          found.push(stat);
          next.push(child);
        }
      }
    }
    level = next;
  }
}

function isAlive(stat: ProcessStat): boolean {
  // A program whose first thread has ended shows as a zombie while its other threads go on.
  return stat.state !== "X" && (stat.state !== "Z" || listThreads(stat.pid).length > 1);
}

export function listChildren(pid: number): number[] {
  // This process starts others, and is handed orphans, in its first thread; to ask the rest of them takes longest of all.
  const threads = pid === process.pid ? [pid] : listThreads(pid);
  return threads.flatMap((thread) => {
    const read = readProc(`/proc/${pid}/task/${thread}/children`);
    return "text" in read ? read.text.split(" ").filter(Boolean).map(Number) : [];
  });
}

/** Collects dead orphans that were handed to this process. `exceptPid` is left to whoever waits for it. */
export function reapOrphans(exceptPid: number): void {
  for (const pid of listChildren(process.pid)) {
    if (pid !== exceptPid && readStat(pid)?.state === "Z") {
      libc?.reap(pid);
    }
  }
}

/**
 * Signals each process that is still the one that was listed, and still below this one: while the kernel's lists are
 * walked a number may pass to another process, whose children are not ours. Returns the pids that were reached.
 */
export function signalAll(targets: readonly ProcessStat[], signal: NodeJS.Signals): number[] {
  return targets.filter((target) => signalOne(target, signal)).map((target) => target.pid);
}

function signalOne(target: ProcessStat, signal: NodeJS.Signals): boolean {
  if (readStat(target.pid)?.startTicks !== target.startTicks || !isBelowThis(target.pid)) {
    return false;
  }
  try {
    process.kill(target.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Whoever loses its parent is handed to the holder, so every way up from what it started ends here. */
function isBelowThis(pid: number): boolean {
  // A parent that ends while the way leads through it breaks it; then its children have been handed on.
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
