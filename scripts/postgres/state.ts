/** What can be seen of a server from outside, through the file in which it notes itself down. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { identityOf } from "../processes.mjs";

/** What the server says of itself in postmaster.pid: number, directory, start, port, socket, address, memory, status. */
export function readState(directory: string): { pid: number; port: number; ready: boolean } | undefined {
  let lines: string[];
  try {
    lines = readFileSync(pidFile(directory), "utf8").split("\n");
  } catch {
    return undefined; // no server, or none yet
  }
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === "ready" };
}

/**
 * By its command line, which everybody may read; its working directory would say the same, but root in a container
 * may not look at that of another account.
 */
export function isServerOf(directory: string, pid: number): boolean {
  if (identityOf(pid) === undefined) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(join(directory, "data"));
  } catch {
    return false; // gone meanwhile
  }
}

export function pidFile(directory: string): string {
  return join(directory, "data/postmaster.pid");
}
