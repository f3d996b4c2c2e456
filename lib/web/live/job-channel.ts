// The subscribers of one job. On a notification the channel reads what is new, once for all watchers, and sends it. The
// tables decide: a missed notification does no harm, because the channel compares what it sent last with what is stored.
import type { Database } from "../../db/connection.ts";
import { findJob } from "../../db/job-rows.ts";
import { findOutputTail, listLines, type OutputTail } from "../../db/log.ts";
import { isTerminal } from "../../domain/job.ts";
import type { Job } from "../../contract/job.ts";
import type { LogLine } from "../../contract/log.ts";
import type { OutputStep } from "./held-output.ts";
import {
  changedEvents,
  currentJob,
  hasOnlyNewPhases,
  opensQuestion,
  progressData,
  screenData,
} from "./job-data.ts";
import { createRefresher, type Refresher } from "./refresher.ts";
import { type EventStream, openStream, type StreamOpener } from "./stream.ts";
import {
  createWatcherOutput,
  type Delivery,
  type PackedUpdates,
  type WatcherOutput,
} from "./watcher-output.ts";

/** Lines read and sent at a time, to watchers that keep up and to those that catch up; fewer when they are long. */
const LINES_PER_READ = 1000;
const BYTES_PER_READ = 512 * 1024;
/** Redrawn lines, progress and the screen are sent at most this often. */
const REDRAW_MS = 100;
const EVERYTHING: Delivery = { hasRedraws: true, isForced: true };

/** Where a stream resumes: the last event and the last settled line that the client has. */
export type Cursor = { eventSeq: number; line: number };

export function parseCursor(text: string | null): Cursor | undefined {
  const found = /^(\d{1,9})\.(\d{1,9})$/.exec(text ?? "");
  return found === null ? undefined : { eventSeq: Number(found[1]), line: Number(found[2]) };
}

type Watcher = {
  stream: EventStream;
  output: WatcherOutput;
  /** Stays open when the job is lost, for what becomes known afterwards. */
  staysWhenLost: boolean;
  /** It resumes an earlier stream, and may show a stale screen. */
  isResumed: boolean;
  /** False until it has the whole job. */
  isGreeted: boolean;
  /** False while it reads older lines from the database. */
  isLive: boolean;
  isCatchingUp: boolean;
};

type Seen = { job: Job; eventSeq: number; tail: OutputTail };

export type JobChannel = {
  watch(cursor: Cursor, staysWhenLost: boolean, open?: StreamOpener): EventStream;
  /** The job's own rows changed, or only its output. */
  changed(what: "job" | "output"): void;
  /** Another job changed: the queue may have moved. */
  othersChanged(): void;
  /** The last heartbeat of a worker that is not responding; null while it responds. No notification says so. */
  setUnresponsiveSince(since: string | null): void;
};

export function createJobChannel(options: {
  db: Database;
  jobId: number;
  onEmpty: () => void;
  onError: (error: unknown) => void;
}): JobChannel {
  const { db, jobId } = options;
  const watchers = new Set<Watcher>();
  let seen: Seen | undefined;
  let jobChanged = true;
  let redrawnAt = 0;
  let redrawTimer: NodeJS.Timeout | undefined;
  const refresher: Refresher = createRefresher(refresh, options.onError);

  async function refresh(): Promise<void> {
    if (watchers.size === 0) return;
    const before = seen;
    // They may have state of a web process that was ahead; what is read below is newer.
    const newcomers = [...watchers].filter((watcher) => !watcher.isGreeted);
    const readJob = jobChanged || before === undefined;
    jobChanged = false;
    try {
      // The job is read before the output: when it says that it has ended, all its lines are stored.
      const found = readJob ? await findJob(db, jobId) : undefined;
      const tail = await findOutputTail(db, jobId);
      if (tail === undefined) return;
      if (before === undefined) {
        if (found === undefined) return;
        seen = { ...found, tail };
      } else {
        await pushOutput(before, tail, found !== undefined && opensQuestion(before.job, found.job));
        rescue(tail);
        if (found !== undefined) pushJob(before, found.job, found.eventSeq);
      }
      for (const watcher of newcomers) greet(watcher);
      for (const watcher of watchers) finishIfEnded(watcher);
    } catch (error) {
      jobChanged ||= readJob;
      throw error;
    }
  }

  /** The first event of every stream: the whole job as it is now, then the lines the client does not have. */
  function greet(watcher: Watcher): void {
    if (seen === undefined) return;
    watcher.output.rewind(seen.tail.settledLines);
    watcher.output.knows("progress", progressData(seen.tail));
    if (seen.tail.screen === null && !watcher.isResumed) {
      watcher.output.knows("screen", screenData(seen.tail));
    }
    send(watcher, "job", JSON.stringify(currentJob(seen.job, seen.tail)));
    watcher.isGreeted = true;
    void catchUp(watcher);
  }

  function send(watcher: Watcher, event: string, data: string): void {
    watcher.stream.send(event, data, cursorOf(watcher));
  }

  function cursorOf(watcher: Watcher): string {
    return `${seen?.eventSeq ?? 0}.${watcher.output.settledLines}`;
  }

  /** Sends what was printed since `known`. Settled lines are read once for all watchers that have the lines before. */
  async function pushOutput(known: Seen, tail: OutputTail, isForced: boolean): Promise<void> {
    let from = known.tail.settledLines;
    known.tail = tail;
    for (const watcher of watchers) watcher.output.rewind(tail.settledLines);
    while (from < tail.settledLines && [...watchers].some((watcher) => watcher.isLive)) {
      const limit = Math.min(LINES_PER_READ, tail.settledLines - from);
      const settled = await listLines(db, jobId, from + 1, limit, BYTES_PER_READ);
      // Lines that are past their retention are skipped, not waited for.
      const to = settled.at(-1)?.n ?? tail.settledLines;
      // The last piece goes together with the lines behind it.
      if (to >= tail.settledLines) {
        deliver(tail, { from, settled }, isForced);
        return;
      }
      const step = { settled, settledLines: to, live: undefined, totalLines: tail.totalLines };
      const packed: PackedUpdates = new Map();
      for (const watcher of watchers) {
        if (watcher.output.settledLines === from && canReceive(watcher)) {
          watcher.output.sendLines(step, { hasRedraws: true, isForced }, packed);
        }
      }
      from = to;
    }
    deliver(tail, { from, settled: [] }, isForced);
  }

  function canReceive(watcher: Watcher): boolean {
    if (watcher.isLive && !watcher.stream.hasRoom) watcher.isLive = false;
    return watcher.isLive;
  }

  /** What may still change, to all watchers that have everything before it. */
  function deliver(
    tail: OutputTail,
    last: { from: number; settled: readonly LogLine[] },
    isForced: boolean,
  ): void {
    const now = Date.now();
    const hasRedraws = isForced || now - redrawnAt >= REDRAW_MS || now < redrawnAt;
    if (hasRedraws) redrawnAt = now;
    const packed: PackedUpdates = new Map();
    let isLeftOut = false;
    for (const watcher of watchers) {
      if (!canReceive(watcher)) continue;
      const isBehind = watcher.output.settledLines === last.from;
      if (!isBehind && watcher.output.settledLines !== tail.settledLines) continue;
      const step = stepTo(tail, isBehind ? last.settled : []);
      if (deliverTo(watcher, step, tail, { hasRedraws, isForced }, packed)) isLeftOut = true;
    }
    if (isLeftOut) deliverLater();
  }

  /** Watchers that a failed read has left behind. */
  function rescue(tail: OutputTail): void {
    for (const watcher of watchers) {
      if (!watcher.isLive || watcher.output.settledLines >= tail.settledLines) continue;
      watcher.isLive = false;
      void catchUp(watcher);
    }
  }

  function stepTo(tail: OutputTail, settled: readonly LogLine[]): OutputStep {
    return { settled, settledLines: tail.settledLines, live: tail.live, totalLines: tail.totalLines };
  }

  function deliverTo(
    { output }: Watcher,
    step: OutputStep,
    tail: OutputTail,
    delivery: Delivery,
    packed: PackedUpdates,
  ): boolean {
    const left = [
      output.sendLines(step, delivery, packed),
      output.sendState("progress", progressData(tail), delivery),
      output.sendState("screen", screenData(tail), delivery),
    ];
    return left.includes(true);
  }

  function deliverLater(): void {
    redrawTimer ??= setTimeout(
      () => {
        redrawTimer = undefined;
        if (seen !== undefined) deliver(seen.tail, { from: seen.tail.settledLines, settled: [] }, false);
      },
      Math.max(1, redrawnAt + REDRAW_MS - Date.now()),
    );
  }

  function pushJob(known: Seen, job: Job, eventSeq: number): void {
    const before = currentJob(known.job, known.tail);
    const after = currentJob(job, known.tail);
    const changed = changedEvents(before, after);
    const isWhole = !hasOnlyNewPhases(before, after);
    // Not by the number of the event alone: a missed heartbeat and a moving queue add no event, and a restored database may
    // have used the same number for another one.
    const isSame = eventSeq === known.eventSeq && changed.length === 0 && !isWhole;
    known.job = job;
    known.eventSeq = eventSeq;
    if (isSame) return;
    const whole = isWhole || changed.length === 0 ? JSON.stringify(after) : undefined;
    for (const watcher of watchers) {
      if (!watcher.isGreeted) continue;
      for (const [event, data] of changed) send(watcher, event, data);
      if (whole === undefined) continue;
      send(watcher, "job", whole);
      watcher.output.knows("progress", progressData(known.tail));
    }
  }

  async function catchUp(watcher: Watcher): Promise<void> {
    if (watcher.isCatchingUp || watcher.isLive || !watcher.isGreeted || seen === undefined) return;
    const { output, stream } = watcher;
    watcher.isCatchingUp = true;
    try {
      while (stream.isOpen && output.settledLines < seen.tail.settledLines) {
        if (!stream.hasRoom) return;
        const { settledLines } = seen.tail;
        const limit = Math.min(LINES_PER_READ, settledLines - output.settledLines);
        const settled = await listLines(db, jobId, output.settledLines + 1, limit, BYTES_PER_READ);
        const to = settled.at(-1)?.n ?? settledLines;
        const step = { settled, settledLines: to, live: undefined, totalLines: seen.tail.totalLines };
        output.sendLines(step, EVERYTHING, new Map());
      }
      if (output.settledLines === seen.tail.settledLines) {
        watcher.isLive = true;
        deliverTo(watcher, stepTo(seen.tail, []), seen.tail, EVERYTHING, new Map());
        finishIfEnded(watcher);
      }
    } catch (error) {
      options.onError(error);
      stream.close();
    } finally {
      watcher.isCatchingUp = false;
    }
  }

  function finishIfEnded(watcher: Watcher): void {
    if (seen === undefined || !isTerminal(seen.job.state)) return;
    if (watcher.staysWhenLost && seen.job.state === "lost") return;
    if (!canReceive(watcher) || watcher.output.settledLines < seen.tail.settledLines) return;
    deliverTo(watcher, stepTo(seen.tail, []), seen.tail, EVERYTHING, new Map());
    send(watcher, "end", JSON.stringify({ state: seen.job.state }));
    watcher.stream.close();
  }

  return {
    watch(cursor, staysWhenLost, open = openStream) {
      const stream = open({
        onDrain: () => void catchUp(watcher),
        onClose: () => {
          watchers.delete(watcher);
          if (watchers.size > 0) return;
          clearTimeout(redrawTimer);
          redrawTimer = undefined;
          options.onEmpty();
        },
      });
      const watcher: Watcher = {
        stream,
        output: createWatcherOutput({
          stream,
          line: cursor.line,
          cursor: () => cursorOf(watcher),
          printed: () => seen?.tail.outputBytes ?? 0,
        }),
        staysWhenLost,
        isResumed: cursor.eventSeq > 0 || cursor.line > 0,
        isGreeted: false,
        isLive: false,
        isCatchingUp: false,
      };
      watchers.add(watcher);
      const hasMoreLines = seen !== undefined && cursor.line > seen.tail.settledLines;
      const hasMoreEvents = seen !== undefined && cursor.eventSeq > seen.eventSeq;
      if (hasMoreEvents) jobChanged = true;
      if (seen === undefined || hasMoreLines || hasMoreEvents) refresher.request();
      else greet(watcher);
      return watcher.stream;
    },
    changed(what) {
      if (what === "job") jobChanged = true;
      refresher.request();
    },
    othersChanged() {
      if (seen !== undefined && seen.job.state !== "queued") return;
      jobChanged = true;
      refresher.request();
    },
    setUnresponsiveSince(since) {
      if (seen === undefined || seen.job.workerUnresponsiveSince === since) return;
      jobChanged = true;
      refresher.request();
    },
  };
}
