// Watches whether the command waits for input: reports each read once, and answers what others ask about the open one. How a read is
// found and confirmed is in read-checks.ts.

import { createCheckSchedule } from "./check-schedule.ts";
import { findWait, isSameWait, recheckWait, type Wait } from "./input-wait.ts";
import { isFor, mayAskAgain } from "./open-read.ts";
import { checkRead, closeRead, isUntouched, type ReadListeners, type Watch } from "./read-checks.ts";
import type { Terminal } from "./terminal.ts";

export type ReadWatcher = {
  /** Called for each piece of output. Cheap. */
  noteOutput(bytes: number): void;
  /** Checks now. @returns the wait of this read if it is still the same one in the same mode; otherwise undefined. */
  verify(readId: number): Wait | undefined;
  /** Checks now. @returns the process that waits for single keys, whether that was reported yet or not. */
  findRawWait(): Wait | undefined;
  /** Whether the reader is out of this read only because the machine is too busy to let it return. */
  isStarved(readId: number): boolean;
  /** Whether what was asked with this read is still asked, or will be as soon as the reader returns. */
  mayContinue(readId: number): boolean;
  /** Whether the thread has left the call in which this check found it. */
  hasLeft(wait: Wait): boolean;
  /**
   * What this read was for was answered or refused: whatever the program waits for now is something new, even when the thread
   * seems never to have left the call.
   */
  end(readId: number): void;
  /** For when something was done that may have changed what is open. */
  checkNow(): void;
  stop(): void;
};

export function createReadWatcher(terminal: Terminal, listeners: ReadListeners): ReadWatcher {
  const watch: Watch = {
    terminal,
    listeners,
    schedule: createCheckSchedule({
      check: (quietMs) => checkRead(watch, quietMs),
      isConfirming: () => watch.isConfirming,
      misses: () => watch.open?.misses,
    }),
    open: undefined,
    previous: undefined,
    readCount: 0,
    isConfirming: false,
    outputBytes: 0,
    lastUpdateAt: 0,
    concurrentCheck: { at: 0, ms: 0, outputBytes: 0 },
    isStopped: false,
  };

  return {
    noteOutput(bytes) {
      watch.outputBytes += bytes;
      watch.schedule.noteOutput();
    },
    verify: (readId) => verify(watch, readId),
    findRawWait: () => findRawWait(terminal),
    isStarved: (readId) => isStarved(watch, readId),
    mayContinue: (readId) => mayContinue(watch, readId),
    hasLeft: (wait) => hasLeft(terminal, wait),
    end: (readId) => end(watch, readId),
    checkNow: () => watch.schedule.checkNow(),
    stop() {
      watch.isStopped = true;
      watch.schedule.stop();
      closeRead(watch);
    },
  };
}

function verify(watch: Watch, readId: number): Wait | undefined {
  const open = watch.open;
  if (open === undefined || !isFor(open, readId)) return undefined;
  const again = recheckWait(open.wait, watch.terminal.identity);
  // That no output has been received proves nothing here: the program's next question may still be on its way.
  const isSame = isSameWait(open.wait, again) && !mayAskAgain(open, again);
  return isSame && watch.terminal.mode() === open.reading.mode ? again : undefined;
}

function findRawWait(terminal: Terminal): Wait | undefined {
  if (terminal.mode() !== "key") return undefined;
  const wait = findWait(terminal.pid, terminal.identity);
  return wait?.how === "unknown" ? undefined : wait;
}

function isStarved(watch: Watch, readId: number): boolean {
  const open = watch.open;
  return open !== undefined && isFor(open, readId) && open.starved !== undefined;
}

function mayContinue(watch: Watch, readId: number): boolean {
  if (watch.open !== undefined) return isFor(watch.open, readId);
  return watch.previous !== undefined && isFor(watch.previous, readId) && isUntouched(watch, watch.previous);
}

function hasLeft(terminal: Terminal, wait: Wait): boolean {
  const again = recheckWait(wait, terminal.identity);
  return again === undefined || again.call !== wait.call || again.switches !== wait.switches;
}

function end(watch: Watch, readId: number): void {
  const last = watch.open ?? watch.previous;
  if (last !== undefined && isFor(last, readId)) {
    closeRead(watch);
    watch.previous = undefined;
    watch.schedule.checkNow();
  }
}
