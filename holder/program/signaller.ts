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

export type Signaller = {
  /** Never rejects. A repeated signalId gets the first result and sends nothing. */
  signal(order: SignalOrder): Promise<Signalled>;
  /** Resolves when no signal is in progress. */
  finish(): Promise<void>;
};

type Command = { pid: number; terminal: TerminalIdentity };

export function createSignaller(command: Command, record: (signal: SignalRecord) => void): Signaller {
  const done = new Map<string, Promise<Signalled>>();

  async function send({ signalId, kind, by }: SignalOrder): Promise<Signalled> {
    const pids = await execute(command, kind);
    // After the signal: a process that was continued first could be stopped again before the signal arrives.
    continueStopped();
    const listed = pids.slice(0, PIDS_LISTED_MAX);
    record({ signalId, kind, by, pids: listed });
    return { signalId, count: pids.length, pids: listed };
  }

  return {
    signal(order) {
      const signalled = done.get(order.signalId) ?? send(order);
      done.set(order.signalId, signalled);
      return signalled;
    },
    async finish() {
      await Promise.all(done.values());
    },
  };
}

/** @returns the processes that were reached. */
async function execute(command: Command, kind: SignalRecord["kind"]): Promise<number[]> {
  switch (kind) {
    case "interrupt":
      return interrupt(command);
    case "interrupt_group":
      return signalAll(listForeground(command), "SIGINT");
    case "terminate":
      return signalAll(listDescendants(process.pid), "SIGTERM");
    case "kill":
      return killAll(process.pid);
  }
}

function interrupt(command: Command): number[] {
  for (const target of listInterruptTargets(listForeground(command))) {
    const reached = isUnchanged(target) ? signalAll([target], "SIGINT") : [];
    if (reached.length > 0 || isUnchanged(target)) return reached;
  }
  return [];
}

function listForeground({ pid, terminal }: Command): ProcessStat[] {
  const group = readStat(pid)?.foregroundGroup ?? 0;
  return listDescendants(process.pid).filter(
    (member) => group > 0 && member.group === group && member.terminalNumber === terminal.terminalNumber,
  );
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
