// Types answers into the terminal: each once, only into the read it was meant for, only while that read is open.
//
// The look that decides and the write stand next to each other without anything between that could let go of the
// processor, so the program can hardly have moved on. The journal's file has the input before the program has it, for
// whoever reads it after this process; the disk has it before anybody is told that it was typed. Not before it is typed:
// a machine that goes down takes the program along, so what would be saved first answers nothing any more, and the wait
// for the disk was a tenth of the time that a person's answer takes.
// What the program did not take is taken back, so it can never answer a question that comes later; it is not sent again.

import { setTimeout as sleep } from "node:timers/promises";
import type { Wait } from "./input-wait.ts";
import { libc } from "./libc.ts";
import type { InputRecord, TerminalMode, TypeOrder, TypeResult, Typed } from "../protocol/messages.ts";
import type { Terminal } from "./terminal.ts";
import type { Watch } from "./read-watcher.ts";

export interface DeliveryJournal {
  /** Returns when the record outlives this process, or is known not to. */
  recordInput(input: InputRecord): void;
  /** Returns when what was recorded outlives the machine, or is known not to. */
  makeSafe(): void;
  recordResult(interactionId: string, result: TypeResult): void;
}

/** A line of 4095 bytes with its newline is the longest that the kernel's line editor keeps. */
const LINE_BYTES_MAX = 4094;
const KEY_BYTES_MAX = 8;
/** Since the program has last taken something. */
const CONSUMED_WITHIN_MS = 2000;
const CONSUMED_LOOK_MS_MAX = 25;
/** A program that polls in turns, or handles a signal, is not in its call at every moment. */
const LOOKS_MAX = 20;
const LOOK_MS = 5;

export class Delivery {
  readonly #terminal: Terminal;
  readonly #watch: Watch;
  readonly #journal: DeliveryJournal;
  /** Interactions whose text has gone into the terminal; one entry for each question that was answered. */
  readonly #results = new Map<string, TypeResult>();
  readonly #inFlight = new Map<string, Promise<Typed>>();
  #last: Promise<unknown> = Promise.resolve();
  #isEnding = false;

  constructor(terminal: Terminal, watch: Watch, journal: DeliveryJournal) {
    this.#terminal = terminal;
    this.#watch = watch;
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
   * Types what no person has answered: what the terminal itself says to a query. Only while a program waits for keys; what
   * it does not take is taken back. Never rejects.
   */
  replyToQuery(text: string): Promise<boolean> {
    const replied = this.#last.then(async () => {
      const bytes = Buffer.from(text);
      const wait = this.#watch.findRawWait();
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

  /** The command has ended: settles what is under way with what can be seen now. */
  async finish(): Promise<void> {
    this.#isEnding = true;
    await this.#last;
  }

  async #typeNow(order: TypeOrder): Promise<Typed> {
    const firstResult = this.#results.get(order.interactionId) ?? null;
    const result = firstResult === null ? await this.#attempt(order) : "already_typed";
    return { interactionId: order.interactionId, readId: order.readId, result, firstResult, at: Date.now() };
  }

  async #attempt(order: TypeOrder): Promise<TypeResult> {
    const result = await this.#carryOut(order);
    if (result === "consumed" || result === "not_reading") {
      // If it waits all the same, it is found to read anew, and people are asked again.
      this.#watch.end(order.readId);
    } else {
      this.#watch.lookNow();
    }
    return result;
  }

  async #carryOut(order: TypeOrder): Promise<TypeResult> {
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
    // Writing to the journal may have taken a while: look again, and write in the same breath.
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
    // While the program reads.
    this.#journal.makeSafe();
    return this.#awaitConsumption(wait, bytes.length);
  }

  /** The wait of this read, or of one that continues it, with some patience for a reader that is away for a moment. */
  async #waitForRead(readId: number): Promise<Wait | null> {
    for (let looks = 1; ; looks += 1) {
      const wait = this.#watch.check(readId);
      if (wait !== null) {
        return wait;
      }
      const isLate = looks >= LOOKS_MAX && !this.#watch.isHeldUp(readId);
      if (isLate || !this.#watch.mayBeTakenUp(readId)) {
        return null;
      }
      this.#watch.lookNow();
      await sleep(LOOK_MS);
    }
  }

  async #awaitConsumption(wait: Wait, length: number): Promise<TypeResult> {
    let deadline = performance.now() + CONSUMED_WITHIN_MS;
    let moved = false;
    let emptyLooks = 0;
    let least = length;
    for (let delayMs = 1; performance.now() < deadline;) {
      const isLastLook = this.#isEnding;
      await sleep(isLastLook ? 0 : delayMs);
      delayMs = Math.min(delayMs * 2, CONSUMED_LOOK_MS_MAX);
      // Left is looked at first: what is empty after the reader has gone was taken by it, while an empty terminal
      // before that may only mean that the kernel has not carried the bytes over yet.
      moved ||= this.#watch.hasLeft(wait);
      const unread = this.#terminal.unreadBytes();
      // A line editor draws each character that it takes; a long text takes it a while.
      if (unread !== null && unread > 0 && unread < least) {
        least = unread;
        deadline = performance.now() + CONSUMED_WITHIN_MS;
      }
      emptyLooks = unread === 0 || libc === null ? emptyLooks + 1 : 0;
      // The time limit of a poll runs out on its own, so leaving it proves less: ask twice.
      if (moved && emptyLooks >= (wait.how === "read" || isLastLook ? 1 : 2)) {
        return "consumed";
      }
      if (isLastLook) {
        break;
      }
    }
    const left = this.#terminal.unreadBytes();
    this.#terminal.flushInput();
    // Some of it was taken: the rest is gone now, so that it cannot answer anything else.
    return moved && left !== null && left < length ? "consumed" : "not_consumed";
  }
}

/** What to send for a text; null when it must not be sent. */
export function encodeKeystrokes(text: string, mode: TerminalMode): Buffer | null {
  const bytes = Buffer.from(text);
  if (mode === "key") {
    return isKey(bytes) || isEdited(text, bytes) ? bytes : null;
  }
  // The end of input is no line, and gets no newline. Where typed text is hidden nobody asks for a document.
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
 * A text for a program that edits lines itself (readline) or draws its screen: perhaps in place of what stands there, and
 * perhaps ended. The caller says with which key.
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
