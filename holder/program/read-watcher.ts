// Decides when to look whether the command waits for input, makes sure of what it sees, and says so once.
//
// After output the first look comes at 1 ms of quiet; while nothing happens looks get rarer, and never use more than
// about half a percent of a core. What a look shows is a candidate only. It becomes a fact when a fence has brought
// in everything the process wrote before, and a second look shows the same thread in the same call.

import {
  bytesWritten,
  describeCommand,
  findWait,
  isSameReader,
  isSameWait,
  lookAgain,
  ticksOfRunnable,
  type Wait,
} from "./input-wait.ts";
import type { Reading, TerminalMode } from "../protocol/messages.ts";
import type { Terminal } from "./terminal.ts";

export interface WatchListeners {
  /** Hands on all output received so far; returns the journal's end behind it. */
  settleOutput(): number;
  onReading(reading: Reading): void;
  onNotReading(readId: number): void;
}

interface Open {
  reading: Reading & { sinceReadId: number };
  wait: Wait;
  /** What the reader of a poll had written at that look: all of it has come. */
  written: string | null;
  /** How much had been typed and printed when the wait was last seen to be the same one. */
  typedBytes: number;
  outputBytes: number;
  /** Looks in a row that did not show the wait. */
  misses: number;
  /** Set at the first of them at which the reader wanted to run: since when, and what it had had by then. */
  heldUp: { since: number; ticks: number } | null;
}

const QUIET_MS = [1, 4, 20, 100, 250, 500];
/** A command that never stops printing is looked at too: somebody of its group may ask meanwhile. */
const LOOK_AT_LEAST_MS = 2;
/** Such looks use a few percent of a core at the most, while the output itself takes far more. */
const BUSY_COST_FACTOR = 25;
const OPEN_LOOK_MS = 100;
/** Among all processes, while a poll is open. */
const BESIDE_LOOK_MS = 500;
const POSITION_UPDATE_MS = 50;
/** The second look when no fence can be had. */
const SECOND_LOOK_MS = 20;
const FENCE_AGAIN_MS = 1;
/** What cannot be looked into must at least be quiet. */
const UNKNOWN_QUIET_MS = 50;
const MISSES_MAX = 3;
const MISS_LOOK_MS = 5;
/** A reader that handles a signal needs a millisecond or two. */
const HELD_UP_TICKS_MAX = 4;
const HELD_UP_MS_MAX = 30_000;
/** A look that costs c is not repeated before 150 c: a job with hundreds of processes stays cheap as well. */
const COST_FACTOR = 150;

export class Watch {
  readonly #terminal: Terminal;
  readonly #listeners: WatchListeners;
  #open: Open | null = null;
  /** The read before, from when it was left until the next one begins. */
  #left: Open | null = null;
  #readCount = 0;
  #confirming = false;
  #timer: NodeJS.Timeout | null = null;
  /** When the timer is due, in ms of `performance.now()`. */
  #dueAt = Number.POSITIVE_INFINITY;
  #quietSteps = 0;
  #outputBytes = 0;
  #lastOutputAt = 0;
  #lastLookAt = 0;
  #lastLookMs = 0;
  #lastUpdateAt = 0;
  /** The last look whether somebody reads beside a poll that is open. */
  #besideLook = { at: 0, ms: 0, outputBytes: 0 };
  #stopped = false;

  constructor(terminal: Terminal, listeners: WatchListeners) {
    this.#terminal = terminal;
    this.#listeners = listeners;
    this.#lookIn(QUIET_MS[0] ?? 0);
  }

  /** The read that is open now, as last seen. */
  get reading(): Reading | null {
    return this.#open?.reading ?? null;
  }

  /** To be called for each piece of output. Cheap. */
  noteOutput(bytes: number): void {
    this.#outputBytes += bytes;
    this.#lastOutputAt = performance.now();
    this.#quietSteps = 0;
    if (!this.#confirming) {
      this.#lookIn(QUIET_MS[0] ?? 0);
    }
  }

  /** Looks now: the wait of this read when it is still the same one, in the same mode; otherwise null. */
  check(readId: number): Wait | null {
    const open = this.#open;
    if (open === null || !isFor(open, readId)) {
      return null;
    }
    const again = lookAgain(open.wait, this.#terminal.identity);
    // That nothing has come says nothing here: what it asks instead may still be on its way.
    const isSame = isSameWait(open.wait, again) && !mayAskAnew(open, again);
    return isSame && this.#terminal.mode() === open.reading.mode ? again : null;
  }

  /** Looks now: whoever waits for single keys, whether that has become a fact yet or not. */
  findRawWait(): Wait | null {
    if (this.#terminal.mode() !== "key") {
      return null;
    }
    const wait = findWait(this.#terminal.pid, this.#terminal.identity);
    return wait?.how === "unknown" ? null : wait;
  }

  /** Whether the reader is out of this read for no other reason than that the machine is too busy to let it back. */
  isHeldUp(readId: number): boolean {
    const open = this.#open;
    return open !== null && isFor(open, readId) && open.heldUp !== null;
  }

  /** Whether what was asked with this read is still asked, or will be as soon as the reader comes back. */
  mayBeTakenUp(readId: number): boolean {
    if (this.#open !== null) {
      return isFor(this.#open, readId);
    }
    return this.#left !== null && isFor(this.#left, readId) && this.#isUntouched(this.#left);
  }

  /** Whether the thread has left the call that this look showed. */
  hasLeft(wait: Wait): boolean {
    const again = lookAgain(wait, this.#terminal.identity);
    return again === null || again.call !== wait.call || again.switches !== wait.switches;
  }

  /**
   * What this read was for has had its answer, or its refusal: whatever the program waits for now is something new, even
   * when the thread looks as if it had never left.
   */
  end(readId: number): void {
    const last = this.#open ?? this.#left;
    if (last !== null && isFor(last, readId)) {
      this.#close();
      this.#left = null;
      this.lookNow();
    }
  }

  /** Looks again at once: something was done that may have changed what is open. */
  lookNow(): void {
    this.#quietSteps = 0;
    this.#lookIn(0);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
    this.#close();
  }

  #lookIn(delayMs: number): void {
    const dueAt = performance.now() + delayMs;
    if (this.#stopped || dueAt >= this.#dueAt) {
      return;
    }
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
    this.#dueAt = dueAt;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#dueAt = Number.POSITIVE_INFINITY;
        this.#onTimer();
      },
      Math.max(delayMs, 1),
    );
  }

  #onTimer(): void {
    if (this.#confirming || this.#stopped) {
      return;
    }
    // The timer was set at the first of many pieces of output: wait for the quiet, but not for ever.
    const now = performance.now();
    const quietMs = now - this.#lastOutputAt;
    const firstQuietMs = QUIET_MS[0] ?? 0;
    if (
      quietMs < firstQuietMs - 0.5 &&
      now - this.#lastLookAt < Math.max(LOOK_AT_LEAST_MS, this.#lastLookMs * BUSY_COST_FACTOR)
    ) {
      this.#lookIn(firstQuietMs - quietMs);
      return;
    }
    this.#look(quietMs);
    this.#lastLookAt = performance.now();
    this.#lastLookMs = this.#lastLookAt - now;
    if (!this.#confirming) {
      this.#lookIn(this.#nextDelay());
    }
  }

  #nextDelay(): number {
    if (this.#open !== null) {
      // One that is held up is not helped by looking at it all the time.
      const { misses } = this.#open;
      return misses === 0 || misses > MISSES_MAX ? OPEN_LOOK_MS : MISS_LOOK_MS;
    }
    this.#quietSteps = Math.min(this.#quietSteps + 1, QUIET_MS.length - 1);
    const step = QUIET_MS[this.#quietSteps] ?? 0;
    return this.#quietSteps < QUIET_MS.length - 1 ? step : Math.max(step, this.#lastLookMs * COST_FACTOR);
  }

  #look(quietMs: number): void {
    const open = this.#open;
    if (open !== null && this.#isStillOpen(open) && (this.#confirming || !this.#isReadBeside(open))) {
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
   * Whether somebody sits in a read while this one only polls: such a one may be there for the whole run, and whoever asks
   * beside it would never be heard.
   */
  #isReadBeside({ wait }: Open): boolean {
    const now = performance.now();
    const { at, ms, outputBytes } = this.#besideLook;
    const isDue = outputBytes !== this.#outputBytes || now - at > Math.max(BESIDE_LOOK_MS, ms * COST_FACTOR);
    if (wait.how !== "poll" || !isDue) {
      return false;
    }
    const found = findWait(this.#terminal.pid, this.#terminal.identity);
    this.#besideLook = { at: now, ms: performance.now() - now, outputBytes: this.#outputBytes };
    return found !== null && found.how === "read" && found.mainThread;
  }

  /** Calls when everything that was printed before this moment has come. */
  #afterFence(then: () => void): void {
    const settle = (): void => {
      this.#confirming = false;
      if (!this.#stopped) {
        then();
      }
    };
    const secondLookAt = performance.now() + SECOND_LOOK_MS;
    const attempt = (): void => {
      this.#terminal.fence((outcome) => {
        const leftMs = secondLookAt - performance.now();
        if (outcome === "returned") {
          settle();
        } else if (outcome === "refused" && leftMs > 0 && !this.#stopped) {
          // Most likely a sibling is in the middle of a write, which is over in a moment.
          setTimeout(attempt, FENCE_AGAIN_MS);
        } else {
          setTimeout(settle, Math.max(0, leftMs));
        }
      });
    };
    this.#confirming = true;
    attempt();
  }

  #isStillOpen(open: Open): boolean {
    if (this.#terminal.mode() !== open.reading.mode) {
      return false;
    }
    const again = lookAgain(open.wait, this.#terminal.identity);
    if (again !== null && isSameWait(open.wait, again)) {
      // What it printed before this turn may still be on its way. What was typed, whoever typed it looks after.
      if (mayAskAnew(open, again) && this.#terminal.typedBytes === open.typedBytes) {
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
    if (!this.#isOutForAMoment(open, again) && open.misses >= MISSES_MAX) {
      return false;
    }
    if (isBack) {
      this.#afterFence(() => this.#confirmSame(open, again, open.written));
    }
    return true;
  }

  #noteSame(open: Open, wait: Wait, written: string | null): void {
    open.wait = wait;
    open.written = written;
    open.misses = 0;
    open.heldUp = null;
    open.typedBytes = this.#terminal.typedBytes;
    open.outputBytes = this.#outputBytes;
  }

  #isOutForAMoment(open: Open, again: Wait | null): boolean {
    const { heldUp } = open;
    const isBack = heldUp !== null && again !== null && isSameReader(open.wait, again);
    return this.#lacksProcessor(open) || (isBack && performance.now() - heldUp.since < HELD_UP_MS_MAX);
  }

  /**
   * It has left the call, to handle a signal perhaps, and has wanted to run ever since without having had its turn: it
   * cannot have begun anything else. A poll says too little about what it is for.
   */
  #lacksProcessor(open: Open): boolean {
    const ticks = open.wait.how === "read" ? ticksOfRunnable(open.wait) : null;
    if (ticks === null) {
      return false;
    }
    open.heldUp ??= { since: performance.now(), ticks };
    const { since, ticks: before } = open.heldUp;
    return performance.now() - since < HELD_UP_MS_MAX && ticks - before <= HELD_UP_TICKS_MAX;
  }

  /** Nothing was typed and nothing printed: whoever read cannot have got anything, nor asked anything else. */
  #isUntouched(open: Open): boolean {
    return this.#terminal.typedBytes === open.typedBytes && this.#outputBytes === open.outputBytes;
  }

  /**
   * A reader that handles a signal (a child of it has ended, the window has changed) goes back to reading. When a
   * fence shows that it printed nothing on the way, and nothing was typed, it waits for the same thing as before.
   *
   * What was seen before the fence is noted, not the second look: a poll may have taken another turn since, and what it
   * printed there would still be on its way.
   */
  #confirmSame(open: Open, wait: Wait, written: string | null): void {
    const again = lookAgain(wait, this.#terminal.identity);
    if (this.#open === open && again !== null && isSameWait(wait, again) && this.#isUntouched(open)) {
      this.#noteSame(open, wait, written);
      // Out of it once more, for the next signal, is no worse than the first time.
    } else if (this.#open === open && !(this.#isUntouched(open) && this.#isOutForAMoment(open, again))) {
      this.#close();
    }
    this.#lookIn(this.#nextDelay());
  }

  /** `wait` and `written` are of before the fence. */
  #confirm(wait: Wait, written: string | null, mode: TerminalMode): void {
    const again = lookAgain(wait, this.#terminal.identity);
    if (again === null || !isSameWait(wait, again) || this.#terminal.mode() !== mode) {
      // Not at once: a program that polls in short turns would be looked at without end.
      this.#lookIn(this.#nextDelay());
      return;
    }
    this.#readCount += 1;
    const left = this.#left;
    this.#left = null;
    const isTakenUp =
      left !== null &&
      left.reading.mode === mode &&
      isSameReader(left.wait, again) &&
      this.#isUntouched(left);
    const reading = {
      readId: this.#readCount,
      sinceReadId: isTakenUp ? left.reading.sinceReadId : this.#readCount,
      position: this.#listeners.settleOutput(),
      how: wait.how,
      hasTimeout: wait.hasTimeout,
      onlyTerminal: wait.onlyTerminal,
      mainThread: wait.mainThread,
      mode,
      pid: wait.pid,
      command: describeCommand(wait.pid),
    };
    this.#open = {
      reading,
      wait,
      written,
      typedBytes: this.#terminal.typedBytes,
      outputBytes: this.#outputBytes,
      misses: 0,
      heldUp: null,
    };
    this.#lastUpdateAt = performance.now();
    this.#listeners.onReading(reading);
    this.#lookIn(OPEN_LOOK_MS);
  }

  /** Somebody else prints while the read stays open: the fact stands, but the screen has changed. */
  #updatePosition(open: Open): void {
    const position = this.#listeners.settleOutput();
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
      this.#left = this.#open;
      this.#open = null;
      this.#listeners.onNotReading(readId);
    }
  }
}

/** Whether this is the read that an order names, or one that continues it. */
function isFor({ reading }: Open, readId: number): boolean {
  return reading.sinceReadId <= readId && readId <= reading.readId;
}

/**
 * A poll that ran out of time, printed, and polls on, asks something else. One that has taken another turn is surely the
 * same if it has written nothing meanwhile: what was printed is a sibling's then.
 */
function mayAskAnew({ wait, written }: Open, again: Wait | null): boolean {
  return again?.switches !== wait.switches && (written === null || bytesWritten(wait.pid) !== written);
}
