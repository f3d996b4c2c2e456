// Each watcher gets every line once, however slowly it reads and whatever happens to connections.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { parseCursor } from "#lib/web/live/job-channel.ts";
import { createLogMirror } from "./log-mirror.ts";
import { aJob } from "../../../seed/seed.ts";
import { until } from "../../../support/until.ts";
import { liveWorld } from "./live-world.ts";
import { assertWhole, type Watch } from "./watch-stream.ts";

const { db, live, anotherProcess, watch, ownLane, print, end } = await liveWorld(after);

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
  await until("both ends", () => steady.isOver() && rest.isOver());

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
  await until("both ends", () => slow.isOver() && quick.isOver());

  assertWhole(slow, 20_000);
  assertWhole(quick, 20_000);
});

test("lines of the maximum length are sent in pieces of limited size", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  for (let round = 0; round < 30; round += 1) await print(id, 10, { length: 60_000 });
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await end(id);
  await until("the end", () => watched.isOver());
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
  await until("the ends", () => watched.isOver() && late.isOver());
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
  await until("the end", () => watched.isOver());
  assertWhole(watched, 100);
});

test("each of two hundred watchers of one job gets all events", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const watchers = Array.from({ length: 200 }, () => watch(live.watchJob(id, { eventSeq: 0, line: 0 })));
  for (let round = 0; round < 10; round += 1) await print(id, 50);
  await end(id);
  await until("all ends", () => watchers.every((one) => one.isOver()));
  for (const one of watchers) assertWhole(one, 500);
});
