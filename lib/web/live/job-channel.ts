// Everybody who watches one job. A notification makes the channel read what is new, once for all watchers, and
// push it. The tables are the truth: whatever was missed is found at the next look, because the channel compares
// what it sent last with what is stored now.
import type { Database } from "../../db/connection.ts";
import { findJob } from "../../db/job-rows.ts";
import { findOutputTail, listLines } from "../../db/output.ts";
import { isTerminal } from "../../domain/job.ts";
import type { Job, Progress } from "../../wire/schemas.ts";
import { createRefresher, type Refresher } from "./refresher.ts";
import { type EventStream, openStream, type StreamOpener } from "./stream.ts";

/** Lines read and sent at a time, to watchers that keep up and to those that catch up; fewer when they are long. */
const LINES_PER_READ = 1000;
const BYTES_PER_READ = 512 * 1024;

/** Where a stream goes on: the last event and the last line that the client has. */
export type Cursor = { eventSeq: number; line: number };

export function parseCursor(text: string | null): Cursor | undefined {
  const found = /^(\d{1,9})\.(\d{1,9})$/.exec(text ?? "");
  return found === null ? undefined : { eventSeq: Number(found[1]), line: Number(found[2]) };
}

type Watcher = {
  stream: EventStream;
  /** The last line this watcher was sent. */
  line: number;
  /** Wants to hear what becomes known of a lost job afterwards. */
  staysWhenLost: boolean;
  /** False until it has the whole job. */
  isGreeted: boolean;
  /** False while it reads older lines from the database. */
  isLive: boolean;
  isCatchingUp: boolean;
};

type Seen = {
  job: Job;
  eventSeq: number;
  line: number;
  openLine: string;
  progress: Progress | null;
  status: string | null;
};

export type JobChannel = {
  watch(cursor: Cursor, staysWhenLost: boolean, open?: StreamOpener): EventStream;
  /** The job's own rows changed, or only its output. */
  changed(what: "job" | "output"): void;
  /** Another job changed: the queue may have moved. */
  othersChanged(): void;
  /** Since when the worker is silent, as it is known now; nothing else tells. */
  workerIs(silentSince: string | null): void;
};

export function createJobChannel(options: {
  db: Database;
  jobId: number;
  onEmpty: () => void;
  onFault: (error: unknown) => void;
}): JobChannel {
  const { db, jobId } = options;
  const watchers = new Set<Watcher>();
  let seen: Seen | undefined;
  let jobChanged = true;
  const refresher: Refresher = createRefresher(refresh, options.onFault);

  async function refresh(): Promise<void> {
    if (watchers.size === 0) return;
    const before = seen;
    // What is read below is newer than whatever these have: it may have come from a process that was ahead.
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
        seen = {
          ...found,
          line: tail.totalLines,
          openLine: "",
          progress: tail.progress,
          status: tail.status,
        };
      } else {
        await pushOutput(before, tail.totalLines, "");
        pushProgress(before, tail.progress, tail.status);
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
    watcher.isGreeted = true;
    if (watcher.line > seen.line) watcher.line = seen.line;
    send(watcher, "job", JSON.stringify(current(seen, seen.job)));
    void catchUp(watcher);
  }

  /** The job with what moves between two readings of it, so that nobody is told what was true before. */
  function current({ line, progress, status }: Seen, job: Job): Job {
    return { ...job, totalLines: line, progress, status };
  }

  function send(watcher: Watcher, event: string, data: string): void {
    watcher.stream.send(event, data, `${seen?.eventSeq ?? 0}.${watcher.line}`);
  }

  async function pushOutput(known: Seen, lineCount: number, openLine: string): Promise<void> {
    if (lineCount === known.line && openLine === known.openLine) return;
    do {
      const isAnybodyLive = [...watchers].some((watcher) => watcher.isLive);
      const limit = Math.min(LINES_PER_READ, lineCount - known.line);
      const from = known.line;
      const lines =
        limit > 0 && isAnybodyLive ? await listLines(db, jobId, from + 1, limit, BYTES_PER_READ) : [];
      // Lines that are past their retention are skipped, not waited for.
      const to = lines.at(-1)?.n ?? lineCount;
      known.line = to;
      known.openLine = openLine;
      const data = JSON.stringify({
        lines,
        openLine: to === lineCount ? openLine : "",
        totalLines: lineCount,
      });
      for (const watcher of watchers) {
        if (!watcher.isLive || watcher.line !== from) continue;
        if (!watcher.stream.hasRoom) {
          watcher.isLive = false;
          continue;
        }
        watcher.line = to;
        send(watcher, "output", data);
      }
    } while (known.line < lineCount);
  }

  function pushProgress(known: Seen, progress: Progress | null, status: string | null): void {
    const data = JSON.stringify({ progress, status });
    if (data === JSON.stringify({ progress: known.progress, status: known.status })) return;
    known.progress = progress;
    known.status = status;
    for (const watcher of greeted()) send(watcher, "progress", data);
  }

  function greeted(): Watcher[] {
    return [...watchers].filter((watcher) => watcher.isGreeted);
  }

  function pushJob(known: Seen, job: Job, eventSeq: number): void {
    const previous = known.job;
    const whole = JSON.stringify(current(known, job));
    // Not by the number of the event alone: a silent worker and a queue that moves bring none, and a database that was
    // restored may have given the same number to something else.
    const isSame = eventSeq === known.eventSeq && whole === JSON.stringify(current(known, previous));
    known.job = job;
    known.eventSeq = eventSeq;
    if (isSame) return;
    const changed = [
      ...changedItems(previous.interactions, job.interactions).map((data) => ["interaction", data] as const),
      ...changedItems(previous.phases, job.phases).map((data) => ["phase", data] as const),
    ];
    for (const watcher of greeted()) {
      for (const [event, data] of changed) send(watcher, event, data);
      send(watcher, "job", whole);
    }
  }

  async function catchUp(watcher: Watcher): Promise<void> {
    if (watcher.isCatchingUp || watcher.isLive || !watcher.isGreeted || seen === undefined) return;
    watcher.isCatchingUp = true;
    try {
      while (watcher.stream.isOpen && watcher.line < seen.line) {
        if (!watcher.stream.hasRoom) return;
        const lines = await listLines(
          db,
          jobId,
          watcher.line + 1,
          Math.min(LINES_PER_READ, seen.line - watcher.line),
          BYTES_PER_READ,
        );
        watcher.line = lines.at(-1)?.n ?? seen.line;
        const isLast = watcher.line >= seen.line;
        send(
          watcher,
          "output",
          JSON.stringify({ lines, openLine: isLast ? seen.openLine : "", totalLines: seen.line }),
        );
      }
      if (watcher.line === seen.line) {
        watcher.isLive = true;
        if (seen.openLine !== "") {
          send(
            watcher,
            "output",
            JSON.stringify({ lines: [], openLine: seen.openLine, totalLines: seen.line }),
          );
        }
        finishIfEnded(watcher);
      }
    } catch (error) {
      options.onFault(error);
      watcher.stream.close();
    } finally {
      watcher.isCatchingUp = false;
    }
  }

  function finishIfEnded(watcher: Watcher): void {
    if (seen === undefined || !isTerminal(seen.job.state)) return;
    if (watcher.staysWhenLost && seen.job.state === "lost") return;
    if (!watcher.isLive || watcher.line < seen.line) return;
    send(watcher, "end", JSON.stringify({ state: seen.job.state }));
    watcher.stream.close();
  }

  return {
    watch(cursor, staysWhenLost, open = openStream) {
      const watcher: Watcher = {
        stream: open({
          onDrain: () => void catchUp(watcher),
          onClose: () => {
            watchers.delete(watcher);
            if (watchers.size === 0) options.onEmpty();
          },
        }),
        line: cursor.line,
        staysWhenLost,
        isGreeted: false,
        isLive: false,
        isCatchingUp: false,
      };
      watchers.add(watcher);
      const hasMoreLines = seen !== undefined && cursor.line > seen.line;
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
    workerIs(silentSince) {
      if (seen === undefined || seen.job.workerSilentSince === silentSince) return;
      jobChanged = true;
      refresher.request();
    },
  };
}

function changedItems(before: readonly { id: number }[], after: readonly { id: number }[]): string[] {
  const known = new Map(before.map((item) => [item.id, JSON.stringify(item)]));
  return after
    .map((item) => ({ id: item.id, data: JSON.stringify(item) }))
    .filter((item) => known.get(item.id) !== item.data)
    .map((item) => item.data);
}
