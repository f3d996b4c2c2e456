// Reads memory, CPU time, descriptors, children and sockets of a process from /proc.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export type Descriptors = { unix: number; tcp: number; terminals: number; others: number };

/** Anonymous memory in bytes: without mapped files. */
export function ownMemory(pid: number): number {
  return field(pid, "RssAnon") * 1024;
}

function field(pid: number, name: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
  } catch {
    return 0; // the process has exited
  }
}

/** CPU seconds so far. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0; // the process has exited
  }
}

export function descriptorsOf(pid: number): Descriptors {
  const unixInodes = new Set(
    readFileSync("/proc/net/unix", "latin1")
      .split("\n")
      .map((line) => line.trim().split(/\s+/)[6]),
  );
  const counts: Descriptors = { unix: 0, tcp: 0, terminals: 0, others: 0 };
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    const target = targetOf(`/proc/${pid}/fd/${fd}`);
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (target === "") continue;
    if (inode !== undefined) counts[unixInodes.has(inode) ? "unix" : "tcp"] += 1;
    else if (/^\/dev\/(pts\/|ptmx)/.test(target)) counts.terminals += 1;
    else counts.others += 1;
  }
  return counts;
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return ""; // it was closed
  }
}

export type Child = { pid: number; isZombie: boolean };

export function childrenOf(parent: number): Child[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "latin1");
        const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return Number(ppid) === parent ? [{ pid: Number(name), isZombie: state === "Z" }] : [];
      } catch {
        return [];
      }
    });
}

/** Paths of listening or connected Unix sockets below this directory. */
export function socketsBelow(directory: string): string[] {
  return readFileSync("/proc/net/unix", "latin1")
    .split("\n")
    .flatMap((line) => line.split(" ").at(-1) ?? [])
    .filter((path) => path.startsWith(directory));
}

export const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
