// Executes orders to interrupt or end the command, each once.

import { readStat, type ProcessStat } from "../protocol/proc.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { listInterruptTargets } from "./interrupt-target.ts";
import { listDescendants, signalAll } from "./processes.ts";
import type { SignalOrder, SignalRecord, Signalled } from "../protocol/messages.ts";
import { continueStopped } from "./stopped-processes.ts";
import type { TerminalIdentity } from "./terminal.ts";

const KILL_TIMEOUT_MS = 5000;
const KILL_CHECK_MS = 20;
/** Further processes are counted but not listed. */
const PIDS_LISTED_MAX = 1000;

export class Signaller {
  readonly #childPid: number;
  readonly #terminal: TerminalIdentity;
  readonly #record: (signal: SignalRecord) => void;
  readonly #done = new Map<string, Promise<Signalled>>();

  constructor(childPid: number, terminal: TerminalIdentity, record: (signal: SignalRecord) => void) {
    this.#childPid = childPid;
    this.#terminal = terminal;
    this.#record = record;
  }

  /** Never rejects. A repeated signalId gets the first result and sends nothing. */
  signal(order: SignalOrder): Promise<Signalled> {
    const done = this.#done.get(order.signalId) ?? this.#send(order);
    this.#done.set(order.signalId, done);
    return done;
  }

  /** Resolves when no signal is in progress. */
  async finish(): Promise<void> {
    await Promise.all(this.#done.values());
  }

  async #send({ signalId, kind, by }: SignalOrder): Promise<Signalled> {
    const pids = await this.#execute(kind);
    // After the signal: a process that was continued first could be stopped again before the signal arrives.
    continueStopped();
    const listed = pids.slice(0, PIDS_LISTED_MAX);
    this.#record({ signalId, kind, by, pids: listed });
    return { signalId, count: pids.length, pids: listed };
  }

  async #execute(kind: SignalRecord["kind"]): Promise<number[]> {
    switch (kind) {
      case "interrupt":
        return this.#interrupt();
      case "interrupt_group":
        return signalAll(this.#listForeground(), "SIGINT");
      case "terminate":
        return signalAll(listDescendants(process.pid), "SIGTERM");
      case "kill":
        return killAll(process.pid);
    }
  }

  #interrupt(): number[] {
    for (const command of listInterruptTargets(this.#listForeground())) {
      const reached = isUnchanged(command) ? signalAll([command], "SIGINT") : [];
      if (reached.length > 0 || isUnchanged(command)) {
        return reached;
      }
    }
    return [];
  }

  #listForeground(): ProcessStat[] {
    const group = readStat(this.#childPid)?.foregroundGroup ?? 0;
    return listDescendants(process.pid).filter(
      (member) =>
        group > 0 && member.group === group && member.terminalNumber === this.#terminal.terminalNumber,
    );
  }
}

/** Whether it still runs the same program: a failing helper would look like an error, not like a request to stop. */
function isUnchanged({ pid, image }: ProcessStat): boolean {
  return readStat(pid)?.image === image;
}

/** SIGKILL to everything below `rootPid` until nothing is left, for at most 5 s. Returns the pids that were reached. */
export async function killAll(rootPid: number): Promise<number[]> {
  const reached = new Set<number>();
  const deadline = performance.now() + KILL_TIMEOUT_MS;
  for (;;) {
    // New processes may have been started between list and signal, so this repeats until none is left.
    const targets = listDescendants(rootPid);
    for (const pid of signalAll(targets, "SIGKILL")) {
      reached.add(pid);
    }
    if (targets.length === 0 || performance.now() > deadline) {
      return [...reached];
    }
    await sleep(KILL_CHECK_MS);
  }
}
