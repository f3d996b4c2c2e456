// Finds the process of a job that waits for terminal input, from what the kernel shows under /proc.
//
// A process that is blocked in read() on the terminal waits for input: that is a fact, not a guess from its text. A process
// that is blocked in poll(), select() or epoll_wait() with the terminal among its descriptors may be waiting for something
// else as well, which is stated too. Nothing else is a candidate: a program that prints a question and sleeps is not.
//
// Only the foreground group counts (the others would be stopped by the kernel if they read), and of each process
// every thread, the main thread first.

import {
  listThreads,
  readCommandLine,
  readProc,
  readStat,
  readThreadStat,
  type ProcessStat,
} from "../protocol/proc.ts";
import { listDescendantsOnce } from "./processes.ts";
import { describeDescriptors } from "./awaited-descriptors.ts";
import { hasTimeout, parseSyscall } from "./syscalls.ts";
import type { TerminalIdentity } from "./terminal.ts";

/** What one check shows of a thread that waits. `isSameWait` tells whether two checks show the same wait. */
export type Wait = {
  how: "read" | "poll" | "unknown";
  pid: number;
  startTicks: number;
  /** As in `ProcessStat`. */
  image: string;
  thread: number;
  mainThread: boolean;
  hasTimeout: boolean;
  onlyTerminal: boolean;
  /** The line of /proc/…/syscall. */
  call: string;
  /** Grows each time the thread goes to sleep: the same number means that it has not left the call. */
  switches: string;
};

/**
 * The processor time that a runnable thread has used, in ticks of mostly 10 ms; undefined when it sleeps, is stopped or has ended.
 */
export function runnableTicks({ pid, thread }: Pick<Wait, "pid" | "thread">): number | undefined {
  const stat = readThreadStat(pid, thread);
  return stat?.state === "R" ? stat.ticks : undefined;
}

/**
 * How much the process, and the children that it has waited for, have written so far, to any file; undefined when the kernel does
 * not show it.
 */
export function bytesWritten(pid: number): string | undefined {
  const read = readProc(`/proc/${pid}/io`);
  return "text" in read ? /^wchar: (\d+)/m.exec(read.text)?.[1] : undefined;
}

/** The process of the foreground group that waits for input; undefined when none does. */
export function findWait(childPid: number, terminal: TerminalIdentity): Wait | undefined {
  const group = readStat(childPid)?.foregroundGroup;
  if (group === undefined || group <= 0) {
    return undefined;
  }
  const members = listDescendantsOnce(process.pid).filter(
    (member) => member.group === group && member.terminalNumber === terminal.terminalNumber,
  );
  let best: Wait | undefined = undefined;
  // The deepest first: when a command and its parent both poll, the command is the one that asks.
  for (const member of members.reverse()) {
    for (const thread of listThreads(member.pid)) {
      const wait = inspectThread(member, thread, terminal);
      if (wait !== undefined && (best === undefined || strength(wait) > strength(best))) {
        best = wait;
      }
    }
  }
  return best;
}

function strength(wait: Wait): number {
  const how = { read: 4, poll: 2, unknown: 0 }[wait.how];
  return how + Number(wait.mainThread);
}

/** Checks the same thread again; undefined when it no longer waits for this terminal. */
export function recheckWait(wait: Wait, terminal: TerminalIdentity): Wait | undefined {
  if (hasNotMoved(wait)) {
    return wait;
  }
  const stat = readStat(wait.pid);
  return stat === undefined || stat.startTicks !== wait.startTicks
    ? undefined
    : inspectThread(stat, wait.thread, terminal);
}

/** The most frequent check, ten times a second while a question is open: it reads two files. */
function hasNotMoved(wait: Wait): boolean {
  const call = readProc(`/proc/${wait.pid}/task/${wait.thread}/syscall`);
  return (
    "text" in call && call.text === wait.call && readSleep(wait, wait.thread)?.switches === wait.switches
  );
}

/**
 * Whether two checks show one and the same wait. A thread that polls with a timeout leaves the call and comes back without
 * anything having happened, so of a poll only thread and kind have to agree.
 */
export function isSameWait(first: Wait, second: Wait | undefined): boolean {
  return (
    isSameReader(first, second) &&
    (first.how === "poll" || (first.call === second?.call && first.switches === second.switches))
  );
}

/**
 * Whether two checks show the same thread of the same program waiting in the same way. It may have left the call in
 * between and come back: that is the same wait only if nothing was typed or printed meanwhile.
 */
export function isSameReader(first: Wait, second: Wait | undefined): boolean {
  return (
    second !== undefined &&
    first.pid === second.pid &&
    first.startTicks === second.startTicks &&
    first.image === second.image &&
    first.thread === second.thread &&
    first.how === second.how
  );
}

export function describeCommand(pid: number): string {
  return readCommandLine(pid).join(" ").slice(0, COMMAND_LENGTH_MAX);
}

const COMMAND_LENGTH_MAX = 200;

/**
 * The program image is read after the call. Otherwise a slow check could attribute the call of a program to the one that it
 * replaced by exec().
 */
function inspectThread(member: ProcessStat, thread: number, terminal: TerminalIdentity): Wait | undefined {
  const wait = inspectCall(member, thread, terminal);
  const now = wait === undefined ? undefined : readStat(member.pid);
  if (wait === undefined || now === undefined || now.startTicks !== member.startTicks) {
    return undefined;
  }
  return now.image === member.image ? wait : inspectThread(now, thread, terminal);
}

function inspectCall(member: ProcessStat, thread: number, terminal: TerminalIdentity): Wait | undefined {
  const read = readProc(`/proc/${member.pid}/task/${thread}/syscall`);
  if (!("text" in read)) {
    return read.denied ? unknownWait(member, thread) : undefined;
  }
  const call = parseSyscall(read.text);
  if (call === undefined) {
    return undefined;
  }
  const sleep = readSleep(member, thread);
  const set = sleep === undefined ? undefined : describeDescriptors(call, member.pid, terminal);
  return sleep === undefined || set === undefined
    ? undefined
    : {
        ...sleep,
        how: call.waiting.kind === "read" ? "read" : "poll",
        hasTimeout: hasTimeout(call),
        onlyTerminal: set.onlyTerminal,
        call: read.text,
      };
}

/** A process of another user cannot be inspected. All that shows is that it sleeps. */
function unknownWait(member: ProcessStat, thread: number): Wait | undefined {
  const sleep = thread === member.pid ? readSleep(member, thread) : undefined;
  return sleep === undefined
    ? undefined
    : { ...sleep, how: "unknown", hasTimeout: false, onlyTerminal: false, call: "" };
}

type Sleep = Pick<Wait, "pid" | "startTicks" | "image" | "thread" | "mainThread" | "switches">;

/**
 * undefined when the thread does not sleep: one that is stopped, or has been woken and not yet run, shows the same call.
 * Read after the call: if a second check shows the same number of switches, it slept in that call at this one.
 */
function readSleep(
  member: Pick<ProcessStat, "pid" | "startTicks" | "image">,
  thread: number,
): Sleep | undefined {
  const read = readProc(`/proc/${member.pid}/task/${thread}/status`);
  if (!("text" in read) || !/^State:\s*S/m.test(read.text)) {
    return undefined;
  }
  return {
    pid: member.pid,
    startTicks: member.startTicks,
    image: member.image,
    thread,
    mainThread: thread === member.pid,
    switches: /^voluntary_ctxt_switches:\s*(\d+)/m.exec(read.text)?.[1] ?? "",
  };
}
