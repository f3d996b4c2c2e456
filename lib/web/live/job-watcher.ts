// One watcher of a job. It gets the whole job first, then the lines it lacks, which it reads from the database at its own
// pace, and from then on it is live: it receives what is new together with the others.
import type { Database } from "../../db/connection.ts";
import { listLines, type OutputTail } from "../../db/log.ts";
import { isTerminal } from "../../domain/job.ts";
import type { Job } from "../../contract/job.ts";
import type { LogLine } from "../../contract/log.ts";
import type { OutputStep } from "./held-output.ts";
import { currentJob, progressData, screenData } from "./job-data.ts";
import type { EventStream, StreamOpener } from "./stream.ts";
import {
  createWatcherOutput,
  type Delivery,
  type PackedUpdates,
  type WatcherOutput,
} from "./watcher-output.ts";

/** Lines read and sent at a time, to watchers that keep up and to those that catch up; fewer when they are long. */
const LINES_PER_READ = 1000;
const BYTES_PER_READ = 512 * 1024;
const EVERYTHING: Delivery = { hasRedraws: true, isForced: true };

/** Where a stream resumes: the last event and the last settled line that the client has. */
export type Cursor = { eventSeq: number; line: number };

/** What the channel read last. */
export type SeenJob = { job: Job; eventSeq: number; tail: OutputTail };

/** The job of a channel, and its lines in the database. */
export type JobSource = {
  seen(): SeenJob | undefined;
  /** The settled lines after `from`, as many as one read may have, and the number of the last of them. */
  readLines(from: number, to: number): Promise<{ settled: LogLine[]; settledLines: number }>;
  onError: (error: unknown) => void;
};

export function lineReader(db: Database, jobId: number): JobSource["readLines"] {
  return async (from, to) => {
    const limit = Math.min(LINES_PER_READ, to - from);
    const settled = await listLines(db, jobId, from + 1, limit, BYTES_PER_READ);
    // Lines that are past their retention are skipped, not waited for.
    return { settled, settledLines: settled.at(-1)?.n ?? to };
  };
}

export type JobWatcher = ReturnType<typeof createJobWatcher>;

type Options = {
  source: JobSource;
  cursor: Cursor;
  /** Stays open when the job is lost, for what becomes known afterwards. */
  staysWhenLost: boolean;
  open: StreamOpener;
  onClose: () => void;
};

export function createJobWatcher({ source, cursor, staysWhenLost, open, onClose }: Options) {
  const stream = open({ onDrain: catchUp, onClose });
  const output = createWatcherOutput({
    stream,
    line: cursor.line,
    cursor: cursorText,
    printed: () => source.seen()?.tail.outputBytes ?? 0,
  });
  /** False until it has the whole job. */
  let isGreeted = false;
  /** False while it reads older lines from the database. */
  let isLive = false;
  const sendOlderLines = createOlderLines({ source, stream, output, onDone: becomeLive });

  function cursorText(): string {
    return `${source.seen()?.eventSeq ?? 0}.${output.settledLines}`;
  }

  function send(event: string, data: string): void {
    stream.send(event, data, cursorText());
  }

  /** The first event of every stream: the whole job as it is now, then the lines the client does not have. */
  function greet({ job, tail }: SeenJob): void {
    output.rewind(tail.settledLines);
    output.knows("progress", progressData(tail));
    // A client that resumes may show a stale screen.
    const isResumed = cursor.eventSeq > 0 || cursor.line > 0;
    if (tail.screen === null && !isResumed) output.knows("screen", screenData(tail));
    send("job", JSON.stringify(currentJob(job, tail)));
    isGreeted = true;
    catchUp();
  }

  function catchUp(): void {
    if (isGreeted && !isLive) void sendOlderLines();
  }

  function becomeLive(seen: SeenJob): void {
    isLive = true;
    sendTail(output, seen.tail, [], EVERYTHING, new Map());
    finishIfEnded(seen);
  }

  function canReceive(): boolean {
    if (isLive && !stream.hasRoom) isLive = false;
    return isLive;
  }

  function finishIfEnded({ job, tail }: SeenJob): void {
    if (!isTerminal(job.state) || (staysWhenLost && job.state === "lost")) return;
    if (!canReceive() || output.settledLines < tail.settledLines) return;
    sendTail(output, tail, [], EVERYTHING, new Map());
    send("end", JSON.stringify({ state: job.state }));
    stream.close();
  }

  return {
    stream,
    output,
    send,
    greet,
    canReceive,
    finishIfEnded,
    isGreeted: () => isGreeted,
    isLive: () => isLive,
    /** It lacks lines that it can no longer be sent: it reads them itself. */
    fallBehind() {
      isLive = false;
      catchUp();
    },
  };
}

/** Sends the lines that a watcher lacks, while its stream has room. `onDone` is called when it has all of them. */
function createOlderLines(watcher: {
  source: JobSource;
  stream: EventStream;
  output: WatcherOutput;
  onDone: (seen: SeenJob) => void;
}): () => Promise<void> {
  const { source, stream, output } = watcher;
  let isRunning = false;
  return async () => {
    if (isRunning) return;
    isRunning = true;
    try {
      for (let seen = source.seen(); seen !== undefined && stream.isOpen; seen = source.seen()) {
        // In one go with the check, so that no line is pushed to the live watchers in between.
        if (output.settledLines >= seen.tail.settledLines) return watcher.onDone(seen);
        if (!stream.hasRoom) return;
        const piece = await source.readLines(output.settledLines, seen.tail.settledLines);
        const step = { ...piece, live: undefined, totalLines: seen.tail.totalLines };
        output.sendLines(step, EVERYTHING, new Map());
      }
    } catch (error) {
      source.onError(error);
      stream.close();
    } finally {
      isRunning = false;
    }
  };
}

/** Sends what may still change, after the last settled lines. @returns whether something was left out. */
export function sendTail(
  output: WatcherOutput,
  tail: OutputTail,
  settled: readonly LogLine[],
  delivery: Delivery,
  packed: PackedUpdates,
): boolean {
  const { settledLines, live, totalLines } = tail;
  const step: OutputStep = { settled, settledLines, live, totalLines };
  const left = [
    output.sendLines(step, delivery, packed),
    output.sendState("progress", progressData(tail), delivery),
    output.sendState("screen", screenData(tail), delivery),
  ];
  return left.includes(true);
}
