// Server-sent events: what a watcher receives and in which order, without gaps or duplicates, however slowly it reads and
// whatever happens to connections.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { cancelJob } from "#lib/actions/cancel-job.ts";
import { closeDatabase, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { appendEvent } from "#lib/db/events.ts";
import { askInteraction } from "#lib/db/interactions.ts";
import { insertFreeze } from "#lib/db/lanes.ts";
import { notify } from "#lib/db/notify.ts";
import { findOutputState, storeOutput } from "#lib/db/output.ts";
import { finishJob } from "#lib/db/runs.ts";
import { recordHolderFound } from "#lib/db/lost-jobs.ts";
import { touchWorker } from "#lib/db/workers.ts";
import type { Log } from "#lib/log.ts";
import { parseCursor } from "#lib/web/live/job-channel.ts";
import { createLive, type Live } from "#lib/web/live/live.ts";
import type { EventStream } from "#lib/web/live/stream.ts";
import { jobEvents, overviewEvents } from "#lib/contract/events.ts";
import type { Lane } from "#lib/contract/lane.ts";
import type { TerminalScreen } from "#lib/contract/log.ts";
import { testDatabase } from "../../support/database.ts";
import { createLogMirror, type LogMirror } from "../../support/log-mirror.ts";
import { printed } from "../../support/printed.ts";
import { aJob } from "../../seed/seed.ts";
import { setHeartbeatAge, keepHeartbeatFresh } from "../../support/heartbeats.ts";
import { until } from "../../support/until.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "live under test");
const noLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
const lives: Live[] = [];
function anotherProcess(): Live {
  const live = createLive({ db, databaseUrl: database.url, log: noLog });
  lives.push(live);
  return live;
}
const live = anotherProcess();
const readers: ReadableStreamDefaultReader[] = [];
after(async () => {
  // A watcher that a failed test left open would keep the process alive.
  await Promise.all(readers.map((reader) => reader.cancel()));
  await Promise.all(lives.map((one) => one.close()));
  await closeDatabase(db);
  await database.close();
});

type Seen = { event: string; id: string; data: never };

type WatchOptions = {
  schemas?: Record<string, { parse(value: unknown): unknown }>;
  /** The log that the client already has. */
  log?: LogMirror;
};

/** A client that reads on request and keeps all events. */
function watch(stream: EventStream, { schemas = jobEvents, log = createLogMirror() }: WatchOptions = {}) {
  const reader = stream.body.getReader();
  readers.push(reader);
  const decoder = new TextDecoder();
  const events: Seen[] = [];
  const violations: string[] = [];
  let bytes = 0;
  let text = "";
  let isOver = false;
  let isPaused = false;

  async function readOne(): Promise<boolean> {
    const { done, value } = await reader.read();
    if (done) {
      isOver = true;
      return false;
    }
    bytes += value.length;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) take(block);
    return true;
  }

  function take(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
    const event = field("event");
    if (event === undefined) return;
    const data = JSON.parse(field("data") ?? "") as never;
    schemas[event]?.parse(data);
    events.push({ event, id: field("id") ?? "", data });
    if (event === "output") violations.push(...log.apply(data));
  }

  async function run(): Promise<void> {
    while (!isPaused && (await readOne()));
  }
  void run();
  return {
    events,
    violations,
    get lines() {
      return log.lines;
    },
    get settledLines() {
      return log.settledLines;
    },
    get bytes() {
      return bytes;
    },
    names: () => events.map(({ event }) => event),
    last: (name: string) => events.findLast(({ event }) => event === name)?.data as never,
    lastId: () => events.findLast(({ id }) => id !== "")?.id ?? "",
    get isOver() {
      return isOver;
    },
    pause: () => (isPaused = true),
    resume() {
      isPaused = false;
      void run();
    },
    leave: () => reader.cancel(),
  };
}
type Watch = ReturnType<typeof watch>;

function assertWhole(watched: Watch, to: number, from = 1): void {
  const numbers = watched.lines.map(({ n }) => n);
  assert.deepEqual(
    numbers,
    Array.from({ length: to - from + 1 }, (_, index) => from + index),
  );
  assert.ok(watched.lines.every(({ n, text }) => text.startsWith(`line ${n} `)));
  assert.deepEqual(watched.violations, []);
}

let laneCount = 0;
const ownLane = () => `lane-${(laneCount += 1)}`;

/** Prints as a worker would: one chunk per call. */
async function print(id: number, count: number, { openLine = "", length = 20 } = {}): Promise<number> {
  const before = await findOutputState(db, id);
  const lines = Array.from({ length: count }, (_, index) =>
    `line ${before.lineCount + index + 1} `.padEnd(length, "."),
  );
  const output = printed(before, lines, { live: openLine === "" ? [] : [openLine] });
  const batch = { output, phases: [], progress: null, status: null };
  await transaction(db, (tx) => storeOutput(tx, { jobId: id, epoch: 1 }, before, batch));
  return before.lineCount + count;
}

/** Redraws the lines on the screen, as a program that moves the cursor does. */
async function redraw(
  id: number,
  live: readonly string[],
  { settled = [], screen = null }: { settled?: readonly string[]; screen?: TerminalScreen | null } = {},
): Promise<void> {
  const before = await findOutputState(db, id);
  const output = printed(before, settled, { live, screen });
  // A redraw prints less than it shows.
  for (const chunk of output.chunks) chunk.raw = Buffer.from("redraw");
  const batch = { output, phases: [], progress: null, status: null };
  await transaction(db, (tx) => storeOutput(tx, { jobId: id, epoch: 1 }, before, batch));
}

const textsOf = (watched: Watch) => watched.lines.map(({ text }) => text);

const end = (id: number) =>
  transaction(db, (tx) =>
    finishJob(
      tx,
      { jobId: id, epoch: 1 },
      { state: "succeeded", outcome: "completed", exitCode: 0, exitSignal: null, at: new Date() },
    ),
  );

test("a watcher first gets the whole job, then every line, and the job's end closes its stream", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  await print(id, 3);
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the first lines", () => watched.lines.length === 3);
  assert.equal(watched.names()[0], "job");
  await print(id, 2, { openLine: "line 6 " });
  await until("the rest, with the line that has not ended", () => watched.lines.length === 6);
  await end(id);

  await until("the end of the stream", () => watched.isOver);

  assertWhole(watched, 6);
  assert.equal(watched.names().at(-1), "end");
  assert.deepEqual(watched.last("end"), { state: "succeeded" });
  const late = watch(live.watchJob(id, { eventSeq: 0, line: 2 }), { log: createLogMirror(3) });
  await until("the end, for a late watcher", () => late.isOver);
  assertWhole(late, 6, 3);
});

test("a redrawn line changes in place for every watcher, and keeps its last text", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await redraw(id, ["pulling", "a: 1%", "b: 1%"]);
  await until("the lines", () => watched.lines.length === 3);
  await redraw(id, ["pulling", "a: 50%", "b: 1%"]);
  await until("the change", () => textsOf(watched)[1] === "a: 50%");
  const late = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the lines, for a late watcher", () => late.lines.length === 3);

  await redraw(id, ["b: done"], { settled: ["pulling", "a: done"] });
  await end(id);

  await until("both ends", () => watched.isOver && late.isOver);
  for (const one of [watched, late]) {
    assert.deepEqual(textsOf(one), ["pulling", "a: done", "b: done"]);
    assert.deepEqual(one.violations, []);
  }
});

test("lines that the program erased are removed for every watcher", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await redraw(id, ["menu", "one", "two"]);
  await until("the lines", () => watched.lines.length === 3);

  await redraw(id, ["menu"]);

  await until("the removal of the lines", () => watched.lines.length === 1);
  await watched.leave();
});

test("a client that resumes gets redrawn lines and drops removed ones", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const log = createLogMirror();
  const first = watch(live.watchJob(id, { eventSeq: 0, line: 0 }), { log });
  await redraw(id, ["b: 1%", "c: 1%"], { settled: ["a"] });
  await until("the lines", () => log.lines.length === 3);
  await first.leave();
  await redraw(id, ["b: 2%"]);

  const cursor = parseCursor(first.lastId());
  assert.equal(cursor?.line, 1);
  const second = watch(live.watchJob(id, cursor ?? { eventSeq: 0, line: 0 }), { log });

  await until("the current lines", () => log.lines.length === 2);
  assert.deepEqual(log.texts, ["a", "b: 2%"]);
  await second.leave();
});

test("a question and the end are shown with the last redraw, however much was redrawn before", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  const frame = (n: number) => [`${n} ${"x".repeat(20_000)}`];
  for (let n = 1; n <= 20; n += 1) {
    await redraw(id, frame(n));
    await new Promise((resolve) => setTimeout(resolve, 110));
  }
  assert.ok(watched.bytes < 200_000, `${watched.bytes} bytes for 20 redraws of 20 kB`);
  assert.notDeepEqual(textsOf(watched), frame(20));

  await transaction(db, async (tx) => {
    const question = { kind: "text", message: "Name?", options: [], default: null } as const;
    const asked = { promptKey: "1", recognised: true, complaint: null, askedAt: new Date() };
    await askInteraction(tx, id, { ...question, ...asked, line: 1 });
    await notify(tx, "job", id);
  });
  await until("the question", () => watched.names().includes("interaction"));

  assert.deepEqual(textsOf(watched), frame(20));
  await watched.leave();
});

test("the screen of a program is sent while it is shown, also to late watchers", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the job", () => watched.names().includes("job"));
  assert.ok(!watched.names().includes("screen"));
  const screen = { rows: ["> one", "  two"], cursorRow: 0, cursorColumn: 2, isAlternate: false };
  const shownTo = (one: Watch) => one.last("screen") as { screen: TerminalScreen | null } | undefined;

  await redraw(id, ["> one", "  two"], { screen });
  await until("the screen", () => shownTo(watched)?.screen !== undefined);
  const late = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the screen, for a late watcher", () => late.names().includes("screen"));
  assert.deepEqual([shownTo(watched), shownTo(late)], [{ screen }, { screen }]);
  await late.leave();

  await redraw(id, ["one"]);
  await until("the removal of the screen", () => shownTo(watched)?.screen === null);
  const resumed = watch(live.watchJob(id, parseCursor(late.lastId()) ?? { eventSeq: 0, line: 0 }));
  await until(
    "the removal of the screen, for a client that resumes",
    () => shownTo(resumed)?.screen === null,
  );
  await Promise.all([watched.leave(), resumed.leave()]);
});

test("questions and phases are sent as they happen, a question before the job that contains it", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).startsPhase("sync").waiting({ on: "choices" });
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the job", () => watched.names().includes("job"));
  await transaction(db, async (tx) => {
    await tx.execute("update spiderpig.phase set finished_at = now(), last_line = 9 where job_id = $1", [id]);
    await appendEvent(tx, id, { kind: "phase_finished", phaseId: 1 });
  });
  await until("the phase", () => watched.names().includes("phase"));
  await transaction(db, async (tx) => {
    await tx.execute(
      "update spiderpig.interaction set state = 'withdrawn', ended_at = now() where job_id = $1 and state = 'pending'",
      [id],
    );
    await appendEvent(tx, id, { kind: "interaction_withdrawn" });
  });
  await until("the question", () => watched.names().includes("interaction"));
  await until("the job after it", () => watched.names().at(-1) === "job");
  const names = watched.names().filter((name) => name !== "output");
  assert.deepEqual(names, ["job", "phase", "interaction", "job"]);
  await watched.leave();
});

test("a late watcher gets the current progress, not that of the job's last change", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const early = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the job", () => early.names().includes("job"));
  const before = await findOutputState(db, id);
  const progress = { name: "sync", percent: 42, ok: 4, failed: 0, left: 6, inFlight: null };
  await transaction(db, (tx) =>
    storeOutput(tx, { jobId: id, epoch: 1 }, before, {
      output: undefined,
      phases: [],
      progress,
      status: "sync",
    }),
  );
  await until("the progress", () => early.names().includes("progress"));

  const late = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the job, for a late watcher", () => late.names().includes("job"));

  const sent = late.last("job") as { progress: unknown; status: unknown };
  assert.deepEqual([sent.progress, sent.status], [progress, "sync"]);
  await Promise.all([early.leave(), late.leave()]);
});

test("watchers connect, leave and resume in the middle of a flood, and each gets every line once", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  let isFlooding = true;
  const flood = (async () => {
    for (let round = 0; round < 60; round += 1) await print(id, 250);
    isFlooding = false;
  })();
  const steady = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  const log = createLogMirror();
  const resumed: Watch[] = [];
  let cursor = { eventSeq: 0, line: 0 };
  while (isFlooding) {
    const before = log.lines.length;
    const part = watch(live.watchJob(id, cursor), { log });
    await until("some lines", () => log.lines.length > before + 500 || !isFlooding);
    await part.leave();
    resumed.push(part);
    cursor = parseCursor(part.lastId()) ?? cursor;
    assert.ok(cursor.line >= log.settledLines && cursor.line <= log.lines.length);
  }
  await flood;
  const rest = watch(anotherProcess().watchJob(id, cursor), { log });
  await end(id);
  await until("both ends", () => steady.isOver && rest.isOver);

  assertWhole(steady, 15_000);
  assertWhole(rest, 15_000);
  assert.deepEqual(
    resumed.flatMap(({ violations }) => violations),
    [],
  );
  assert.ok(resumed.length > 1);
});

test("a client that is ahead of the web process it connects to gets no line twice", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const behind = anotherProcess();
  const first = watch(behind.watchJob(id, { eventSeq: 0, line: 0 }));
  await print(id, 10);
  await until("the lines", () => first.lines.length === 10);
  // The listener misses these notifications; a client that received them from another process connects now.
  await behind.close();
  await print(id, 10);
  const ahead = watch(behind.watchJob(id, { eventSeq: 0, line: 20 }), { log: createLogMirror(21) });
  await until("its job", () => ahead.names().includes("job"));
  await until("the others' lines", () => first.lines.length === 20);
  assert.deepEqual(ahead.lines, []);
  await Promise.all([first.leave(), ahead.leave()]);
});

test("a client with newer state than the web process it connects to does not get an earlier state", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const behind = anotherProcess();
  const first = watch(behind.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the job", () => first.names().includes("job"));
  // The listener misses these notifications; a client that received them from another process connects now.
  await behind.close();
  await end(id);
  const elsewhere = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the end, in another process", () => elsewhere.isOver);

  const ahead = watch(behind.watchJob(id, parseCursor(elsewhere.lastId()) ?? { eventSeq: 0, line: 0 }));

  await until("its end", () => ahead.isOver);
  const sent = ahead.events
    .filter(({ event }) => event === "job")
    .map(({ data }) => data as { state: string });
  assert.deepEqual(
    sent.map(({ state }) => state),
    ["succeeded"],
  );
});

test("a watcher of a queued job gets its new position in the queue, although the job itself does not change", async () => {
  const lane = ownLane();
  const first = await aJob(db, { lane }).running();
  const second = await aJob(db, { lane }).queued();
  const third = await aJob(db, { lane }).queued();
  const watched = watch(live.watchJob(third.id, { eventSeq: 0, line: 0 }));
  const place = () => {
    const job = watched.last("job") as { queuePosition: number; blockedBy: { id: number } } | undefined;
    return [job?.queuePosition, job?.blockedBy.id];
  };
  await until("its place", () => place()[0] === 2);
  assert.deepEqual(place(), [2, first.id]);

  await cancelJob({ db }, { id: "deployer", name: "deployer", role: "deployer" }, second.id);

  await until("its new position", () => place()[0] === 1);
  await watched.leave();
});

test("after the database was restored to an earlier state, watchers get its current state", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  const host = () => (watched.last("job") as { host: string } | undefined)?.host;
  await until("the job", () => host() === "deploy1");

  // Another event has the number of the lost one.
  await transaction(db, async (tx) => {
    await tx.execute("set local session_replication_role = replica");
    await tx.execute("update spiderpig.job set host = 'deploy2' where id = $1", [id]);
    await notify(tx, "job", id);
  });

  await until("the current state", () => host() === "deploy2");
  await watched.leave();
});

test("a watcher that does not read uses no memory, and catches up when it reads again", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const slow = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  const quick = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the job", () => slow.names().includes("job"));
  slow.pause();
  for (let round = 0; round < 40; round += 1) await print(id, 500, { length: 200 });
  await until("the fast watcher to have all lines", () => quick.lines.length === 20_000);
  assert.ok(slow.lines.length < 10_000);

  slow.resume();
  await until("the slow watcher to have all lines", () => slow.lines.length === 20_000);
  await end(id);
  await until("both ends", () => slow.isOver && quick.isOver);

  assertWhole(slow, 20_000);
  assertWhole(quick, 20_000);
});

test("lines of the maximum length are sent in pieces of limited size", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  for (let round = 0; round < 30; round += 1) await print(id, 10, { length: 60_000 });
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await end(id);
  await until("the end", () => watched.isOver);
  assertWhole(watched, 300);
});

test("output that retention removed is skipped, and the stream continues to its end", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  for (let round = 0; round < 5; round += 1) await print(id, 10);
  await query(db, "delete from spiderpig.log_block where job_id = $1 and first_line < 30", [id]);
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }), { log: createLogMirror(31) });
  await until("the remaining lines", () => watched.lines.length === 20);
  await query(db, "delete from spiderpig.log_block where job_id = $1", [id]);
  const late = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await end(id);
  await until("the ends", () => watched.isOver && late.isOver);
  assertWhole(watched, 50, 31);
});

test("a listening connection that breaks loses nothing", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the job", () => watched.names().includes("job"));
  for (let round = 0; round < 10; round += 1) {
    await query(
      db,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'spiderpig listen' and datname = current_database()",
    );
    await print(id, 10);
  }
  await end(id);
  await until("the end", () => watched.isOver);
  assertWhole(watched, 100);
});

test("each of two hundred watchers of one job gets all events", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const watchers = Array.from({ length: 200 }, () => watch(live.watchJob(id, { eventSeq: 0, line: 0 })));
  for (let round = 0; round < 10; round += 1) await print(id, 50);
  await end(id);
  await until("all ends", () => watchers.every((one) => one.isOver));
  for (const one of watchers) assertWhole(one, 500);
});

test("the overview begins with all open jobs, and sends each job that changes", async () => {
  const lane = ownLane();
  const first = await aJob(db, { lane }).running();
  const second = await aJob(db, { lane }).queued();
  const overview = () => watch(live.watchOverview(), { schemas: overviewEvents });
  const one = overview();
  await until("the overview", () => one.names().includes("overview"));
  await until("the health", () => one.names().includes("health"));
  assert.deepEqual((one.last("health") as { database: string }).database, "ok");
  const idsOf = (watched: Watch) =>
    (watched.last("overview") as { jobs: { id: number }[] }).jobs.map((job) => job.id);
  assert.ok(idsOf(one).includes(first.id) && idsOf(one).includes(second.id));

  await end(first.id);
  await until("both changes", () => {
    const jobs = one.events
      .filter(({ event }) => event === "job")
      .map(({ data }) => data as { id: number; state: string; blockedBy: unknown });
    return (
      jobs.some((job) => job.id === first.id && job.state === "succeeded") &&
      jobs.some((job) => job.id === second.id && job.blockedBy === null)
    );
  });

  // A change while there is no watcher: the next watcher gets the state after it.
  await one.leave();
  const third = await aJob(db, { lane: ownLane() }).queued();
  const two = overview();
  await until("the overview again", () => two.names().includes("overview"));
  assert.ok(idsOf(two).includes(third.id));
  await two.leave();
});

test("an overview whose watchers all leave while it is read is not cached for the next watcher", async () => {
  const own = anotherProcess();
  const passing = watch(own.watchOverview(), { schemas: overviewEvents });
  await passing.leave();
  const { id } = await aJob(db, { lane: ownLane() }).queued();
  // So that the read has finished when the next watcher connects; otherwise that watcher gets the job afterwards.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const next = watch(own.watchOverview(), { schemas: overviewEvents });
  await until("the job", () => {
    const { jobs = [] } = (next.last("overview") ?? {}) as { jobs?: { id: number }[] };
    const sent = next.events.flatMap(({ event, data }) => (event === "job" ? [data as { id: number }] : []));
    return [...jobs, ...sent].some((job) => job.id === id);
  });
  await next.leave();
});

test("watchers are notified when a worker becomes unreachable and when it returns, although no notification is sent", async () => {
  const { id, workerId = "" } = await aJob(db, { lane: ownLane() }).running();
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  const overview = watch(live.watchOverview(), { schemas: overviewEvents });
  const unresponsiveSince = (of: Watch) =>
    of.events
      .filter(({ event }) => event === "job")
      .map(({ data }) => data as { id: number; workerUnresponsiveSince: string | null })
      .findLast((job) => job.id === id)?.workerUnresponsiveSince;
  await until("the job", () => unresponsiveSince(watched) === null && overview.events.length > 0);

  await setHeartbeatAge(db, id, 60);
  await until(
    "the job to show the worker as unreachable",
    () => typeof unresponsiveSince(watched) === "string",
  );
  await until("the same in the overview", () => typeof unresponsiveSince(overview) === "string");
  const sent = () => watched.names().filter((name) => name === "job").length;
  const sentBefore = sent();

  await touchWorker(db, { id: workerId, host: "deploy1" }, [id]);
  await keepHeartbeatFresh(db, id);
  await until("the job to show the worker as responding", () => unresponsiveSince(watched) === null);
  await until("the same in the overview", () => unresponsiveSince(overview) === null);
  assert.equal(sent(), sentBefore + 1, "each change is sent once");
  await watched.leave();
  await overview.leave();
});

test("watchers are notified when a freeze expires, although no notification is sent", async () => {
  const watched = watch(live.watchOverview(), { schemas: overviewEvents });
  await until("the overview", () => watched.names().includes("overview"));
  const isFrozen = () => {
    const { lanes = [] } = (watched.last("lanes") ?? {}) as { lanes?: Lane[] };
    return lanes.some(({ name, freeze }) => name === "timed" && freeze !== null);
  };

  await transaction(db, async (tx) => {
    const tomorrow = new Date(Date.now() + 86_400_000);
    await insertFreeze(tx, { lane: "timed", reason: "a switchover", frozenBy: "admin", until: tomorrow });
    await notify(tx, "lane", 0);
  });
  await until("the freeze", isFrozen);
  // Ends the freeze now; the trigger does not permit other sessions to change it.
  await query(db, "alter table spiderpig.lane_freeze disable trigger freeze_is_written_once");
  await query(db, "update spiderpig.lane_freeze set until = clock_timestamp() where lane = 'timed'");

  await until("its end", () => !isFrozen());
  await watched.leave();
});

test("the stream of a lost job ends, unless it is to stay open: then it reports that scap was found running", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).prints("line 1 ").lost();
  const program = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  const page = watch(live.watchJob(id, { eventSeq: 0, line: 0 }, "stays"));
  await until("the end of the program's stream", () => program.isOver);
  await until("the page to have all lines", () => page.lines.length === 1);
  assert.deepEqual(program.names().at(-1), "end");

  await transaction(db, (tx) => recordHolderFound(tx, id, { host: "deploy1", pid: 4711 }));

  await until(
    "the job to show that scap is still running",
    () => (page.last("job") as { foundRunning: { pid: number } | null }).foundRunning?.pid === 4711,
  );
  assert.equal(page.isOver, false);
  assert.ok(!page.names().includes("end"));
  await page.leave();
});
