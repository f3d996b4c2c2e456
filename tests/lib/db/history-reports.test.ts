// The reports by week, the measures of DORA, what is live, and who held a lane, on a history whose values are known.
import assert from "node:assert/strict";
import { test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { storeNextWeek } from "#lib/db/reports.ts";
import { backport } from "#lib/operations/backport.ts";
import { revert } from "#lib/operations/revert.ts";
import { aJob } from "../../seed/seed.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();

type Row = Record<string, unknown>;
const rowsOf = (sql: string, values: unknown[] = []): Promise<Row[]> => query<Row>(db, sql, values);

/** Two Mondays. */
const FIRST = "2025-03-03";
const SECOND = "2025-03-10";
const at = (day: string, time: string): Date => new Date(`${day}T${time}Z`);

/** Three minutes from the request to production: 3 s in the queue, 20 s waiting for an answer. */
const deployment = (when: Date, number: number) =>
  aJob(db, { at: when, by: "alice", changes: [number] })
    .asked("yes_no", { by: "bob", afterSeconds: 20 })
    .phase("sync-testservers", 40)
    .phase("sync-prod-k8s: 1234", 117);

/** The test servers, canaries or production that scap reported, as a worker stores it. */
async function reachedProduction(id: number, when: Date): Promise<void> {
  await query(
    db,
    `insert into spiderpig.job_event (job_id, seq, at, kind, data)
     values ($1, 1000, $2, 'reach_changed', '{"reached": "canaries"}')`,
    [id, when],
  );
}

const good = await deployment(at(FIRST, "10:00:00"), 1).succeeded();
const reverted = await deployment(at(FIRST, "11:00:00"), 2).succeeded();
await reachedProduction(reverted.id, at(FIRST, "11:02:00"));
const again = await deployment(at(SECOND, "09:00:00"), 1).succeeded();
await aJob(db, { at: at(SECOND, "10:00:00"), by: "carol", lane: "train" }).declined();

const week = async (monday: string): Promise<Row | undefined> => {
  const [row] = await rowsOf(
    "select *, week::text from history.weekly where week = $1 and kind = '*' and lane = '*'",
    [monday],
  );
  return row;
};

async function storeAllWeeks(): Promise<string[]> {
  const stored: string[] = [];
  for (let monday = await storeNextWeek(db); monday !== undefined; monday = await storeNextWeek(db)) {
    stored.push(monday);
  }
  return stored;
}

test("a week has its frequency, its lead time and where the time went", async () => {
  assert.deepEqual(await week(FIRST), {
    week: FIRST,
    kind: "*",
    lane: "*",
    jobs: 2,
    deployments: 2,
    changes: 2,
    people: 1,
    not_completed: 0,
    change_failures: 0,
    change_failure_percent: "0.0",
    lead_p50_seconds: "180.250",
    lead_p95_seconds: "180.250",
    change_lead_p50_seconds: "3780.250",
    change_lead_p95_seconds: "3780.250",
    restore_p50_seconds: null,
    queued_p50_seconds: "3.000",
    waiting_for_people_p50_seconds: "20.000",
    working_p50_seconds: "157.250",
  });
  const second = await week(SECOND);
  assert.deepEqual([second?.["jobs"], second?.["deployments"], second?.["people"]], [2, 1, 2]);
});

test("the phases and questions of a week have their quantiles", async () => {
  assert.deepEqual(
    await rowsOf(
      "select title, runs, p50_seconds from history.weekly_phases where week = $1 and kind = '*' and lane = '*' order by title",
      [FIRST],
    ),
    [
      { title: "sync-prod-k8s", runs: 2, p50_seconds: "117.000" },
      { title: "sync-testservers", runs: 2, p50_seconds: "40.000" },
    ],
  );
  assert.deepEqual(
    await rowsOf(
      "select title, asked, answered, p95_seconds from history.weekly_questions where week = $1 and kind = '*' and lane = '*'",
      [FIRST],
    ),
    [{ title: "Backport the changes?", asked: 2, answered: 2, p95_seconds: "20.000" }],
  );
});

test("a week has the figures of each operation and lane, of both together, and of all jobs", async () => {
  const rows = await rowsOf(
    "select kind, lane, jobs from history.weekly where week = $1 order by kind, lane",
    [SECOND],
  );
  assert.deepEqual(rows, [
    { kind: "*", lane: "*", jobs: 2 },
    { kind: "*", lane: "mediawiki", jobs: 1 },
    { kind: "*", lane: "train", jobs: 1 },
    { kind: "backport", lane: "*", jobs: 2 },
    { kind: "backport", lane: "mediawiki", jobs: 1 },
    { kind: "backport", lane: "train", jobs: 1 },
  ]);
  assert.deepEqual(
    await rowsOf(
      `select requested_by, outcome, state, jobs from history.weekly_jobs
       where week = $1 and kind = '*' and lane = '*' order by requested_by`,
      [SECOND],
    ),
    [
      { requested_by: "alice", outcome: "completed", state: "succeeded", jobs: 1 },
      { requested_by: "carol", outcome: "declined", state: "cancelled", jobs: 1 },
    ],
  );
});

test("answers are counted by question, hour and person, and by how long they took", async () => {
  const rows = await rowsOf(
    `select dimension, value, answers, waited_seconds, within_1_minute, within_60_minutes, longest_seconds
     from history.weekly_waits where week = $1 and kind = 'backport' and lane = '*' order by dimension, value`,
    [FIRST],
  );
  const figures = (answers: number) => ({
    answers,
    waited_seconds: `${answers * 20}.000`,
    within_1_minute: answers,
    within_60_minutes: answers,
    longest_seconds: "20.000",
  });
  assert.deepEqual(rows, [
    { dimension: "hour", value: "10", ...figures(1) },
    { dimension: "hour", value: "11", ...figures(1) },
    { dimension: "person", value: "bob", ...figures(2) },
    { dimension: "question", value: "Backport the changes?", ...figures(2) },
  ]);
});

test("stored weeks are the same as computed ones, and a job that changes a week has it computed again", async () => {
  const views = ["weekly", "weekly_jobs", "weekly_phases", "weekly_questions", "weekly_waits"];
  const all = () =>
    Promise.all(views.map((view) => rowsOf(`select * from history.${view} order by 1, 2, 3, 4, 5`)));
  const computed = await all();
  assert.deepEqual(await storeAllWeeks(), [FIRST, SECOND]);
  assert.deepEqual(await all(), computed);
  assert.deepEqual(await storeAllWeeks(), [], "a week was stored twice");

  const revert = await aJob(db, {
    at: at(SECOND, "12:00:00"),
    by: "dora",
    revertsJobId: reverted.id,
  }).succeeded();
  const first = await week(FIRST);
  assert.deepEqual([first?.["change_failures"], first?.["change_failure_percent"]], [1, "50.0"]);
  assert.equal((await week(SECOND))?.["deployments"], 2);
  const [failure] = await rowsOf("select * from history.change_failures");
  const restoredAt = revert.at;
  assert.deepEqual(failure, {
    job_id: reverted.id,
    lane: "mediawiki",
    requested_by: "alice",
    outcome: "completed",
    finished_at: reverted.at,
    remedy: "revert",
    impact_at: at(FIRST, "11:02:00"),
    restored_at: restoredAt,
    restore_seconds: ((restoredAt.getTime() - at(FIRST, "11:02:00").getTime()) / 1000).toFixed(3),
  });
  assert.deepEqual(await storeAllWeeks(), [FIRST, SECOND]);
});

test("a week is not stored while a job that started in it still runs", async () => {
  await query(db, "truncate spiderpig.report_week cascade");
  const open = await aJob(db, { at: at(SECOND, "13:00:00"), lane: "slow" }).running();
  assert.deepEqual(await storeAllWeeks(), [FIRST]);
  await query(
    db,
    `update spiderpig.job set state = 'failed', outcome = 'killed', finished_at = started_at + interval '1 minute'
     where id = $1`,
    [open.id],
  );
  assert.deepEqual(await storeAllWeeks(), [SECOND]);
});

test("a rolled back deployment and one that was never repaired are change failures, one stopped at the test servers is none", async () => {
  const lane = "failing";
  const failed = async (time: string, outcome: "rolled_back" | "exit_nonzero", stages: object) => {
    const job = await aJob(db, { at: at("2025-04-07", time), lane })
      .phase("sync", 60)
      .startsPhase("end")
      .running();
    await query(
      db,
      "update spiderpig.job set evidence = jsonb_build_object('stages', $2::jsonb) where id = $1",
      [job.id, JSON.stringify(stages)],
    );
    await query(
      db,
      `update spiderpig.job
       set state = 'failed', outcome = $2, finished_at = started_at + interval '2 minutes', lane_released_at = now()
       where id = $1`,
      [job.id, outcome],
    );
    return job.id;
  };
  const rolledBack = await failed("10:00:00", "rolled_back", { canaries: "rolled_back" });
  await failed("11:00:00", "rolled_back", { testservers: "rolled_back" });
  const broken = await failed("12:00:00", "exit_nonzero", { testservers: "finished", production: "started" });
  const failures = () =>
    rowsOf("select job_id, remedy, restore_seconds from history.change_failures where lane = $1 order by 1", [
      lane,
    ]);
  assert.deepEqual(await failures(), [
    { job_id: rolledBack, remedy: "rollback", restore_seconds: "120.000" },
    { job_id: broken, remedy: "next deployment", restore_seconds: null },
  ]);
  await storeAllWeeks();
  // A lock of the lane deploys nothing, so it repairs nothing.
  const lock = { ...backport, kind: "lock", evidence: "exit_code" } as const;
  await aJob(db, { at: at("2025-04-14", "12:00:00"), lane, changes: [], operation: lock }).succeeded();
  assert.equal((await failures())[1]?.["restore_seconds"], null);
  const repaired = await aJob(db, { at: at("2025-04-21", "12:00:00"), lane }).succeeded();
  const [, repair] = await failures();
  assert.equal(
    repair?.["restore_seconds"],
    ((repaired.at.getTime() - at("2025-04-07", "12:00:03").getTime()) / 1000).toFixed(3),
  );
  const [row] = await rowsOf(
    "select change_failures from history.weekly where week = '2025-04-07' and kind = '*' and lane = '*'",
  );
  assert.deepEqual(row, { change_failures: 2 });
  assert.deepEqual(
    await rowsOf("select week::text from spiderpig.report_week where week >= '2025-04-07'"),
    [],
    "the week that the repair changed is still stored",
  );
});

test("a revert of a part of a deployment is a failure of the deployment, one that did not reach production is none", async () => {
  const lane = "partly";
  const first = await aJob(db, { at: at("2025-05-05", "10:00:00"), lane, changes: [31, 32] }).succeeded();
  const failures = () => rowsOf("select job_id, remedy from history.change_failures where lane = $1", [lane]);
  const seed = { lane, changes: [31], revertsJobId: first.id, revertedChanges: [31] };
  await aJob(db, { ...seed, at: at("2025-05-05", "11:00:00") }).declined();
  assert.deepEqual(await failures(), []);
  await aJob(db, { ...seed, at: at("2025-05-05", "12:00:00") }).succeeded();
  assert.deepEqual(await failures(), [{ job_id: first.id, remedy: "revert" }]);
});

test("a revert of a part reverts these changes only; what was not reverted in production is still live", async () => {
  const first = await aJob(db, { changes: [71, 72] }).succeeded();
  const revertOf = (...changes: number[]) =>
    aJob(db, { operation: revert, changes, revertsJobId: first.id, revertedChanges: changes });
  const live = async () => {
    const rows = await rowsOf("select number from history.live_changes where job_id = $1 order by 1", [
      first.id,
    ]);
    return rows.map((row) => row["number"]);
  };
  const links = async (id: number) => {
    const [row] = await rowsOf("select * from history.deployments where job_id = $1", [id]);
    return [row?.["reverts_job_id"], row?.["reverted_by_job_id"], row?.["reverted_changes"]];
  };

  const refused = await revertOf(71).failed("refused");
  const rolledBack = await revertOf(71).failed("rolled_back");
  for (const { id } of [first, refused, rolledBack]) assert.deepEqual(await links(id), [null, null, null]);
  assert.deepEqual(await live(), [71, 72]);

  const part = await revertOf(71).succeeded();
  assert.deepEqual(await links(first.id), [null, null, "71"]);
  assert.deepEqual(await links(part.id), [first.id, null, null]);
  assert.deepEqual(await live(), [72]);

  // A change that was uploaded to Gerrit as the revert of the other one.
  const uploaded = await aJob(db, {
    changes: [73],
    revertsJobId: first.id,
    revertedChanges: [72],
  }).succeeded();
  assert.deepEqual(await links(first.id), [null, uploaded.id, "71, 72"]);
  assert.deepEqual(await live(), []);
  const reverted = await rowsOf(
    `select number, reverted_by_job_id, by_operation from history.reverted_changes where job_id = $1 order by number`,
    [first.id],
  );
  assert.deepEqual(reverted, [
    { number: 71, reverted_by_job_id: part.id, by_operation: true },
    { number: 72, reverted_by_job_id: uploaded.id, by_operation: false },
  ]);
  const [change] = await rowsOf("select * from history.changes where job_id = $1", [part.id]);
  assert.deepEqual([change?.["deployed"], change?.["kind"]], [false, "revert"]);
});

test("a change is live by the job that deployed it last, unless it was reverted", async () => {
  const live = await rowsOf(
    "select number, job_id, live_since from history.live_changes where number in (1, 2)",
  );
  assert.deepEqual(live, [{ number: 1, job_id: again.id, live_since: again.at }]);
  assert.notEqual(good.id, again.id);
});

test("who held a lane from when to when, and how long it waited for people meanwhile", async () => {
  const [row] = await rowsOf("select * from history.lane_occupancy where job_id = $1", [good.id]);
  assert.deepEqual(row, {
    lane: "mediawiki",
    job_id: good.id,
    requested_by: "alice",
    held_from: at(FIRST, "10:00:03"),
    held_until: good.at,
    held_seconds: "177.250",
    waiting_for_people_seconds: "20.000",
    released_by: null,
  });
});
