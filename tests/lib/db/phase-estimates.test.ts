// What is usual for a phase, taken from its last runs when it starts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { query, transaction } from "#lib/db/connection.ts";
import { findJob } from "#lib/db/job-rows.ts";
import { START_PHASE } from "#lib/db/phases.ts";
import { aJob } from "../../seed/seed.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();

const sync = async (id: number) => (await findJob(db, id))?.job.phases.find((one) => one.name === "sync");

test("a phase without enough earlier runs has no usual times", async () => {
  for (const lane of ["few-1", "few-2"]) await aJob(db, { lane }).phase("rare", 10).succeeded();
  const { id } = await aJob(db, { lane: "few-3" }).startsPhase("rare").running();

  const found = await findJob(db, id);
  assert.equal(found?.job.phases[0]?.usual, null);
});

test("the usual times are those of the last twenty runs, without the time spent waiting for people", async () => {
  for (let run = 1; run <= 5; run += 1) {
    await aJob(db, { lane: `old-${run}` })
      .phase("sync", 5000)
      .succeeded();
  }
  for (let run = 1; run <= 20; run += 1) {
    await aJob(db, { lane: `new-${run}` })
      .startsPhase("sync")
      .takes(run)
      .asked("yes_no", { afterSeconds: 600 })
      .finishesPhase()
      .takes(100)
      .succeeded();
  }
  const { id } = await aJob(db, { lane: "now" }).startsPhase("sync").running();

  const usual = (await sync(id))?.usual;
  assert.equal(usual?.runs, 20);
  assert.ok(Math.abs(usual.medianMs - 10_500) < 3000, `median ${usual.medianMs}`);
  assert.ok(Math.abs(usual.p90Ms - 18_100) < 3000, `90th percentile ${usual.p90Ms}`);
  assert.ok(Math.abs((usual.restMs ?? 0) - 110_500) < 6000, `rest ${usual.restMs}`);
  assert.ok(Math.abs((usual.questionMs ?? 0) - 10_500) < 3000, `next question ${usual.questionMs}`);
});

test("a phase that repeats in a job is compared with the same repetition in others", async () => {
  for (let run = 1; run <= 3; run += 1) {
    await aJob(db, { lane: `twice-${run}` })
      .phase("restart: first servers", 10)
      .phase("restart: all servers", 90)
      .succeeded();
  }
  const { id } = await aJob(db, { lane: "twice" })
    .phase("restart: one", 1)
    .startsPhase("restart: two")
    .running();

  const phases = (await findJob(db, id))?.job.phases ?? [];
  assert.deepEqual(
    phases.map((phase) => Math.round((phase.usual?.medianMs ?? 0) / 30_000)),
    [0, 3],
  );
});

test("the usual times cost one range of an index, however long the history is", async () => {
  const { id } = await aJob(db, { lane: "plan" }).running();
  await transaction(db, async (tx) => {
    await tx.execute("set local session_replication_role = replica");
    await tx.execute(
      `insert into spiderpig.phase
         (job_id, id, name, depth, started_at, finished_at, first_line, last_line, estimate_key, occurrence)
       select -job, phase, 'phase ' || phase, 0, now(), now(), 1, 2, 'backport', 1
       from generate_series(1, 10000) job, generate_series(1, 10) phase`,
    );
  });
  await query(db, "vacuum analyze spiderpig.phase");

  const [row] = await query<{ "QUERY PLAN": { Plan: Record<string, number> }[] }>(
    db,
    `explain (analyze, buffers, format json) ${START_PHASE}`,
    [id, 1, "phase 5", 0, new Date(), 1],
  );

  const plan = row?.["QUERY PLAN"];
  assert.match(JSON.stringify(plan), /"Index Name":"phase_history"/);
  const buffers = (plan?.[0]?.Plan["Shared Hit Blocks"] ?? 0) + (plan?.[0]?.Plan["Shared Read Blocks"] ?? 0);
  assert.ok(buffers < 400, `it read ${buffers} pages`);
});
