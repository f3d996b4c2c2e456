// Finds processes on this machine that belong to a test or a benchmark run, by their environment.
import { readdirSync, readFileSync } from "node:fs";

export type FoundProcess = { pid: number; parent: number; command: string };

/** Finds processes that have this path in their environment: workers, web processes, holders and their commands. */
export function processesOf(path: string): FoundProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, "latin1").includes(path)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ");
        return [{ pid: Number(name), parent: parentOf(name), command }];
      } catch {
        return []; // It has just exited, or belongs to another user.
      }
    });
}

/** 0 if the process has exited. */
export function parentOf(pid: string | number): number {
  return numberInStat(pid, 1);
}

/** The session leader, which for a process in a job's terminal is the command. 0 if the process has exited. */
export function sessionOf(pid: string | number): number {
  return numberInStat(pid, 3);
}

/** @param at index after the state field, which follows the command's name. */
function numberInStat(pid: string | number, at: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[at]);
  } catch {
    return 0;
  }
}

/** @returns false if it had already exited. */
export function killHard(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
