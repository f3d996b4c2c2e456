// Notices when a process of the job is stopped (SIGSTOP; SIGTTIN or SIGTTOU, because it used the terminal from the
// background). It does nothing by itself, and nothing on the terminal shows it, so people have to be told.

import { readCommandLine, type ProcessStat } from "../protocol/proc.ts";
import { basename } from "node:path";
import { listDescendants, signalAll } from "./processes.ts";

const LOOK_MS = 2000;
/** A look that costs c is not repeated before 150 c. */
const COST_FACTOR = 150;
/** Some programs stop their children for a moment. */
const LOOKS_MIN = 2;
const COMMANDS_MAX = 5;

export interface StoppedListeners {
  /** Names of the programs, each once. */
  onStopped(commands: string[]): void;
  onContinued(): void;
}

/** What is stopped now below this process; not what another process traces. */
export function listStopped(): ProcessStat[] {
  return listDescendants(process.pid).filter(({ state }) => state === "T");
}

/** A signal that is not SIGKILL waits until its process is continued. */
export function continueStopped(): void {
  const stopped = listStopped();
  if (stopped.length > 0) {
    signalAll(stopped, "SIGCONT");
  }
}

/** Looks from time to time until it is told to end. */
export function watchStopped(listeners: StoppedListeners): { end(): void } {
  let seen = 0;
  let isTold = false;
  let timer = setTimeout(look, LOOK_MS);
  return { end: () => clearTimeout(timer) };

  function look(): void {
    const began = performance.now();
    const stopped = listStopped();
    seen = stopped.length > 0 ? seen + 1 : 0;
    if (!isTold && seen >= LOOKS_MIN) {
      isTold = true;
      listeners.onStopped(namesOf(stopped));
    } else if (isTold && seen === 0) {
      isTold = false;
      listeners.onContinued();
    }
    timer = setTimeout(look, Math.max(LOOK_MS, (performance.now() - began) * COST_FACTOR));
  }
}

function namesOf(stopped: readonly ProcessStat[]): string[] {
  const names = stopped.map(({ pid }) => basename(readCommandLine(pid)[0] ?? "").slice(0, 100));
  return [...new Set(names)].filter(Boolean).slice(0, COMMANDS_MAX);
}
