// The part of a job's log that a watcher has, and the update that it needs. Settled lines are sent once; live lines, which
// the program may still redraw, are kept here as they were sent, so that only differences are sent again. Pure.
import { createBlockPacker } from "../../contract/log-blocks.ts";
import type { LogBlock, LogLine } from "../../contract/log.ts";

export type HeldOutput = {
  /** The watcher has all lines up to this one in their final form. */
  readonly settledLines: number;
  /** The lines after it, as they were sent. */
  readonly live: readonly LogLine[];
  /** The total number of lines that it was sent; undefined when it may have more lines than exist. */
  readonly totalLines: number | undefined;
};

export type OutputStep = {
  /** Settled lines after those that the watcher has, in order. Lines past their retention period are missing. */
  settled: readonly LogLine[];
  /** The number of the last of them. */
  settledLines: number;
  /** All lines after it; undefined while further settled lines follow. */
  live: readonly LogLine[] | undefined;
  totalLines: number;
};

export type OutputUpdate = {
  held: HeldOutput;
  blocks: LogBlock[];
  /** There is something to send. */
  isNeeded: boolean;
  /** Redraws were left out. */
  isPartial: boolean;
};

export function heldUpTo(line: number): HeldOutput {
  return { settledLines: line, live: [], totalLines: line === 0 ? 0 : undefined };
}

/**
 * @param hasRedraws whether changes of lines that the watcher has may be sent. Without them it gets new lines, and the
 * end of its last line when more follow: a line that was printed in two parts is not left half.
 */
export function updateOutput(held: HeldOutput, step: OutputStep, hasRedraws: boolean): OutputUpdate {
  const packer = createBlockPacker();
  let count = 0;
  const send = (line: LogLine, had: LogLine | undefined) => {
    packer.add(line, had);
    count += 1;
  };
  for (const line of step.settled) {
    const had = held.live[line.n - held.settledLines - 1];
    if (had?.text !== line.text) send(line, had);
  }
  const rest = held.live.slice(Math.max(0, step.settledLines - held.settledLines));
  let live: LogLine[] = rest;
  let isPartial = false;
  if (step.live !== undefined) {
    live = [];
    const isLonger = step.live.length > rest.length;
    for (const [index, line] of step.live.entries()) {
      const had = rest[index];
      const isSent = hasRedraws || had === undefined || (isLonger && index === rest.length - 1);
      if (had?.text === line.text) {
        live.push(had);
      } else if (isSent) {
        send(line, had);
        live.push(line);
      } else {
        isPartial = true;
        live.push(had);
      }
    }
  }
  const isCounted = step.totalLines === held.totalLines;
  const isNeeded = count > 0 || (!isCounted && hasRedraws);
  if (!isNeeded && !isCounted) {
    isPartial = true;
    // Erased lines stay known until the watcher is notified.
    live.push(...rest.slice(live.length));
  }
  return {
    held: {
      settledLines: step.settledLines,
      live,
      totalLines: isNeeded ? step.totalLines : held.totalLines,
    },
    blocks: packer.blocks(),
    isNeeded,
    isPartial,
  };
}
