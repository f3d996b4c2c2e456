// Reads CPU time, memory and children of a process from /proc.
import { readdirSync, readFileSync } from "node:fs";

/** CPU time of all threads in milliseconds. Read in nanoseconds: ticks of 10 ms would hide an idle process. */
export function cpuMs(pid: number): number {
  let nanoseconds = 0;
  for (const thread of list(`/proc/${pid}/task`)) {
    const [ran = "0"] = read(`/proc/${pid}/task/${thread}/schedstat`).split(" ");
    nanoseconds += Number(ran);
  }
  return nanoseconds / 1e6;
}

/** Resident memory in MB; 0 when the process has exited. */
export function residentMb(pid: number): number {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes) / 1024;
}

export function childrenOf(pid: number): number[] {
  return list(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).trim().split(" ").filter(Boolean).map(Number),
  );
}

export function commandLine(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // the process has exited
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return []; // the process has exited
  }
}
