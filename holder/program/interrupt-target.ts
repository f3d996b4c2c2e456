// Finds the process that an interrupt is meant for.
//
// `scap backport` starts `scap sync-world` and waits for it. Ctrl-C reaches both: the parent then gives its child a
// quarter of a second and kills it, and with it the question whether to roll back. So an interrupt goes to the innermost
// command alone. What that command runs in turn (git, rsync, a shell) are its helpers: interrupting one of those would look
// like an error, not like a request to stop.

import { basename } from "node:path";
import { readCommandLine, readProc, type ProcessStat } from "../protocol/proc.ts";

/** Programs that run another one and do not handle an interrupt themselves. */
const WRAPPERS = new Set(
  "sh dash bash zsh ksh ash busybox sudo doas su env setsid nohup timeout nice ionice stdbuf script".split(
    " ",
  ),
);
const INTERPRETER = /^(python|node|perl|ruby|php)[\d.]*$/;
const SIGINT_BIT = 1n << 1n;

/**
 * The processes that an interrupt is meant for, the best first; the others are for when that one has ended meanwhile. They are
 * the processes of the group that run the same program as the outermost one that handles interrupts, deepest first, and that
 * one last; if none handles interrupts, all of them.
 */
export function listInterruptTargets(group: readonly ProcessStat[]): ProcessStat[] {
  const command = group.find(
    (member) => !WRAPPERS.has(programOf(member.pid)) && handlesInterrupt(member.pid),
  );
  if (command === undefined) {
    return group.toReversed();
  }
  const program = programOf(command.pid);
  const inside = group.filter(
    (member) =>
      isBelow(member, command, group) && !isForkOfParent(member, group) && programOf(member.pid) === program,
  );
  return [...inside.toReversed(), command];
}

/** Whether it was forked and has not called exec() yet: it still has the name of its parent, but may become a helper. */
function isForkOfParent(member: ProcessStat, group: readonly ProcessStat[]): boolean {
  return group.find((other) => other.pid === member.parentPid)?.image === member.image;
}

function isBelow(member: ProcessStat, ancestor: ProcessStat, group: readonly ProcessStat[]): boolean {
  for (let at: ProcessStat | undefined = member; at !== undefined && at.depth > ancestor.depth;) {
    const { parentPid }: ProcessStat = at;
    if (parentPid === ancestor.pid) {
      return true;
    }
    at = group.find((other) => other.pid === parentPid);
  }
  return false;
}

/** The name of the program; for an interpreter that of its script. */
function programOf(pid: number): string {
  const [file = "", ...args] = readCommandLine(pid);
  const name = basename(file);
  if (!INTERPRETER.test(name)) {
    return name;
  }
  return basename(args.find((arg) => !arg.startsWith("-")) ?? name);
}

function handlesInterrupt(pid: number): boolean {
  const read = readProc(`/proc/${pid}/status`);
  const caught = "text" in read ? /^SigCgt:\s*([0-9a-f]+)/m.exec(read.text)?.[1] : undefined;
  return caught !== undefined && (BigInt(`0x${caught}`) & SIGINT_BIT) !== 0n;
}
