// Waits until a program has read what was typed, and discards what it does not read.
import { setTimeout as sleep } from "node:timers/promises";
import type { Wait } from "./input-wait.ts";
import { libc } from "./libc.ts";
import type { ReadWatcher } from "./read-watcher.ts";
import type { Terminal } from "./terminal.ts";

/** Since the program last read something. */
const TIMEOUT_MS = 2000;
const CHECK_MS_MAX = 25;

type Typing = {
  readonly terminal: Terminal;
  readonly watcher: ReadWatcher;
  /** The command has ended: what can be seen now decides. */
  readonly isEnding: boolean;
};

/** @param length of what was typed, in bytes. */
export async function awaitConsumption(
  typing: Typing,
  wait: Wait,
  length: number,
): Promise<"consumed" | "not_consumed"> {
  let deadline = performance.now() + TIMEOUT_MS;
  let hasLeft = false;
  let emptyChecks = 0;
  let least = length;
  for (let delayMs = 1; performance.now() < deadline;) {
    const isLastCheck = typing.isEnding;
    await sleep(isLastCheck ? 0 : delayMs);
    delayMs = Math.min(delayMs * 2, CHECK_MS_MAX);
    // Whether it has left comes first: a terminal that is empty after the reader has left was emptied by it, while an empty
    // terminal before that may only mean that the kernel has not passed on the bytes yet.
    hasLeft ||= typing.watcher.hasLeft(wait);
    const unread = typing.terminal.unreadBytes();
    // A line editor draws each character that it reads, which takes a while for a long text.
    if (unread !== undefined && unread > 0 && unread < least) {
      least = unread;
      deadline = performance.now() + TIMEOUT_MS;
    }
    emptyChecks = unread === 0 || libc === undefined ? emptyChecks + 1 : 0;
    // A poll may end by its own timeout, so leaving it proves less: check twice.
    if (hasLeft && emptyChecks >= (wait.how === "read" || isLastCheck ? 1 : 2)) return "consumed";
    if (isLastCheck) break;
  }
  const left = typing.terminal.unreadBytes();
  typing.terminal.flushInput();
  // Part of it was read; the rest was discarded, so that it cannot answer anything else.
  return hasLeft && left !== undefined && left < length ? "consumed" : "not_consumed";
}
