// Output is removed after its retention period, and nothing else is; a request for it says that it was removed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { showSensitiveLines } from "#lib/actions/show-sensitive-lines.ts";
import { closeDatabase, type Database, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { findJob } from "#lib/db/job-rows.ts";
import { listLines } from "#lib/db/log.ts";
import { deleteOutput, listHalfRemoved, removeOldOutput } from "#lib/db/retention.ts";
import { sweepOutput } from "../../../worker/retention.ts";
import { aJob } from "../../seed/seed.ts";
import { schemaWorld } from "./schema-world.ts";
import { ORIGIN } from "../../support/origin.ts";

const { db, url } = await schemaWorld();
const DAYS = 30;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
const sweep = (on: Database = db, days: number | undefined = DAYS) =>
  sweepOutput({ db: on, days, log, isStopping: () => false });
const old = (lane = "mediawiki") =>
  aJob(db, { at: daysAgo(40), lane })
    .prints("one", "two")
    .asked("yes_no")
    .phase("p", 3)
    .prints("three");

async function countsOf(id: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of [
    "output_chunk",
    "log_block",
    "log_tail",
    "sensitive_line",
    "phase",
    "interaction",
    "job_event",
    "change",
  ]) {
    const rows = await query(db, `select from spiderpig.${table} where job_id = $1`, [id]);
    counts[table] = rows.length;
  }
  return counts;
}

async function removedAt(id: number): Promise<string | null> {
  return (await findJob(db, id))?.job.outputRemovedAt ?? null;
}

test("old output is removed with its sensitive lines; the history stays and has one more event", async () => {
  const { id } = await old().succeeded();
  await query(db, "insert into spiderpig.sensitive_line (job_id, line, text) values ($1, 1, 'secret')", [id]);
  const before = await countsOf(id);
  const job = (await findJob(db, id))?.job;

  await sweep();

  assert.deepEqual(await countsOf(id), {
    ...before,
    output_chunk: 0,
    log_block: 0,
    log_tail: 0,
    sensitive_line: 0,
    job_event: (before["job_event"] ?? 0) + 1,
  });
  const after = (await findJob(db, id))?.job;
  assert.ok(after?.outputRemovedAt);
  assert.deepEqual({ ...after, outputRemovedAt: null }, job, "nothing else of the job has changed");
  const [event] = await query<{ what: string }>(
    db,
    "select what from history.events where job_id = $1 order by seq desc limit 1",
    [id],
  );
  assert.equal(event?.what, "The output was removed after its retention period of 30 days.");
  const [row] = await query<{ lines: number; gone: boolean }>(
    db,
    `select lines, output_removed_at is not null as gone from history.deployments where job_id = $1`,
    [id],
  );
  assert.deepEqual(row, { lines: job?.totalLines ?? 0, gone: true }, "the number of lines is still known");
});

test("output of newer, live, never started and unreleased lost jobs is kept", async () => {
  const kept = [
    await aJob(db, { at: daysAgo(20) })
      .prints("young")
      .succeeded(),
    await aJob(db, { at: daysAgo(40), lane: "live" })
      .prints("live")
      .waiting(),
    await aJob(db, { at: daysAgo(40), lane: "lost" })
      .prints("lost")
      .lost(),
    await aJob(db, { at: daysAgo(40) }).cancelled(),
  ];
  const released = await aJob(db, { at: daysAgo(40), lane: "seen" })
    .prints("x")
    .lost({ laneReleased: true });
  const before = await Promise.all(kept.map(({ id }) => countsOf(id)));

  await sweep();

  assert.deepEqual(await Promise.all(kept.map(({ id }) => countsOf(id))), before);
  for (const { id } of kept) assert.equal(await removedAt(id), null);
  assert.ok(await removedAt(released.id));
});

test("without a retention rule nothing is removed", async () => {
  const { id } = await old().succeeded();
  await sweepOutput({ db, days: undefined, log, isStopping: () => false });
  assert.equal(await removedAt(id), null);
  assert.equal((await listLines(db, id, 1, 10)).length, 5);
  await sweep();
});

test("two concurrent workers remove each job's output once, and neither waits for the other or for a held lock", async () => {
  const jobs = await Promise.all(Array.from({ length: 12 }, (_, index) => old(`lane-${index}`).succeeded()));
  const [locked, ...free] = jobs;
  assert.ok(locked);
  const other = openDatabase(url, "another worker");
  try {
    await transaction(db, async (tx) => {
      await tx.execute("select from spiderpig.job where id = $1 for update", [locked.id]);
      await Promise.all([sweep(), sweep(other)]);
      for (const { id } of free) assert.ok(await removedAt(id));
    });
    assert.equal(await removedAt(locked.id), null, "another transaction is writing it");
    await Promise.all([sweep(), sweep(other)]);
  } finally {
    await closeDatabase(other);
  }
  for (const { id } of jobs) {
    const events = await query(
      db,
      "select from spiderpig.job_event where job_id = $1 and kind = 'output_removed'",
      [id],
    );
    assert.equal(events.length, 1);
    assert.equal((await countsOf(id))["output_chunk"], 0);
  }
});

test("a worker that dies in the middle leaves nothing that is shown, and the next one continues", async () => {
  const { id } = await old().succeeded();
  assert.equal(await transaction(db, (tx) => removeOldOutput(tx, DAYS)), id);
  assert.ok(await deleteOutput(db, id, 1), "one row of several");
  assert.deepEqual(await listHalfRemoved(db), [id]);
  assert.ok(await removedAt(id), "marked by the first transaction");

  await sweepOutput({ db, days: undefined, log, isStopping: () => false });

  assert.equal((await countsOf(id))["output_chunk"], 0);
  assert.deepEqual(await listHalfRemoved(db), []);
});

test("output that is not marked as removed is never deleted", async () => {
  const { id } = await aJob(db).prints("one").succeeded();
  assert.equal(await deleteOutput(db, id, 100), false);
  assert.equal((await listLines(db, id, 1, 10)).length, 1);
});

test("a request for hidden lines of removed output is refused, and no event says that they were shown", async () => {
  const { id } = await old().succeeded();
  await sweep();
  const before = (await countsOf(id))["job_event"];
  await assert.rejects(
    showSensitiveLines({ db, origin: ORIGIN }, { id: "a", name: "a", role: "admin" }, id),
    /removed by the retention policy/,
  );
  assert.equal((await countsOf(id))["job_event"], before);
});
