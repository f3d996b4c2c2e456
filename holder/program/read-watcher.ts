// Finds out whether the command waits for input, verifies it, and reports it once.
//
// What a check shows is only a candidate. It becomes a fact when a fence has brought in everything that the process wrote
// before, and a second check shows the same thread in the same call.

import type { Reading, TerminalMode } from "../protocol/messages.ts";
import { CheckSchedule, COST_FACTOR, MISSES_MAX, OPEN_CHECK_MS } from "./check-schedule.ts";
import {
  bytesWritten,
  describeCommand,
  findWait,
  isSameReader,
  isSameWait,
  recheckWait,
  type Wait,
} from "./input-wait.ts";
import { isBrieflyInterrupted, isFor, mayAskAgain, type OpenRead } from "./open-read.ts";
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

export class ReadWatcher {
  readonly #terminal: Terminal;
  readonly #listeners: ReadListeners;
  readonly #schedule: CheckSchedule;
  #open: OpenRead | null = null;
  /** The read before, from its end until the next one begins. */
  #previous: OpenRead | null = null;
  #readCount = 0;
  #confirming = false;
  #outputBytes = 0;
  #lastUpdateAt = 0;
  /** The last search for a read while a poll is open. */
  #concurrentCheck = { at: 0, ms: 0, outputBytes: 0 };
  #stopped = false;

  constructor(terminal: Terminal, listeners: ReadListeners) {
    this.#terminal = terminal;
    this.#listeners = listeners;
    this.#schedule = new CheckSchedule({
      check: (quietMs) => this.#check(quietMs),
      isConfirming: () => this.#confirming,
      misses: () => this.#open?.misses ?? null,
    });
  }

  /** Called for each piece of output. Cheap. */
  noteOutput(bytes: number): void {
    this.#outputBytes += bytes;
    this.#schedule.noteOutput();
  }

  /** Checks now. @returns the wait of this read if it is still the same one in the same mode; otherwise null. */
  verify(readId: number): Wait | null {
    const open = this.#open;
    if (open === null || !isFor(open, readId)) {
      return null;
    }
    const again = recheckWait(open.wait, this.#terminal.identity);
    // That no output has been received proves nothing here: the program's next question may still be on its way.
    const isSame = isSameWait(open.wait, again) && !mayAskAgain(open, again);
    return isSame && this.#terminal.mode() === open.reading.mode ? again : null;
  }

  /** Checks now. @returns the process that waits for single keys, whether that was stated yet or not. */
  findRawWait(): Wait | null {
    if (this.#terminal.mode() !== "key") {
      return null;
    }
    const wait = findWait(this.#terminal.pid, this.#terminal.identity);
    return wait?.how === "unknown" ? null : wait;
  }

  /** Whether the reader is out of this read only because the machine is too busy to let it return. */
  isStarved(readId: number): boolean {
    const open = this.#open;
    return open !== null && isFor(open, readId) && open.starved !== null;
  }

  /** Whether what was asked with this read is still asked, or will be as soon as the reader returns. */
  mayContinue(readId: number): boolean {
    if (this.#open !== null) {
      return isFor(this.#open, readId);
    }
    return this.#previous !== null && isFor(this.#previous, readId) && this.#isUntouched(this.#previous);
  }

  /** Whether the thread has left the call in which this check found it. */
  hasLeft(wait: Wait): boolean {
    const again = recheckWait(wait, this.#terminal.identity);
    return again === null || again.call !== wait.call || again.switches !== wait.switches;
  }

  /**
   * What this read was for was answered or refused: whatever the program waits for now is something new, even when the thread
   * seems never to have left the call.
   */
  end(readId: number): void {
    const last = this.#open ?? this.#previous;
    if (last !== null && isFor(last, readId)) {
      this.#close();
      this.#previous = null;
      this.checkNow();
    }
  }

  /** For when something was done that may have changed what is open. */
  checkNow(): void {
    this.#schedule.checkNow();
  }

  stop(): void {
    this.#stopped = true;
    this.#schedule.stop();
    this.#close();
  }

  #check(quietMs: number): void {
    const open = this.#open;
    if (open !== null && this.#isStillOpen(open) && (this.#confirming || !this.#hasConcurrentRead(open))) {
      return;
    }
    this.#close();
    const wait = findWait(this.#terminal.pid, this.#terminal.identity);
    const mode = this.#terminal.mode();
    const written = wait?.how === "poll" ? bytesWritten(wait.pid) : null;
    if (wait === null || (wait.how === "unknown" && (mode === "unknown" || quietMs < UNKNOWN_QUIET_MS))) {
      return;
    }
    this.#afterFence(() => this.#confirm(wait, written, mode));
  }

  /**
   * Whether another thread is blocked in a read while this one only polls: a poll may stay open for the whole run, and the question
   * of the other process would never be noticed.
   */
  #hasConcurrentRead({ wait }: OpenRead): boolean {
    const now = performance.now();
    const { at, ms, outputBytes } = this.#concurrentCheck;
    const isDue =
      outputBytes !== this.#outputBytes || now - at > Math.max(CONCURRENT_CHECK_MS, ms * COST_FACTOR);
    if (wait.how !== "poll" || !isDue) {
      return false;
    }
    const found = findWait(this.#terminal.pid, this.#terminal.identity);
    this.#concurrentCheck = { at: now, ms: performance.now() - now, outputBytes: this.#outputBytes };
    return found !== null && found.how === "read" && found.mainThread;
  }

  /** Calls back when everything that was printed before this moment has been received. */
  #afterFence(then: () => void): void {
    const settle = (): void => {
      this.#confirming = false;
      if (!this.#stopped) {
        then();
      }
    };
    const secondCheckAt = performance.now() + SECOND_CHECK_MS;
    const attempt = (): void => {
      this.#terminal.fence((outcome) => {
        const leftMs = secondCheckAt - performance.now();
        if (outcome === "returned") {
          settle();
        } else if (outcome === "refused" && leftMs > 0 && !this.#stopped) {
          // Most likely another process is in the middle of a write, which is over in a moment.
          setTimeout(attempt, FENCE_RETRY_MS);
        } else {
          setTimeout(settle, Math.max(0, leftMs));
        }
      });
    };
    this.#confirming = true;
    attempt();
  }

  #isStillOpen(open: OpenRead): boolean {
    if (this.#terminal.mode() !== open.reading.mode) {
      return false;
    }
    const again = recheckWait(open.wait, this.#terminal.identity);
    if (again !== null && isSameWait(open.wait, again)) {
      // What it printed before it polled again may still be on its way. What was typed, `Delivery` observes.
      if (mayAskAgain(open, again) && this.#terminal.typedBytes === open.typedBytes) {
        const written = bytesWritten(again.pid);
        this.#afterFence(() => this.#confirmSame(open, again, written));
      } else {
        this.#noteSame(open, again, open.written);
        this.#updatePosition(open);
      }
      return true;
    }
    open.misses += 1;
    if (open.wait.how !== "poll" && !this.#isUntouched(open)) {
      return false;
    }
    const isBack = again !== null && isSameReader(open.wait, again);
    if (!isBrieflyInterrupted(open, again) && open.misses >= MISSES_MAX) {
      return false;
    }
    if (isBack) {
      this.#afterFence(() => this.#confirmSame(open, again, open.written));
    }
    return true;
  }

  #noteSame(open: OpenRead, wait: Wait, written: string | null): void {
    Object.assign(open, this.#observed(wait, written));
  }

  #observed(wait: Wait, written: string | null): Omit<OpenRead, "reading"> {
    const { typedBytes } = this.#terminal;
    return { wait, written, typedBytes, outputBytes: this.#outputBytes, misses: 0, starved: null };
  }

  /** Nothing was typed and nothing printed: the reader can have received nothing, nor asked anything else. */
  #isUntouched(open: OpenRead): boolean {
    return this.#terminal.typedBytes === open.typedBytes && this.#outputBytes === open.outputBytes;
  }

  /**
   * A reader that handles a signal (a child has ended, the window has changed) returns to its read. If a fence shows that it
   * printed nothing meanwhile, and nothing was typed, it waits for the same thing as before.
   *
   * What was seen before the fence is noted, not the second check: a poll may have begun again since, and what it printed
   * before that would still be on its way.
   */
  #confirmSame(open: OpenRead, wait: Wait, written: string | null): void {
    const again = recheckWait(wait, this.#terminal.identity);
    if (this.#open === open && again !== null && isSameWait(wait, again) && this.#isUntouched(open)) {
      this.#noteSame(open, wait, written);
      // Having left it once more, for the next signal, is no worse than the first time.
    } else if (this.#open === open && !(this.#isUntouched(open) && isBrieflyInterrupted(open, again))) {
      this.#close();
    }
    this.#schedule.checkNext();
  }

  /** `wait` and `written` were seen before the fence. */
  #confirm(wait: Wait, written: string | null, mode: TerminalMode): void {
    const again = recheckWait(wait, this.#terminal.identity);
    if (again === null || !isSameWait(wait, again) || this.#terminal.mode() !== mode) {
      // Not at once: a program that polls with a short timeout would be checked without end.
      this.#schedule.checkNext();
      return;
    }
    this.#readCount += 1;
    const reading = {
      readId: this.#readCount,
      sinceReadId: this.#continuedReadId(again, mode) ?? this.#readCount,
      position: this.#listeners.flushOutput(),
      how: wait.how,
      hasTimeout: wait.hasTimeout,
      onlyTerminal: wait.onlyTerminal,
      mainThread: wait.mainThread,
      mode,
      pid: wait.pid,
      command: describeCommand(wait.pid),
    };
    this.#previous = null;
    this.#open = { reading, ...this.#observed(wait, written) };
    this.#lastUpdateAt = performance.now();
    this.#listeners.onReading(reading);
    this.#schedule.checkWithin(OPEN_CHECK_MS);
  }

  /** The first of the reads that this one continues; null when it asks something new. */
  #continuedReadId(again: Wait, mode: TerminalMode): number | null {
    const previous = this.#previous;
    const isContinued =
      previous !== null &&
      previous.reading.mode === mode &&
      isSameReader(previous.wait, again) &&
      this.#isUntouched(previous);
    return isContinued ? previous.reading.sinceReadId : null;
  }

  /** Another process prints while the read stays open: the fact is still true, but the screen has changed. */
  #updatePosition(open: OpenRead): void {
    const position = this.#listeners.flushOutput();
    const now = performance.now();
    if (position !== open.reading.position && now - this.#lastUpdateAt >= POSITION_UPDATE_MS) {
      open.reading = { ...open.reading, position };
      this.#lastUpdateAt = now;
      this.#listeners.onReading(open.reading);
    }
  }

  #close(): void {
    if (this.#open !== null) {
      const { readId } = this.#open.reading;
      this.#previous = this.#open;
      this.#open = null;
      this.#listeners.onNotReading(readId);
    }
  }
}
