// Types answers into the terminal: each once, only into the read it was meant for, only while that read is open.
//
// Nothing between the last check and the write yields the processor, so the program can hardly have continued. The journal's
// file has the input before the program receives it, for a worker that reads it after this process has died. It is synced to
// the disk before the result is reported, not before the input is typed: a machine that goes down takes the program with it,
// so an input saved earlier would be worth nothing, and waiting for the disk was a tenth of the round trip of an answer.
// What the program did not read is discarded, so it can never answer a later question; it is not sent again.

import { setTimeout as sleep } from "node:timers/promises";
import type { Wait } from "./input-wait.ts";
import { libc } from "./libc.ts";
import type { InputRecord, TerminalMode, TypeOrder, TypeResult, Typed } from "../protocol/messages.ts";
import type { Terminal } from "./terminal.ts";
import type { ReadWatcher } from "./read-watcher.ts";

export type DeliveryJournal = {
  /** Returns when the record survives this process, or certainly does not. */
  recordInput(input: InputRecord): void;
  /** Returns when the records survive a crash of the machine, or certainly do not. */
  sync(): void;
  recordResult(interactionId: string, result: TypeResult): void;
};

/** A line of 4095 bytes with its newline is the longest that the kernel's line editor keeps. */
const LINE_BYTES_MAX = 4094;
const KEY_BYTES_MAX = 8;
/** Since the program last read something. */
const CONSUMED_TIMEOUT_MS = 2000;
const CONSUMED_CHECK_MS_MAX = 25;
/** A program that polls repeatedly, or handles a signal, is not in its call at every moment. */
const CHECKS_MAX = 20;
const CHECK_MS = 5;

export class Delivery {
  readonly #terminal: Terminal;
  readonly #watcher: ReadWatcher;
  readonly #journal: DeliveryJournal;
  /** Interactions whose text was typed; one entry for each question that was answered. */
  readonly #results = new Map<string, TypeResult>();
  readonly #inFlight = new Map<string, Promise<Typed>>();
  #last: Promise<unknown> = Promise.resolve();
  #isEnding = false;

  constructor(terminal: Terminal, watcher: ReadWatcher, journal: DeliveryJournal) {
    this.#terminal = terminal;
    this.#watcher = watcher;
    this.#journal = journal;
  }

  /** Never rejects. Orders are carried out one after the other. */
  type(order: TypeOrder): Promise<Typed> {
    const inFlight = this.#inFlight.get(order.interactionId);
    if (inFlight !== undefined) {
      return inFlight;
    }
    const typed = this.#last.then(() => this.#typeNow(order));
    this.#last = typed;
    this.#inFlight.set(order.interactionId, typed);
    void typed.finally(() => this.#inFlight.delete(order.interactionId));
    return typed;
  }

  /**
   * Types the terminal's own reply to a query. Only while a program waits for keys; what it does not read is discarded. Never
   * rejects.
   */
  replyToQuery(text: string): Promise<boolean> {
    const replied = this.#last.then(async () => {
      const bytes = Buffer.from(text);
      const wait = this.#watcher.findRawWait();
      if (wait === null) {
        return false;
      }
      if (this.#terminal.type(bytes) < bytes.length) {
        this.#terminal.flushInput();
        return false;
      }
      return (await this.#awaitConsumption(wait, bytes.length)) === "consumed";
    });
    this.#last = replied;
    return replied;
  }

  /** The command has ended: settles the order in progress with what can be seen now. */
  async finish(): Promise<void> {
    this.#isEnding = true;
    await this.#last;
  }

  async #typeNow(order: TypeOrder): Promise<Typed> {
    const { interactionId, readId } = order;
    const firstResult = this.#results.get(interactionId);
    const result = firstResult ?? (await this.#attempt(order));
    return { interactionId, readId, result, isRepeat: firstResult !== undefined, at: Date.now() };
  }

  async #attempt(order: TypeOrder): Promise<TypeResult> {
    const result = await this.#execute(order);
    if (result === "consumed" || result === "not_reading") {
      // If the program still waits, that is stated as a new read, and the question is asked again.
      this.#watcher.end(order.readId);
    } else {
      this.#watcher.checkNow();
    }
    return result;
  }

  async #execute(order: TypeOrder): Promise<TypeResult> {
    if ((await this.#waitForRead(order.readId)) === null) {
      return "not_reading";
    }
    const bytes = encodeKeystrokes(order.text, this.#terminal.mode());
    if (bytes === null) {
      return "invalid";
    }
    if (order.secret && this.#terminal.mode() !== "secret") {
      return "echo_on";
    }
    const { interactionId, by } = order;
    this.#results.set(interactionId, "not_consumed");
    this.#journal.recordInput({ interactionId, text: order.secret ? null : order.text, by });
    const result = await this.#write(order, bytes);
    if (result === "not_reading" || result === "echo_on") {
      this.#results.delete(interactionId);
    } else {
      this.#results.set(interactionId, result);
    }
    this.#journal.recordResult(interactionId, result);
    return result;
  }

  async #write(order: TypeOrder, bytes: Buffer): Promise<TypeResult> {
    // Writing to the journal may have taken a while: check again, and write immediately.
    const wait = await this.#waitForRead(order.readId);
    if (wait === null) {
      return "not_reading";
    }
    if (order.secret && this.#terminal.mode() !== "secret") {
      return "echo_on";
    }
    if (this.#terminal.type(bytes) < bytes.length) {
      this.#terminal.flushInput();
      return "not_consumed";
    }
    // The program reads meanwhile.
    this.#journal.sync();
    return this.#awaitConsumption(wait, bytes.length);
  }

  /** The wait of this read, or of one that continues it. Retries for a reader that is briefly out of its call. */
  async #waitForRead(readId: number): Promise<Wait | null> {
    for (let checks = 1; ; checks += 1) {
      const wait = this.#watcher.verify(readId);
      if (wait !== null) {
        return wait;
      }
      const isLate = checks >= CHECKS_MAX && !this.#watcher.isStarved(readId);
      if (isLate || !this.#watcher.mayContinue(readId)) {
        return null;
      }
      this.#watcher.checkNow();
      await sleep(CHECK_MS);
    }
  }

  async #awaitConsumption(wait: Wait, length: number): Promise<TypeResult> {
    let deadline = performance.now() + CONSUMED_TIMEOUT_MS;
    let hasLeft = false;
    let emptyChecks = 0;
    let least = length;
    for (let delayMs = 1; performance.now() < deadline;) {
      const isLastCheck = this.#isEnding;
      await sleep(isLastCheck ? 0 : delayMs);
      delayMs = Math.min(delayMs * 2, CONSUMED_CHECK_MS_MAX);
      // Whether it has left comes first: a terminal that is empty after the reader has left was emptied by it, while an empty
      // terminal before that may only mean that the kernel has not passed on the bytes yet.
      hasLeft ||= this.#watcher.hasLeft(wait);
      const unread = this.#terminal.unreadBytes();
      // A line editor draws each character that it reads, which takes a while for a long text.
      if (unread !== null && unread > 0 && unread < least) {
        least = unread;
        deadline = performance.now() + CONSUMED_TIMEOUT_MS;
      }
      emptyChecks = unread === 0 || libc === null ? emptyChecks + 1 : 0;
      // A poll may end by its own timeout, so leaving it proves less: check twice.
      if (hasLeft && emptyChecks >= (wait.how === "read" || isLastCheck ? 1 : 2)) {
        return "consumed";
      }
      if (isLastCheck) {
        break;
      }
    }
    const left = this.#terminal.unreadBytes();
    this.#terminal.flushInput();
    // Part of it was read; the rest was discarded, so that it cannot answer anything else.
    return hasLeft && left !== null && left < length ? "consumed" : "not_consumed";
  }
}

/** The bytes to type for a text; null when it must not be typed. */
export function encodeKeystrokes(text: string, mode: TerminalMode): Buffer | null {
  const bytes = Buffer.from(text);
  if (mode === "key") {
    return isKey(bytes) || isEdited(text, bytes) ? bytes : null;
  }
  // The end of input is not a line and gets no newline. It is refused where typed text is hidden: no secret ends with it.
  if (text === END_OF_INPUT && mode === "line") {
    return bytes;
  }
  return hasControls(text) || bytes.length > LINE_BYTES_MAX ? null : Buffer.from(`${text}\n`);
}

/** One key press, escape sequences included, but never one that sends a signal or stops the output. */
function isKey(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes.length <= KEY_BYTES_MAX && !bytes.some((byte) => SIGNAL_KEYS.has(byte));
}

/** ^C, ^Q, ^S, ^Z, ^\ */
const SIGNAL_KEYS = new Set([0x03, 0x11, 0x13, 0x1a, 0x1c]);

const END_OF_INPUT = "\x04";
const KILL_LINE = "\x15";
const ENDS = new Set<string | undefined>(["\r", "\n", END_OF_INPUT]);

/**
 * A text for a program that edits lines itself (readline) or draws its screen. Ctrl-U before it replaces the current line, and
 * a key after it may end it.
 */
function isEdited(text: string, bytes: Buffer): boolean {
  const from = text.startsWith(KILL_LINE) ? 1 : 0;
  const to = ENDS.has(text.at(-1)) ? -1 : text.length;
  return bytes.length <= LINE_BYTES_MAX + 2 && text !== "" && !hasControls(text.slice(from, to));
}

function hasControls(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what must not get through
  return /[\u0000-\u001f\u007f-\u009f\ud800-\udfff]/u.test(text);
}
