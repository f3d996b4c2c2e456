// Replies to terminal queries that a program prints: where the cursor is, what kind of terminal it is. The program waits for the
// reply in raw mode, right after the query; at any other time it would read the reply as keys that a person pressed. A program that
// reads lines gets no reply: replies have no newline, so it would be read only with the next answer, as a part of it.

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

export type QueryReplies = {
  /** Types the reply if its query is new and recent and the program waits for it. Never rejects. */
  reply(order: ReplyOrder): Promise<void>;
};

export function createQueryReplies(
  terminal: Terminal,
  delivery: Delivery,
  journal: ReplyJournal,
): QueryReplies {
  /** The last query that was handled, also for an earlier worker. */
  let repliedTo = 0;
  let waiting = 0;

  async function typeInTime(order: ReplyOrder): Promise<void> {
    const { position, text } = order;
    // A program may set the mode, or begin to read, only after it has printed the query.
    while (terminal.mode() !== "key") {
      if (terminal.closed || journal.ageOf(position) > REPLY_TIMEOUT_MS) return;
      await sleep(CHECK_MS);
    }
    while (journal.ageOf(position) <= REPLY_TIMEOUT_MS && terminal.mode() === "key") {
      if (await delivery.replyToQuery(text)) {
        journal.recordReply(order);
        return;
      }
      await sleep(CHECK_MS);
    }
  }

  return {
    async reply(order) {
      const { position, text } = order;
      if (position <= repliedTo || !isReply(text)) return;
      repliedTo = position;
      if (waiting >= WAITING_MAX) return;
      waiting += 1;
      await typeInTime(order);
      waiting -= 1;
    },
  };
}

/** Escape sequences of printable characters. Excludes keys that end a line or send a signal. */
function isReply(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- escape begins each sequence
  return text.startsWith("\x1b") && !/[^\x1b\x20-\x7e]/.test(text);
}
