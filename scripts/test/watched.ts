/**
 * Runs one program of tests (a file of node:test, or Playwright) and watches that it gets on.
 *
 * The program gets a process group of its own, so that one that hangs goes together with everything it started,
 * and so that a Ctrl-C goes to the runner alone, which then ends the groups.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, closeSync, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../root.ts";
import { parseReport } from "./report.ts";
import { Tally, type Counts } from "./tally.ts";

/** Longer than any single test may take, on a slow machine that has much else to do. */
const QUIET_BOUND_MS = 600_000;

export type Watched = { counts: Counts; faults: string[]; skipped: string[] };

const groups = new Set<number>();

export async function runWatched(command: {
  /** How it is called in faults. */
  name: string;
  program: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Takes the program's output. */
  log: string;
  quietBoundMs?: number;
}): Promise<Watched> {
  const { name, quietBoundMs = QUIET_BOUND_MS } = command;
  const output = openSync(command.log, "w");
  const child = spawn(command.program, command.args, {
    cwd: ROOT,
    env: command.env,
    detached: true,
    stdio: ["ignore", output, output, "pipe"],
  });
  closeSync(output);
  const tally = new Tally();
  const faults: string[] = [];
  let heardAt = performance.now();
  const pid = child.pid;
  if (pid !== undefined) groups.add(pid);

  const reports = child.stdio[3];
  if (reports === null || reports === undefined || !("on" in reports)) throw new Error("no pipe for reports");
  const lines = createInterface({ input: reports as NodeJS.ReadableStream });
  lines.on("line", (line) => {
    heardAt = performance.now();
    const event = parseReport(line);
    if (event.kind !== "open") return tally.add(event);
    faults.push(
      `${name}: killed, because it did not exit after its last test. Still open: ${event.resources.join(", ")}`,
    );
    heardAt = Infinity;
    endGroup(pid);
  });
  const closed = once(lines, "close");

  const watch = setInterval(() => {
    if (performance.now() - heardAt < quietBoundMs) return;
    const where = [...tally.running].at(-1) ?? "no test";
    faults.push(`${name}: killed after ${quietBoundMs / 1000} s without progress, in "${where}"`);
    heardAt = Infinity;
    endGroup(pid);
  }, 250);
  const ended = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
  clearInterval(watch);
  endGroup(pid);
  if (pid !== undefined) groups.delete(pid);
  await Promise.race([closed, sleep(1_000)]);
  lines.close();

  const counts = tally.counts();
  // A failed test ends its file with 1; anything else that ended badly has to be told apart from it.
  if (ended !== undefined && counts.failed === 0 && faults.length === 0) faults.push(`${name}: ${ended}`);
  for (const fault of faults) appendFileSync(command.log, `\n${fault}\n`);
  return {
    counts: { ...counts, failed: counts.failed + faults.length },
    faults,
    skipped: tally.skipped,
  };
}

/** Kills everything that is still under way; for the end of the runner. */
export function endAllWatched(): void {
  for (const pid of groups) endGroup(pid);
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left in it, which is how it should be.
  }
}
