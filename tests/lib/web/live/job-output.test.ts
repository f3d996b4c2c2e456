// What a watcher gets of a job's output: each line, redrawn lines in place, and the last redraw before a question.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { transaction } from "#lib/db/connection.ts";
import { askInteraction } from "#lib/db/interactions.ts";
import { notify } from "#lib/db/notify.ts";
import { parseCursor } from "#lib/web/live/job-channel.ts";
import { createLogMirror } from "./log-mirror.ts";
import { aJob } from "../../../seed/seed.ts";
import { until } from "../../../support/until.ts";
import { liveWorld } from "./live-world.ts";
import { assertWhole } from "./watch-stream.ts";

const { db, live, watch, ownLane, print, redraw, end } = await liveWorld(after);

test("a watcher first gets the whole job, then every line, and the job's end closes its stream", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  await print(id, 3);
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the first lines", () => watched.lines.length === 3);
  assert.equal(watched.names()[0], "job");
  await print(id, 2, { openLine: "line 6 " });
  await until("the rest, with the line that has not ended", () => watched.lines.length === 6);
  await end(id);

  await until("the end of the stream", () => watched.isOver());

  assertWhole(watched, 6);
  assert.equal(watched.names().at(-1), "end");
  assert.deepEqual(watched.last("end"), { state: "succeeded" });
  const late = watch(live.watchJob(id, { eventSeq: 0, line: 2 }), { log: createLogMirror(3) });
  await until("the end, for a late watcher", () => late.isOver());
  assertWhole(late, 6, 3);
});

test("a redrawn line changes in place for every watcher, and keeps its last text", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const watched = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await redraw(id, ["pulling", "a: 1%", "b: 1%"]);
  await until("the lines", () => watched.lines.length === 3);
  await redraw(id, ["pulling", "a: 50%", "b: 1%"]);
  await until("the change", () => watched.texts()[1] === "a: 50%");
  const late = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the lines, for a late watcher", () => late.lines.length === 3);

  await redraw(id, ["b: done"], { settled: ["pulling", "a: done"] });
  await end(id);

  await until("both ends", () => watched.isOver() && late.isOver());
  for (const one of [watched, late]) {
    assert.deepEqual(one.texts(), ["pulling", "a: done", "b: done"]);
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
  assert.ok(watched.bytes() < 200_000, `${watched.bytes()} bytes for 20 redraws of 20 kB`);
  assert.notDeepEqual(watched.texts(), frame(20));

  await transaction(db, async (tx) => {
    const question = { kind: "text", message: "Name?", options: [], default: null } as const;
    const asked = { promptKey: "1", recognised: true, complaint: null, askedAt: new Date() };
    await askInteraction(tx, id, { ...question, ...asked, line: 1 });
    await notify(tx, "job", id);
  });
  await until("the question", () => watched.names().includes("interaction"));

  assert.deepEqual(watched.texts(), frame(20));
  await watched.leave();
});
