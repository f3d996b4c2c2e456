// When all is over nothing is left running or open, and nothing has grown without bounds.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RoundFacts } from "../facts.ts";

/**
 * A worker rests below 200 MB; a web process of production takes up to 330 MB for its start alone, and gives that back when
 * it likes. A leak in a round of seconds would have to be gross to be seen.
 */
const MEMORY_BYTES_MAX = 600 * 1024 * 1024;

/** What a web process says that starts, and Next with it. */
const HARMLESS = /^(listening on | *✓ Running next\.config\.ts )/;

export function checkFiles({ dataDir, jobs }: RoundFacts): string[] {
  // A holder that was killed could not remove its socket.
  return jobs
    .filter(
      ({ id, holder }) => holder.state !== "dead" && existsSync(join(dataDir, "jobs", String(id), "socket")),
    )
    .map(({ id }) => `job ${id}: its socket is left`);
}

export function checkMemory({ name, memoryPeak }: { name: string; memoryPeak: number }): string[] {
  return memoryPeak > MEMORY_BYTES_MAX ? [`${name} took ${memoryPeak} bytes`] : [];
}

/** Lines in the logs of programs that tell of something that must not happen. */
export function checkLog(name: string, text: string): string[] {
  return text.split("\n").flatMap((line) => {
    if (line === "" || HARMLESS.test(line)) return [];
    const level = /"level":"(\w+)"/.exec(line)?.[1];
    if (level !== undefined && level !== "error") return [];
    return [`${name} says: ${line.slice(0, 600)}`];
  });
}
