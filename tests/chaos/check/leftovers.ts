// After a round nothing is left running or open, and no process has grown without bound.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RoundFacts } from "../facts.ts";

/**
 * An idle worker needs less than 200 MB; a web process takes up to 330 MB to start and releases it later. Only a large leak is
 * visible in a round of seconds.
 */
const MEMORY_BYTES_MAX = 600 * 1024 * 1024;

export function checkFiles({ dataDir, jobs }: RoundFacts): string[] {
  // A killed holder cannot remove its socket.
  return jobs
    .filter(
      ({ id, holder }) => holder.state !== "dead" && existsSync(join(dataDir, "jobs", String(id), "socket")),
    )
    .map(({ id }) => `job ${id}: its socket still exists`);
}

export function checkMemory({ name, memoryPeak }: { name: string; memoryPeak: number }): string[] {
  return memoryPeak > MEMORY_BYTES_MAX ? [`${name} used ${memoryPeak} bytes`] : [];
}

/** Errors, and lines that are not log entries. */
export function checkLog(name: string, text: string): string[] {
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    const level = /"log\.level":"(\w+)"/.exec(line)?.[1];
    if (level !== undefined && level !== "error") return [];
    return [`${name} logged: ${line.slice(0, 600)}`];
  });
}
