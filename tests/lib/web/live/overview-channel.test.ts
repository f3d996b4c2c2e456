// What the pages that show all jobs get: the open jobs, each change of one, lanes and health.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { cancelJob } from "#lib/actions/cancel-job.ts";
import { query, transaction } from "#lib/db/connection.ts";
import { insertFreeze } from "#lib/db/lanes.ts";
import { notify } from "#lib/db/notify.ts";
import { overviewEvents } from "#lib/contract/events.ts";
import type { Lane } from "#lib/contract/lane.ts";
import { aJob } from "../../../seed/seed.ts";
import { until } from "../../../support/until.ts";
import { liveWorld } from "./live-world.ts";
import type { Watch } from "./watch-stream.ts";

const { db, live, anotherProcess, watch, ownLane, end } = await liveWorld(after);

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
  await until("the end of the job", () => sentJobs(one).some(({ state }) => state === "succeeded"));

  // A change while there is no watcher: the next watcher gets the state after it.
  await one.leave();
  const third = await aJob(db, { lane: ownLane() }).queued();
  const two = overview();
  await until("the overview again", () => two.names().includes("overview"));
  assert.ok(idsOf(two).includes(third.id));
  await two.leave();
});

test("the pages of windows are notified of each change of a window", async () => {
  const watched = watch(live.watchOverview(), { schemas: overviewEvents });
  await until("the overview", () => watched.names().includes("overview"));

  await transaction(db, (tx) => notify(tx, "window", 1));

  await until("the notification", () => watched.names().includes("windows"));
  await watched.leave();
});

test("a job that ends after many later ones is sent, although it is not among the newest", async () => {
  const early = await aJob(db, { lane: ownLane() }).running();
  for (let later = 0; later < 25; later += 1) await aJob(db, { lane: ownLane() }).succeeded();
  const watched = watch(live.watchOverview(), { schemas: overviewEvents });
  await until("the overview", () => watched.names().includes("overview"));

  await end(early.id);

  await until("its end", () =>
    sentJobs(watched).some(({ id, state }) => id === early.id && state === "succeeded"),
  );
  await watched.leave();
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

test("watchers get the error rate when they connect and whenever the source was read, if one is configured", async () => {
  await query(
    db,
    "insert into spiderpig.error_source (claimed_at, as_of, per_minute) values (now(), '2026-11-30T12:00Z', 7)",
  );
  const unconfigured = watch(live.watchOverview(), { schemas: overviewEvents });
  const watched = watch(anotherProcess({ hasErrors: true }).watchOverview(), { schemas: overviewEvents });
  const rate = () => (watched.last("errors") as { perMinute: number } | undefined)?.perMinute;
  await until("the error rate", () => rate() === 7);

  await transaction(db, async (tx) => {
    await tx.execute("update spiderpig.error_source set per_minute = 84");
    await notify(tx, "errors", 0);
    await notify(tx, "lane", 0);
  });

  await until("the new error rate", () => rate() === 84);
  await until("the overview", () => unconfigured.names().includes("overview"));
  assert.ok(!unconfigured.names().includes("errors"));
  await watched.leave();
  await unconfigured.leave();
});

// The last one, because its queue stays.
test("with 2,000 queued jobs a change of one job sends one job, and the rest are a number", async () => {
  const lane = ownLane();
  const first = await aJob(db, { lane }).running();
  await transaction(db, async (tx) => {
    // Without triggers: each would update the search table.
    await tx.execute("set local session_replication_role = replica");
    await tx.execute(
      `insert into spiderpig.job (kind, operation, parameters, lane, requested_by, command)
       select 'backport', '{"name":"Backport","completedLabel":"Deployed","evidence":"production","estimateKey":"backport","hosts":null}', '{}', $1, 'deployer', '{scap,backport,1}' from generate_series(1, 2000)`,
      [lane],
    );
  });
  const watched = watch(live.watchOverview(), { schemas: overviewEvents });
  await until("the overview", () => watched.names().includes("overview"));
  const { jobs, queuedCount } = watched.last("overview") as { jobs: unknown[]; queuedCount: number };
  assert.ok(queuedCount >= 2000);
  assert.ok(jobs.length < 100, `${jobs.length} jobs`);

  await end(first.id);
  await until("the end of the job", () => sentJobs(watched).some(({ state }) => state === "succeeded"));
  assert.deepEqual(
    sentJobs(watched).map(({ id }) => id),
    [first.id],
  );

  await aJob(db, { lane }).queued();
  await transaction(db, (tx) => notify(tx, "job", first.id));
  await until("the number of queued jobs", () => watched.names().includes("queue"));
  assert.deepEqual(watched.last("queue"), { queuedCount: queuedCount + 1 });
  await watched.leave();
});

test("a queued job that others are moved before is sent when it ends, although it is no longer one of the first", async () => {
  const lane = ownLane();
  const overtaken = await aJob(db, { lane }).queued();
  const setRank = (rank: number) =>
    query(db, "update spiderpig.job set queue_rank = $2 where id = $1", [overtaken.id, rank]);
  await setRank(0);
  const watched = watch(live.watchOverview(), { schemas: overviewEvents });
  await until("the overview", () => watched.names().includes("overview"));
  const others = Array.from({ length: 15 }, () => aJob(db, { lane: ownLane() }).queued());
  await Promise.all(others);
  await setRank(1_000_000);
  await transaction(db, (tx) => notify(tx, "job", overtaken.id));
  await until("its new rank", () =>
    sentJobs(watched).some(({ id, queueRank }) => id === overtaken.id && queueRank === 1_000_000),
  );
  for (let later = 0; later < 21; later += 1) await aJob(db, { lane: ownLane() }).succeeded();

  await cancelJob({ db }, { id: "u", name: "ada", role: "deployer" }, overtaken.id);

  await until("its end", () =>
    sentJobs(watched).some(({ id, state }) => id === overtaken.id && state === "cancelled"),
  );
  await watched.leave();
});

function sentJobs(watched: Watch): { id: number; state: string; queueRank: number }[] {
  return watched.events
    .filter(({ event }) => event === "job")
    .map(({ data }) => data as { id: number; state: string; queueRank: number });
}
