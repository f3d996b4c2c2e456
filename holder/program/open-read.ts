// A read that was stated and is not over, and how a reader that is briefly out of its call is recognised.

import type { Reading } from "../protocol/messages.ts";
import { bytesWritten, isSameReader, runnableTicks, type Wait } from "./input-wait.ts";

export type OpenRead = {
  reading: Reading;
  wait: Wait;
  /** For a poll: what the reader had written by then. All of it has been received. */
  written: string | undefined;
  /** How much had been typed and printed when the wait was last seen to be the same one. */
  typedBytes: number;
  outputBytes: number;
  /** Checks in a row that did not find the wait. */
  misses: number;
  /** Set at the first miss at which the reader was runnable: since when, and its processor time by then. */
  starved: { since: number; ticks: number } | undefined;
};

/** A reader that handles a signal needs a millisecond or two. */
const STARVED_TICKS_MAX = 4;
const STARVED_MS_MAX = 30_000;

/** Whether this is the read that an order names, or one that continues it. */
export function isFor({ reading }: OpenRead, readId: number): boolean {
  return reading.sinceReadId <= readId && readId <= reading.readId;
}

/**
 * A poll that timed out, printed and polls again asks something else. One that has polled again is certainly the same if its
 * process has written nothing meanwhile: then another process printed.
 */
export function mayAskAgain({ wait, written }: OpenRead, again: Wait | undefined): boolean {
  return again?.switches !== wait.switches && (written === undefined || bytesWritten(wait.pid) !== written);
}

/** Whether the reader is out of its call only briefly, because the machine is too busy to let it return. */
export function isBrieflyInterrupted(open: OpenRead, again: Wait | undefined): boolean {
  const { starved } = open;
  const isBack = starved !== undefined && again !== undefined && isSameReader(open.wait, again);
  return isStarved(open) || (isBack && performance.now() - starved.since < STARVED_MS_MAX);
}

/**
 * It has left the call, perhaps to handle a signal, and has been runnable ever since without getting processor time: it
 * cannot have begun anything else. Not for a poll, which says too little about what it is for.
 */
function isStarved(open: OpenRead): boolean {
  const ticks = open.wait.how === "read" ? runnableTicks(open.wait) : undefined;
  if (ticks === undefined) {
    return false;
  }
  open.starved ??= { since: performance.now(), ticks };
  const { since, ticks: before } = open.starved;
  return performance.now() - since < STARVED_MS_MAX && ticks - before <= STARVED_TICKS_MAX;
}
