// What a terminal says to a query that a program prints: where the cursor is, what kind of terminal it is. The program waits
// for it in raw mode, right after it has asked; typed at any other time it would be taken for keys that a person pressed.

import { setTimeout as sleep } from "node:timers/promises";
import type { Delivery } from "./delivery.ts";
import type { ReplyOrder } from "../protocol/messages.ts";
import type { Terminal } from "./terminal.ts";

/** So long after its query a reply is of any use; programs give up after a second or two. */
const REPLY_WITHIN_MS = 2000;
const LOOK_MS = 5;
/** A program that prints queries without end, and reads no reply, is not waited for that often. */
const WAITING_MAX = 16;

export interface ReplyJournal {
  /** How long ago the output up to this place came, in ms. */
  ageOf(position: number): number;
  recordReply(order: ReplyOrder): void;
}

export class Replies {
  readonly #terminal: Terminal;
  readonly #delivery: Delivery;
  readonly #journal: ReplyJournal;
  /** The last query that was dealt with, also for an earlier worker. */
  #repliedTo = 0;
  #waiting = 0;

  constructor(terminal: Terminal, delivery: Delivery, journal: ReplyJournal) {
    this.#terminal = terminal;
    this.#delivery = delivery;
    this.#journal = journal;
  }

  /** Types the reply if its query is new, recent and waited for. Never rejects. */
  async reply(order: ReplyOrder): Promise<void> {
    const { position, text } = order;
    if (position <= this.#repliedTo || !isReply(text)) {
      return;
    }
    this.#repliedTo = position;
    if (this.#waiting < WAITING_MAX) {
      this.#waiting += 1;
      await this.#typeInTime(order);
      this.#waiting -= 1;
    }
  }

  async #typeInTime(order: ReplyOrder): Promise<void> {
    const { position, text } = order;
    // A program may set the mode, or begin to read, only after it has asked.
    while (this.#terminal.mode() !== "key") {
      if (this.#terminal.closed || this.#journal.ageOf(position) > REPLY_WITHIN_MS) {
        return;
      }
      await sleep(LOOK_MS);
    }
    while (this.#journal.ageOf(position) <= REPLY_WITHIN_MS && this.#terminal.mode() === "key") {
      if (await this.#delivery.replyToQuery(text)) {
        this.#journal.recordReply(order);
        return;
      }
      await sleep(LOOK_MS);
    }
  }
}

/** Escape sequences of printable characters: no key that ends a line or sends a signal. */
function isReply(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- escape begins each sequence
  return text.startsWith("\x1b") && !/[^\x1b\x20-\x7e]/.test(text);
}

/** When the output came, of the last seconds. */
export class OutputAges {
  #marks: { end: number; at: number }[] = [];

  /** To be called when the journal has grown by output. */
  note(end: number): void {
    const at = performance.now();
    const last = this.#marks.at(-1);
    // In steps, so that a flood makes no list of it.
    if (last !== undefined && at - last.at < MARK_MS) {
      last.end = end;
      return;
    }
    this.#marks.push({ end, at });
    while (this.#marks.length > MARKS_MAX) {
      this.#marks.shift();
    }
  }

  /** At the least; infinite for what came long ago. */
  ageOf(position: number): number {
    const mark = this.#marks.find(({ end }) => end >= position);
    if (mark === undefined || (mark === this.#marks[0] && this.#marks.length === MARKS_MAX)) {
      return Number.POSITIVE_INFINITY;
    }
    return performance.now() - mark.at;
  }
}

const MARK_MS = 20;
const MARKS_MAX = 256;
