// What a watcher of a job gets about the job itself: questions, phases, progress, its place in the queue, and its end.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { cancelJob } from "#lib/actions/cancel-job.ts";
import { transaction } from "#lib/db/connection.ts";
import { appendEvent } from "#lib/db/events.ts";
import { notify } from "#lib/db/notify.ts";
import { recordHolderFound } from "#lib/db/lost-jobs.ts";
import { touchWorker } from "#lib/db/workers.ts";
import { parseCursor } from "#lib/web/live/job-channel.ts";
import { overviewEvents } from "#lib/contract/events.ts";
import { findOutputState, storeOutput } from "#lib/db/output.ts";
import type { TerminalScreen } from "#lib/contract/log.ts";
import { aJob } from "../../../seed/seed.ts";
import { setHeartbeatAge, keepHeartbeatFresh } from "../../../seed/heartbeats.ts";
import { until } from "../../../support/until.ts";
import { liveWorld } from "./live-world.ts";
import type { Watch } from "./watch-stream.ts";

const { db, live, anotherProcess, watch, ownLane, redraw, end } = await liveWorld(after);

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

test("a client with newer state than the web process it connects to does not get an earlier state", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).running();
  const behind = anotherProcess();
  const first = watch(behind.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the job", () => first.names().includes("job"));
  // The listener misses these notifications; a client that received them from another process connects now.
  await behind.close();
  await end(id);
  const elsewhere = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  await until("the end, in another process", () => elsewhere.isOver());

  const ahead = watch(behind.watchJob(id, parseCursor(elsewhere.lastId()) ?? { eventSeq: 0, line: 0 }));

  await until("its end", () => ahead.isOver());
  const sent = ahead.events
    .filter(({ event }) => event === "job")
    .map(({ data }) => data as { state: string });
  assert.deepEqual(
    sent.map(({ state }) => state),
    ["succeeded"],
  );
});

test("watchers are notified when a worker becomes unreachable and when it returns, although no notification is sent", async () => {
  const { id, workerId = "" } = await aJob(db, { lane: ownLane() }).running();
  // A busy machine may need longer than the heartbeat timeout until the streams are open.
  await keepHeartbeatFresh(db, id);
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

test("the stream of a lost job ends, unless it is to stay open: then it reports that scap was found running", async () => {
  const { id } = await aJob(db, { lane: ownLane() }).prints("line 1 ").lost();
  const program = watch(live.watchJob(id, { eventSeq: 0, line: 0 }));
  const page = watch(live.watchJob(id, { eventSeq: 0, line: 0 }, { lost: "stays" }));
  await until("the end of the program's stream", () => program.isOver());
  await until("the page to have all lines", () => page.lines.length === 1);
  assert.deepEqual(program.names().at(-1), "end");

  await transaction(db, (tx) => recordHolderFound(tx, id, { host: "deploy1", pid: 4711 }));

  await until(
    "the job to show that scap is still running",
    () => (page.last("job") as { foundRunning: { pid: number } | null }).foundRunning?.pid === 4711,
  );
  assert.equal(page.isOver(), false);
  assert.ok(!page.names().includes("end"));
  await page.leave();
});
