// Pushes the new output of a job to its live watchers. Settled lines are read once for all watchers that have the lines
// before; what may still be redrawn is pushed at most ten times a second.
import type { OutputTail } from "../../db/log.ts";
import type { LogLine } from "../../contract/log.ts";
import { type JobSource, type JobWatcher, sendTail } from "./job-watcher.ts";
import type { PackedUpdates } from "./watcher-output.ts";

/** Redrawn lines, progress and the screen are sent at most this often. */
const REDRAW_MS = 100;

type Watchers = ReadonlySet<JobWatcher>;

export function createJobOutput(source: JobSource, watchers: Watchers) {
  let redrawnAt = 0;
  let redrawTimer: NodeJS.Timeout | undefined;

  /** What may still change, to all watchers that have everything before it. */
  function pushTail(
    tail: OutputTail,
    last: { from: number; settled: readonly LogLine[] },
    isForced: boolean,
  ) {
    const now = Date.now();
    const hasRedraws = isForced || now - redrawnAt >= REDRAW_MS || now < redrawnAt;
    if (hasRedraws) redrawnAt = now;
    const packed: PackedUpdates = new Map();
    let isLeftOut = false;
    for (const watcher of watchers) {
      if (!watcher.canReceive()) continue;
      const { output } = watcher;
      const isBehind = output.settledLines === last.from;
      if (!isBehind && output.settledLines !== tail.settledLines) continue;
      const settled = isBehind ? last.settled : [];
      if (sendTail(output, tail, settled, { hasRedraws, isForced }, packed)) isLeftOut = true;
    }
    if (isLeftOut) pushTailLater();
  }

  function pushTailLater(): void {
    redrawTimer ??= setTimeout(
      () => {
        redrawTimer = undefined;
        const tail = source.seen()?.tail;
        if (tail !== undefined) pushTail(tail, { from: tail.settledLines, settled: [] }, false);
      },
      Math.max(1, redrawnAt + REDRAW_MS - Date.now()),
    );
  }

  return {
    /** @param from the settled lines that were pushed before. @param isForced regardless of pace and budget. */
    async push(from: number, tail: OutputTail, isForced: boolean): Promise<void> {
      for (const { output } of watchers) output.rewind(tail.settledLines);
      pushTail(tail, await pushSettled(source, watchers, from, tail), isForced);
      for (const watcher of watchers) {
        // Left behind by a read that failed.
        if (watcher.isLive() && watcher.output.settledLines < tail.settledLines) watcher.fallBehind();
      }
    },
    stop(): void {
      clearTimeout(redrawTimer);
      redrawTimer = undefined;
    },
  };
}

/** @returns the last piece of the settled lines, which is sent together with the lines after it. */
async function pushSettled(
  source: JobSource,
  watchers: Watchers,
  from: number,
  tail: OutputTail,
): Promise<{ from: number; settled: readonly LogLine[] }> {
  let sent = from;
  while (sent < tail.settledLines && [...watchers].some((watcher) => watcher.isLive())) {
    const { settled, settledLines } = await source.readLines(sent, tail.settledLines);
    if (settledLines >= tail.settledLines) return { from: sent, settled };
    const step = { settled, settledLines, live: undefined, totalLines: tail.totalLines };
    const packed: PackedUpdates = new Map();
    for (const watcher of watchers) {
      if (watcher.output.settledLines !== sent || !watcher.canReceive()) continue;
      watcher.output.sendLines(step, { hasRedraws: true, isForced: true }, packed);
    }
    sent = settledLines;
  }
  return { from: sent, settled: [] };
}
