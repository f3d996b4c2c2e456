// The subscribers of one job. On a notification the channel reads what is new, once for all watchers, and sends it. The
// tables decide: a missed notification does no harm, because the channel compares what it sent last with what is stored.
import type { Database } from "../../db/connection.ts";
import { findJob } from "../../db/job-rows.ts";
import { findOutputTail, type OutputTail } from "../../db/log.ts";
import { changedEvents, currentJob, hasOnlyNewPhases, opensQuestion, progressData } from "./job-data.ts";
import { createJobOutput } from "./job-output.ts";
import {
  createJobWatcher,
  type Cursor,
  type JobSource,
  type JobWatcher,
  lineReader,
  type SeenJob,
} from "./job-watcher.ts";
import { createRefresher } from "./refresher.ts";
import { type EventStream, openStream, type StreamOpener } from "./stream.ts";

export function parseCursor(text: string | null): Cursor | undefined {
  const found = /^(\d{1,9})\.(\d{1,9})$/.exec(text ?? "");
  return found === null ? undefined : { eventSeq: Number(found[1]), line: Number(found[2]) };
}

export type JobChannel = {
  watch(cursor: Cursor, staysWhenLost: boolean, open?: StreamOpener): EventStream;
  /** The job's own rows changed, or only its output. */
  changed(what: "job" | "output"): void;
  /** Another job changed: the queue may have moved. */
  othersChanged(): void;
  /** The last heartbeat of a worker that is not responding; null while it responds. No notification says so. */
  setUnresponsiveSince(since: string | null): void;
};

type FoundJob = Omit<SeenJob, "tail">;
type Options = { db: Database; jobId: number; onEmpty: () => void; onError: (error: unknown) => void };

export function createJobChannel({ db, jobId, onEmpty, onError }: Options): JobChannel {
  const watchers = new Set<JobWatcher>();
  let seen: SeenJob | undefined;
  // Counted, so that a change during a read, or before one that failed, is read by the next.
  let jobChanges = 1;
  let pushedChanges = 0;
  const source: JobSource = { seen: () => seen, readLines: lineReader(db, jobId), onError };
  const output = createJobOutput(source, watchers);
  const refresher = createRefresher(refresh, onError);

  async function refresh(): Promise<void> {
    if (watchers.size === 0) return;
    const change = jobChanges;
    // They may have state of a web process that was ahead; what is read below is newer.
    const newcomers = [...watchers].filter((watcher) => !watcher.isGreeted());
    // The job is read before the output: when it says that it has ended, all its lines are stored.
    const found = pushedChanges < change ? await findJob(db, jobId) : undefined;
    const tail = await findOutputTail(db, jobId);
    if (tail === undefined) return;
    if (seen !== undefined) await push(seen, found, tail);
    else if (found !== undefined) seen = { ...found, tail };
    if (seen === undefined) return;
    pushedChanges = change;
    for (const watcher of newcomers) watcher.greet(seen);
    for (const watcher of watchers) watcher.finishIfEnded(seen);
  }

  async function push(before: SeenJob, found: FoundJob | undefined, tail: OutputTail): Promise<void> {
    seen = { ...before, tail };
    const isForced = found !== undefined && opensQuestion(before.job, found.job);
    await output.push(before.tail.settledLines, tail, isForced);
    if (found === undefined) return;
    seen = { ...found, tail };
    pushJob(watchers, { ...before, tail }, seen);
  }

  const readJob = () => {
    jobChanges += 1;
    refresher.request();
  };

  return {
    watch(cursor, staysWhenLost, open = openStream) {
      const onClose = () => {
        watchers.delete(watcher);
        if (watchers.size > 0) return;
        output.stop();
        onEmpty();
      };
      const watcher = createJobWatcher({ source, cursor, staysWhenLost, open, onClose });
      watchers.add(watcher);
      if (seen === undefined || isAhead(cursor, seen)) readJob();
      else watcher.greet(seen);
      return watcher.stream;
    },
    changed(what) {
      if (what === "job") readJob();
      else refresher.request();
    },
    othersChanged() {
      if (seen === undefined || seen.job.state === "queued") readJob();
    },
    setUnresponsiveSince(since) {
      if (seen !== undefined && seen.job.workerUnresponsiveSince !== since) readJob();
    },
  };
}

/** The client was connected to a web process that had read more. */
function isAhead(cursor: Cursor, seen: SeenJob): boolean {
  return cursor.eventSeq > seen.eventSeq || cursor.line > seen.tail.settledLines;
}

/** Sends what differs from `known`: single questions and phases, and the whole job if anything else has changed. */
function pushJob(watchers: ReadonlySet<JobWatcher>, known: SeenJob, seen: SeenJob): void {
  const before = currentJob(known.job, known.tail);
  const after = currentJob(seen.job, seen.tail);
  const changed = changedEvents(before, after);
  const isWhole = !hasOnlyNewPhases(before, after);
  // Not by the number of the event alone: a missed heartbeat and a moving queue add no event, and a restored database may
  // have used the same number for another one.
  if (seen.eventSeq === known.eventSeq && changed.length === 0 && !isWhole) return;
  const whole = isWhole || changed.length === 0 ? JSON.stringify(after) : undefined;
  for (const watcher of watchers) {
    if (!watcher.isGreeted()) continue;
    for (const [event, data] of changed) watcher.send(event, data);
    if (whole === undefined) continue;
    watcher.send("job", whole);
    watcher.output.knows("progress", progressData(seen.tail));
  }
}
