// The processes of a job: found through the kernel's own list of children, and signalled.
//
// The holder is the subreaper of everything it starts, so a process that leaves the session, or whose parent dies,
// is still below the holder. Process groups and sessions are not used to find anything: setsid leaves both.

import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { libc } from "./libc.ts";

export interface ProcessStat {
  pid: number;
  /** R, S, D, T, Z, … */
  state: string;
  parentPid: number;
  group: number;
  session: number;
  /** Device number of the controlling terminal, as the kernel writes it; 0 for none. */
  terminalNumber: number;
  /** Process group in the foreground of that terminal. */
  foregroundGroup: number;
  /** Together with the pid and the boot this names a process for ever. */
  startTicks: number;
  /** Where its code and its stack lie: differs after it has become another program, as far as the kernel may say. */
  image: string;
  /** The processor time that it has had, in ticks of mostly 10 ms. */
  ticks: number;
  /** How many steps below the holder. */
  depth: number;
}

const buffer = Buffer.allocUnsafe(64 * 1024);

export type ProcText = { text: string } | { denied: boolean };

/** A file of /proc, at most 64 KiB of it. `denied` tells "may not be seen" from "is gone". */
export function readProc(path: string): ProcText {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    return { denied: isDenied(error) };
  }
  try {
    let length = 0;
    // Of a list the kernel gives a page at a time.
    for (let bytes = -1; bytes !== 0 && length < buffer.length; length += bytes) {
      bytes = readSync(fd, buffer, length, buffer.length - length, length);
    }
    return { text: buffer.toString("latin1", 0, length) };
  } catch (error) {
    return { denied: isDenied(error) };
  } finally {
    closeSync(fd);
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EPERM");
}

/** null when there is no such process. A zombie still has one. */
export function readStat(pid: number, depth = 0): ProcessStat | null {
  return readStatFile(`/proc/${pid}/stat`, pid, depth);
}

/** The same of one thread: state and ticks are its own. */
export function readThreadStat(pid: number, thread: number): ProcessStat | null {
  return readStatFile(`/proc/${pid}/task/${thread}/stat`, pid, 0);
}

function readStatFile(path: string, pid: number, depth: number): ProcessStat | null {
  const read = readProc(path);
  if (!("text" in read)) {
    return null;
  }
  // The name in brackets may hold spaces and brackets itself, so count from the last one.
  const fields = read.text.slice(read.text.lastIndexOf(")") + 2).split(" ");
  const number = (index: number): number => Number(fields[index] ?? 0);
  return {
    pid,
    state: fields[0] ?? "?",
    parentPid: number(1),
    group: number(2),
    session: number(3),
    terminalNumber: number(4),
    foregroundGroup: number(5),
    startTicks: number(19),
    image: fields.slice(23, 26).join(" "),
    ticks: number(11) + number(12),
    depth,
  };
}

/** The name of the program, without its arguments, which may hold a secret; empty when there is no such process. */
export function readName(pid: number): string {
  const read = readProc(`/proc/${pid}/comm`);
  return "text" in read ? Buffer.from(read.text, "latin1").toString("utf8").trimEnd() : "";
}

/** Thread ids, the main thread first. */
export function listThreads(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map(Number)
      .sort((a, b) => Number(b === pid) - Number(a === pid) || a - b);
  } catch {
    return [];
  }
}

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

/** The words of a command line; empty for a kernel thread, a zombie or a process that is gone. */
export function readCommandLine(pid: number): string[] {
  const read = readProc(`/proc/${pid}/cmdline`);
  if (!("text" in read)) {
    return [];
  }
  return Buffer.from(read.text, "latin1").toString("utf8").replace(/\0$/, "").split("\0").filter(Boolean);
}
