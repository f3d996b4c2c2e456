// Replies to terminal queries that a program prints: where the cursor is, what kind of terminal it is. The program waits for the
// reply in raw mode, right after the query; at any other time it would read the reply as keys that a person pressed.

import { setTimeout as sleep } from "node:timers/promises";
import type { Delivery } from "./delivery.ts";
import type { ReplyOrder } from "../protocol/messages.ts";
import type { Terminal } from "./terminal.ts";

/** Programs stop waiting for a reply after a second or two. */
const REPLY_TIMEOUT_MS = 2000;
const CHECK_MS = 5;
/** Replies that wait at the same time, for a program that prints queries without end and reads no reply. */
const WAITING_MAX = 16;

export type ReplyJournal = {
  /** How long ago the output up to this position was received, in ms. */
  ageOf(position: number): number;
  recordReply(order: ReplyOrder): void;
};

export class QueryReplies {
  readonly #terminal: Terminal;
  readonly #delivery: Delivery;
  readonly #journal: ReplyJournal;
  /** The last query that was handled, also for an earlier worker. */
  #repliedTo = 0;
  #waiting = 0;

  constructor(terminal: Terminal, delivery: Delivery, journal: ReplyJournal) {
    this.#terminal = terminal;
    this.#delivery = delivery;
    this.#journal = journal;
  }

  /** Types the reply if its query is new and recent and the program waits for it. Never rejects. */
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
    // A program may set the mode, or begin to read, only after it has printed the query.
    while (this.#terminal.mode() !== "key") {
      if (this.#terminal.closed || this.#journal.ageOf(position) > REPLY_TIMEOUT_MS) {
        return;
      }
      await sleep(CHECK_MS);
    }
    while (this.#journal.ageOf(position) <= REPLY_TIMEOUT_MS && this.#terminal.mode() === "key") {
      if (await this.#delivery.replyToQuery(text)) {
        this.#journal.recordReply(order);
        return;
      }
      await sleep(CHECK_MS);
    }
  }
}

/** Escape sequences of printable characters. Excludes keys that end a line or send a signal. */
function isReply(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- escape begins each sequence
  return text.startsWith("\x1b") && !/[^\x1b\x20-\x7e]/.test(text);
}

/** When the output of the last seconds was received. */
export class OutputAges {
  #marks: { end: number; at: number }[] = [];

  /** Called when output was appended to the journal. */
  note(end: number): void {
    const at = performance.now();
    const last = this.#marks.at(-1);
    // In steps, so that the list stays short during a flood of output.
    if (last !== undefined && at - last.at < MARK_MS) {
      last.end = end;
      return;
    }
    this.#marks.push({ end, at });
    while (this.#marks.length > MARKS_MAX) {
      this.#marks.shift();
    }
  }

  /** A lower bound; infinite for what was received long ago. */
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
