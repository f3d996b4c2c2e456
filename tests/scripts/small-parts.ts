/** Parts and the record they leave, for the supervisor's tests. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nodeProgram, type Program, startProgram } from "../../scripts/program.ts";
import type { Observer, Part } from "../../scripts/supervisor.ts";

export type Noted = { what: string; name: string; pid: number };

export function readRecord(record: string): Noted[] {
  return readFileSync(record, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [what = "", name = "", pid = "0"] = line.split(" ");
      return { what, name, pid: Number(pid) };
    });
}

/** "began a, ready a, …": what happened, without the numbers. */
export function story(record: string): string[] {
  return readRecord(record).map(({ what, name }) => `${what} ${name}`);
}

export function smallPart(record: string, name: string, words: readonly string[] = []): Part {
  const fixture = join(import.meta.dirname, "fixtures/part.ts");
  const program: Program = {
    name,
    ...nodeProgram([fixture, name, record, ...words], () => ({})),
    log: `${record}-${name}.log`,
    isReady: (pid) =>
      readRecord(record).some((noted) => noted.what === "ready" && noted.name === name && noted.pid === pid),
    // Only a part that ignores SIGTERM reaches it.
    stopTimeoutMs: words.includes("stubborn") && !words.includes("waits-long") ? 3_000 : 60_000,
  };
  return { name, start: (signal) => startProgram(program, signal) };
}

export const silentObserver: Observer = {
  begin: () => ({ done: () => undefined, failed: () => undefined }),
  notify: () => undefined,
};
