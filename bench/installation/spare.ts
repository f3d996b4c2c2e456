// The spare holder that a worker keeps ready. It counts as ready once it is idle.
import { setTimeout as sleep } from "node:timers/promises";
import { childrenOf, commandLine, cpuMs } from "../processes.ts";
import { until } from "../until.ts";

/** A holder that is starting uses CPU within this time. */
const IDLE_MS = 150;

/** Resolves when exactly one holder of the worker has no command, and it is idle: it waits for the next job. */
export async function untilSpareReady(workerPid: number): Promise<void> {
  await until("a spare holder", async () => {
    const holders = childrenOf(workerPid).filter((pid) =>
      commandLine(pid).includes("holder/program/main.ts"),
    );
    const [spare, ...ending] = holders.filter((pid) => childrenOf(pid).length === 0);
    if (spare === undefined || ending.length > 0) return false;
    const before = cpuMs(spare);
    await sleep(IDLE_MS);
    return before > 0 && cpuMs(spare) - before < 1;
  });
}
