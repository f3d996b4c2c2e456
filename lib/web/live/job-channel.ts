// Everybody who watches one job. A notification makes the channel read what is new, once for all watchers, and
// push it. The tables are the truth: whatever was missed is found at the next look, because the channel compares
// what it sent last with what is stored now.
import type { Database } from "../../db/connection.ts";
import { findJob } from "../../db/job-rows.ts";
import { findOutputTail, listLines } from "../../db/output.ts";
import { isTerminal } from "../../domain/job.ts";
import type { Job, Progress } from "../../wire/schemas.ts";
import { createRefresher, type Refresher } from "./refresher.ts";
import { type EventStream, openStream } from "./stream.ts";

/** Lines read and sent at a time, to watchers that keep up and to those that catch up. */
const LINES_PER_READ = 1000;

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
  watch(cursor: Cursor): EventStream;
  /** The job's own rows changed, or only its output. */
  changed(what: "job" | "output"): void;
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
    const before = seen;
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
          line: tail.lineCount,
          openLine: tail.openLine,
          progress: tail.progress,
          status: tail.status,
        };
        for (const watcher of watchers) greet(watcher);
        return;
      }
      await pushOutput(before, tail.lineCount, tail.openLine);
      pushProgress(before, tail.progress, tail.status);
      if (found !== undefined) pushJob(before, found.job, found.eventSeq);
      for (const watcher of watchers) finishIfEnded(watcher);
    } catch (error) {
      jobChanged ||= readJob;
      throw error;
    }
  }

  /** The first event of every stream: the whole job as it is now, then the lines the client does not have. */
  function greet(watcher: Watcher): void {
    if (seen === undefined) return;
    send(watcher, "job", JSON.stringify(seen.job));
    if (watcher.line > seen.line) watcher.line = seen.line;
    watcher.isLive = false;
    void catchUp(watcher);
  }

  function send(watcher: Watcher, event: string, data: string): void {
    watcher.stream.send(event, data, `${seen?.eventSeq ?? 0}.${watcher.line}`);
  }

  async function pushOutput(current: Seen, lineCount: number, openLine: string): Promise<void> {
    if (lineCount === current.line && openLine === current.openLine) return;
    do {
      const isAnybodyLive = [...watchers].some((watcher) => watcher.isLive);
      const limit = Math.min(LINES_PER_READ, lineCount - current.line);
      const lines = limit > 0 && isAnybodyLive ? await listLines(db, jobId, current.line + 1, limit) : [];
      const from = current.line;
      const to = isAnybodyLive ? from + lines.length : lineCount;
      current.line = to;
      current.openLine = openLine;
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
      if (lines.length === 0) break;
    } while (current.line < lineCount);
  }

  function pushProgress(current: Seen, progress: Progress | null, status: string | null): void {
    const data = JSON.stringify({ progress, status });
    if (data === JSON.stringify({ progress: current.progress, status: current.status })) return;
    current.progress = progress;
    current.status = status;
    for (const watcher of watchers) send(watcher, "progress", data);
  }

  function pushJob(current: Seen, job: Job, eventSeq: number): void {
    const previous = current.job;
    const isSame = eventSeq === current.eventSeq;
    current.job = job;
    current.eventSeq = eventSeq;
    if (isSame) return;
    const whole = JSON.stringify(job);
    const changed = [
      ...changedItems(previous.interactions, job.interactions).map((data) => ["interaction", data] as const),
      ...changedItems(previous.phases, job.phases).map((data) => ["phase", data] as const),
    ];
    for (const watcher of watchers) {
      for (const [event, data] of changed) send(watcher, event, data);
      send(watcher, "job", whole);
    }
  }

  async function catchUp(watcher: Watcher): Promise<void> {
    if (watcher.isCatchingUp || watcher.isLive || seen === undefined) return;
    watcher.isCatchingUp = true;
    try {
      while (watcher.stream.isOpen && watcher.line < seen.line) {
        if (!watcher.stream.hasRoom) return;
        const lines = await listLines(
          db,
          jobId,
          watcher.line + 1,
          Math.min(LINES_PER_READ, seen.line - watcher.line),
        );
        if (lines.length === 0) return;
        watcher.line += lines.length;
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
    if (!watcher.isLive || watcher.line < seen.line) return;
    send(watcher, "end", JSON.stringify({ state: seen.job.state }));
    watcher.stream.close();
  }

  return {
    watch(cursor) {
      const watcher: Watcher = {
        stream: openStream({
          onDrain: () => void catchUp(watcher),
          onClose: () => {
            watchers.delete(watcher);
            if (watchers.size === 0) options.onEmpty();
          },
        }),
        line: cursor.line,
        isLive: false,
        isCatchingUp: false,
      };
      watchers.add(watcher);
      if (seen === undefined) refresher.request();
      else greet(watcher);
      return watcher.stream;
    },
    changed(what) {
      if (what === "job") jobChanged = true;
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
