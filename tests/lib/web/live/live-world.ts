// A database with the live updates of one or more web processes, and jobs that print as a worker would store it.
import { closeDatabase, openDatabase, transaction } from "#lib/db/connection.ts";
import { findOutputState, storeOutput } from "#lib/db/output.ts";
import { finishJob } from "#lib/db/runs.ts";
import type { TerminalScreen } from "#lib/contract/log.ts";
import type { Log } from "#lib/log.ts";
import { createLive, type Live } from "#lib/web/live/live.ts";
import type { EventStream } from "#lib/web/live/stream.ts";
import { testDatabase } from "../../../support/database.ts";
import { printed } from "../../../seed/printed.ts";
import { type Watch, type WatchOptions, watchStream } from "./watch-stream.ts";

const NO_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Call once for each file. @param clean `after` of the file. */
export async function liveWorld(clean: (clean: () => Promise<void>) => void) {
  const database = await testDatabase();
  const db = openDatabase(database.url, "live under test");
  const lives: Live[] = [];
  const watches: Watch[] = [];
  let laneCount = 0;
  clean(async () => {
    // A watcher that a failed test left open would keep the process alive.
    await Promise.all(watches.map((watched) => watched.leave()));
    await Promise.all(lives.map((live) => live.close()));
    await closeDatabase(db);
    await database.close();
  });

  function anotherProcess(options: { hasErrors?: boolean } = {}): Live {
    const live = createLive({ db, databaseUrl: database.url, log: NO_LOG, ...options });
    lives.push(live);
    return live;
  }

  async function store(id: number, output: ReturnType<typeof printed>, before: OutputState): Promise<void> {
    const batch = { output, phases: [], progress: null, status: null };
    await transaction(db, (tx) => storeOutput(tx, { jobId: id, epoch: 1 }, before, batch));
  }

  function watch(stream: EventStream, options?: WatchOptions): Watch {
    const watched = watchStream(stream, options);
    watches.push(watched);
    return watched;
  }

  /** Prints `line <n> …` and a line that has not ended, as one chunk. */
  async function print(id: number, count: number, { openLine = "", length = 20 } = {}): Promise<void> {
    const before = await findOutputState(db, id);
    const lines = Array.from({ length: count }, (_, index) =>
      `line ${before.lineCount + index + 1} `.padEnd(length, "."),
    );
    await store(id, printed(before, lines, { live: openLine === "" ? [] : [openLine] }), before);
  }

  /** Redraws the lines on the screen, as a program that moves the cursor does. */
  async function redraw(id: number, live: readonly string[], { settled = [], screen = null }: Redraw = {}) {
    const before = await findOutputState(db, id);
    const output = printed(before, settled, { live, screen });
    // A redraw prints less than it shows.
    for (const chunk of output.chunks) chunk.raw = Buffer.from("redraw");
    await store(id, output, before);
  }

  async function end(id: number): Promise<void> {
    const exit = { exitCode: 0, exitSignal: null, at: new Date() };
    const ended = { state: "succeeded", outcome: "completed", ...exit } as const;
    await transaction(db, (tx) => finishJob(tx, { jobId: id, epoch: 1 }, ended));
  }

  const ownLane = () => `lane-${(laneCount += 1)}`;
  return { db, live: anotherProcess(), anotherProcess, ownLane, watch, print, redraw, end };
}

type OutputState = Awaited<ReturnType<typeof findOutputState>>;
type Redraw = { settled?: readonly string[]; screen?: TerminalScreen | null };
