// Detects processes of the job that are stopped (SIGSTOP; SIGTTIN or SIGTTOU, because they used the terminal from the
// background). A stopped process does not continue by itself, and nothing on the terminal shows it, so it is reported.

import { readCommandLine, type ProcessStat } from "../protocol/proc.ts";
import { basename } from "node:path";
import { listDescendants, signalAll } from "./processes.ts";

const CHECK_MS = 2000;
/** A check that takes c ms is not repeated within 150 c ms. */
const COST_FACTOR = 150;
/** Some programs stop their children for a moment. */
const CHECKS_MIN = 2;
const COMMANDS_MAX = 5;

export type StoppedListeners = {
  /** Names of the programs, each once. */
  onStopped(commands: string[]): void;
  onContinued(): void;
};

/** Descendants that are stopped now. Not those that another process traces. */
export function listStopped(): ProcessStat[] {
  return listDescendants(process.pid).filter(({ state }) => state === "T");
}

/** A stopped process receives signals other than SIGKILL only after it is continued. */
export function continueStopped(): void {
  const stopped = listStopped();
  if (stopped.length > 0) {
    signalAll(stopped, "SIGCONT");
  }
}

/** Checks periodically until `stop` is called. */
export function watchStopped(listeners: StoppedListeners): { stop(): void } {
  let seen = 0;
  let isReported = false;
  let timer = setTimeout(check, CHECK_MS);
  return { stop: () => clearTimeout(timer) };

  function check(): void {
    const began = performance.now();
    const stopped = listStopped();
    seen = stopped.length > 0 ? seen + 1 : 0;
    if (!isReported && seen >= CHECKS_MIN) {
      isReported = true;
      listeners.onStopped(namesOf(stopped));
    } else if (isReported && seen === 0) {
      isReported = false;
      listeners.onContinued();
    }
    timer = setTimeout(check, Math.max(CHECK_MS, (performance.now() - began) * COST_FACTOR));
  }
}

function namesOf(stopped: readonly ProcessStat[]): string[] {
  const names = stopped.map(({ pid }) => basename(readCommandLine(pid)[0] ?? "").slice(0, 100));
  return [...new Set(names)].filter(Boolean).slice(0, COMMANDS_MAX);
}
