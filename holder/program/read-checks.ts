// Finds out whether the command waits for input, verifies it, and reports it once.
//
// What a check shows is only a candidate. It becomes a fact when a fence has brought in everything that the process wrote
// before, and a second check shows the same thread in the same call.

import type { Reading, TerminalMode } from "../protocol/messages.ts";
import { type CheckSchedule, COST_FACTOR, MISSES_MAX, OPEN_CHECK_MS } from "./check-schedule.ts";
import {
  bytesWritten,
  describeCommand,
  findWait,
  isSameReader,
  isSameWait,
  recheckWait,
  type Wait,
} from "./input-wait.ts";
import { isBrieflyInterrupted, mayAskAgain, type OpenRead } from "./open-read.ts";
import type { Terminal } from "./terminal.ts";

export type ReadListeners = {
  /** Journals all output received so far; returns the end of the journal. */
  flushOutput(): number;
  onReading(reading: Reading): void;
  onNotReading(readId: number): void;
};

/** How often a reader is searched among all processes while a poll is open. */
const CONCURRENT_CHECK_MS = 500;
const POSITION_UPDATE_MS = 50;
/** When the second check comes if there can be no fence. */
const SECOND_CHECK_MS = 20;
const FENCE_RETRY_MS = 1;
/** The terminal must at least be quiet when a process cannot be inspected. */
const UNKNOWN_QUIET_MS = 50;

/** The state of a watcher (read-watcher.ts). */
export type Watch = {
  readonly terminal: Terminal;
  readonly listeners: ReadListeners;
  readonly schedule: CheckSchedule;
  open: OpenRead | undefined;
  /** The read before, from its end until the next one begins. */
  previous: OpenRead | undefined;
  readCount: number;
  isConfirming: boolean;
  outputBytes: number;
  lastUpdateAt: number;
  /** The last search for a read while a poll is open. */
  concurrentCheck: { at: number; ms: number; outputBytes: number };
  isStopped: boolean;
};

export function checkRead(watch: Watch, quietMs: number): void {
  const open = watch.open;
  if (
    open !== undefined &&
    isStillOpen(watch, open) &&
    (watch.isConfirming || !hasConcurrentRead(watch, open))
  ) {
    return;
  }
  closeRead(watch);
  const wait = findWait(watch.terminal.pid, watch.terminal.identity);
  const mode = watch.terminal.mode();
  const written = wait?.how === "poll" ? bytesWritten(wait.pid) : undefined;
  if (wait === undefined || (wait.how === "unknown" && (mode === "unknown" || quietMs < UNKNOWN_QUIET_MS))) {
    return;
  }
  afterFence(watch, () => confirm(watch, wait, written, mode));
}

/**
 * Whether another thread is blocked in a read while this one only polls: a poll may stay open for the whole run, and the question
 * of the other process would never be noticed.
 */
function hasConcurrentRead(watch: Watch, { wait }: OpenRead): boolean {
  const now = performance.now();
  const { at, ms, outputBytes } = watch.concurrentCheck;
  const isDue =
    outputBytes !== watch.outputBytes || now - at > Math.max(CONCURRENT_CHECK_MS, ms * COST_FACTOR);
  if (wait.how !== "poll" || !isDue) return false;
  const found = findWait(watch.terminal.pid, watch.terminal.identity);
  watch.concurrentCheck = { at: now, ms: performance.now() - now, outputBytes: watch.outputBytes };
  return found !== undefined && found.how === "read" && found.mainThread;
}

/** Calls back when everything that was printed before this moment has been received. */
function afterFence(watch: Watch, then: () => void): void {
  const settle = (): void => {
    watch.isConfirming = false;
    if (!watch.isStopped) {
      then();
    }
  };
  const secondCheckAt = performance.now() + SECOND_CHECK_MS;
  const attempt = (): void => {
    watch.terminal.fence((outcome) => {
      const leftMs = secondCheckAt - performance.now();
      if (outcome === "returned") {
        settle();
      } else if (outcome === "refused" && leftMs > 0 && !watch.isStopped) {
        // Most likely another process is in the middle of a write, which is over in a moment.
        setTimeout(attempt, FENCE_RETRY_MS);
      } else {
        setTimeout(settle, Math.max(0, leftMs));
      }
    });
  };
  watch.isConfirming = true;
  attempt();
}

function isStillOpen(watch: Watch, open: OpenRead): boolean {
  if (watch.terminal.mode() !== open.reading.mode) return false;
  const again = recheckWait(open.wait, watch.terminal.identity);
  if (again !== undefined && isSameWait(open.wait, again)) {
    // What it printed before it polled again may still be on its way. What was typed, `Delivery` observes.
    if (mayAskAgain(open, again) && watch.terminal.typedBytes === open.typedBytes) {
      const written = bytesWritten(again.pid);
      afterFence(watch, () => confirmSame(watch, open, again, written));
    } else {
      noteSame(watch, open, again, open.written);
      updatePosition(watch, open);
    }
    return true;
  }
  open.misses += 1;
  if (open.wait.how !== "poll" && !isUntouched(watch, open)) return false;
  const isBack = again !== undefined && isSameReader(open.wait, again);
  if (!isBrieflyInterrupted(open, again) && open.misses >= MISSES_MAX) return false;
  if (isBack) {
    afterFence(watch, () => confirmSame(watch, open, again, open.written));
  }
  return true;
}

function noteSame(watch: Watch, open: OpenRead, wait: Wait, written: string | undefined): void {
  Object.assign(open, observed(watch, wait, written));
}

function observed(watch: Watch, wait: Wait, written: string | undefined): Omit<OpenRead, "reading"> {
  const { typedBytes } = watch.terminal;
  return { wait, written, typedBytes, outputBytes: watch.outputBytes, misses: 0, starved: undefined };
}

/** Nothing was typed and nothing printed: the reader can have received nothing, nor asked anything else. */
export function isUntouched(watch: Watch, open: OpenRead): boolean {
  return watch.terminal.typedBytes === open.typedBytes && watch.outputBytes === open.outputBytes;
}

/**
 * A reader that handles a signal (a child has ended, the window has changed) returns to its read. If a fence shows that it
 * printed nothing meanwhile, and nothing was typed, it waits for the same thing as before.
 *
 * What was seen before the fence is noted, not the second check: a poll may have begun again since, and what it printed
 * before that would still be on its way.
 */
function confirmSame(watch: Watch, open: OpenRead, wait: Wait, written: string | undefined): void {
  const again = recheckWait(wait, watch.terminal.identity);
  if (watch.open === open && again !== undefined && isSameWait(wait, again) && isUntouched(watch, open)) {
    noteSame(watch, open, wait, written);
    // Having left it once more, for the next signal, is no worse than the first time.
  } else if (watch.open === open && !(isUntouched(watch, open) && isBrieflyInterrupted(open, again))) {
    closeRead(watch);
  }
  watch.schedule.checkNext();
}

/** `wait` and `written` were seen before the fence. */
function confirm(watch: Watch, wait: Wait, written: string | undefined, mode: TerminalMode): void {
  const again = recheckWait(wait, watch.terminal.identity);
  if (again === undefined || !isSameWait(wait, again) || watch.terminal.mode() !== mode) {
    // Not at once: a program that polls with a short timeout would be checked without end.
    watch.schedule.checkNext();
    return;
  }
  watch.readCount += 1;
  const reading = {
    readId: watch.readCount,
    sinceReadId: continuedReadId(watch, again, mode) ?? watch.readCount,
    position: watch.listeners.flushOutput(),
    how: wait.how,
    hasTimeout: wait.hasTimeout,
    onlyTerminal: wait.onlyTerminal,
    mainThread: wait.mainThread,
    mode,
    pid: wait.pid,
    command: describeCommand(wait.pid),
  };
  watch.previous = undefined;
  watch.open = { reading, ...observed(watch, wait, written) };
  watch.lastUpdateAt = performance.now();
  watch.listeners.onReading(reading);
  watch.schedule.checkWithin(OPEN_CHECK_MS);
}

/** The first of the reads that this one continues; undefined when it asks something new. */
function continuedReadId(watch: Watch, again: Wait, mode: TerminalMode): number | undefined {
  const previous = watch.previous;
  const isContinued =
    previous !== undefined &&
    previous.reading.mode === mode &&
    isSameReader(previous.wait, again) &&
    isUntouched(watch, previous);
  return isContinued ? previous.reading.sinceReadId : undefined;
}

/** Another process prints while the read stays open: the fact is still true, but the screen has changed. */
function updatePosition(watch: Watch, open: OpenRead): void {
  const position = watch.listeners.flushOutput();
  const now = performance.now();
  if (position !== open.reading.position && now - watch.lastUpdateAt >= POSITION_UPDATE_MS) {
    open.reading = { ...open.reading, position };
    watch.lastUpdateAt = now;
    watch.listeners.onReading(open.reading);
  }
}

export function closeRead(watch: Watch): void {
  if (watch.open !== undefined) {
    const { readId } = watch.open.reading;
    watch.previous = watch.open;
    watch.open = undefined;
    watch.listeners.onNotReading(readId);
  }
}
