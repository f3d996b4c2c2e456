// The writer of a job's rows, against a real database: order, leases, and a database that rejects writes or is unreachable.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { NO_EVIDENCE } from "#lib/domain/evidence.ts";
import { closeDatabase, openDatabase, query } from "#lib/db/connection.ts";
import { appendEvent } from "#lib/db/events.ts";
import { findOutputTail, listLines } from "#lib/db/log.ts";
import { findOutputState, type NewTail } from "#lib/db/output.ts";
import { LeaseLost } from "#lib/db/runs.ts";
import type { Log } from "#lib/log.ts";
import { createRunBackoff } from "../../worker/run-backoff.ts";
import { createJobStore } from "../../worker/job-store.ts";
import type { OutputPiece } from "../../worker/pending-output.ts";
import { testDatabase } from "../support/database.ts";
import { aJob } from "../seed/seed.ts";
import { until } from "../support/until.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "job store under test");
const other = openDatabase(database.url, "another");
after(async () => {
  await closeDatabase(db);
  await closeDatabase(other);
  await database.close();
});
const noLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

let laneCount = 0;
async function openStore(epoch = 1) {
  const { id } = await aJob(db, { lane: `lane-${(laneCount += 1)}` }).running();
  const errors: unknown[] = [];
  const lease = { jobId: id, epoch };
  const stored = await findOutputState(db, id);
  let tail: NewTail = { live: [], terminal: null, screen: null, evidence: NO_EVIDENCE };
  const store = createJobStore({
    db,
    lease,
    stored,
    log: noLog,
    tail: () => tail,
    onError: (cause) => errors.push(cause),
  });
  let journalEnd = 0;
  const piece = (text: string): OutputPiece => ({
    at: new Date(),
    journalEnd: (journalEnd += 100),
    journalSkip: 0,
    raw: Buffer.from(`${text}\r\n`),
    settled: [{ text, at: Date.now() }],
    isRedraw: false,
    phases: [],
  });
  /** A line on the screen is redrawn. */
  const redraw = (text: string): OutputPiece => {
    tail = { ...tail, live: [{ text, at: new Date() }] };
    return { ...piece(""), raw: Buffer.from(`\r${text}`), settled: [], isRedraw: true };
  };
  return { id, store, errors, piece, redraw };
}
const texts = async (id: number) => (await listLines(db, id, 1, 10_000)).map((line) => line.text);
const events = async (id: number) =>
  (
    await query<{ kind: string }>(db, "select kind from spiderpig.job_event where job_id = $1 order by seq", [
      id,
    ])
  ).map((row) => row.kind);

test("output and operations are written in order", async () => {
  const { id, store, piece } = await openStore();
  store.addOutput(piece("one"));
  const first = store.run((tx) => appendEvent(tx, id, { kind: "phase_started" }));
  store.addOutput(piece("two"));
  const second = store.run(async (tx) => {
    await appendEvent(tx, id, { kind: "phase_finished" });
    return tx.execute("select line_count from spiderpig.job where id = $1", [id]);
  });
  store.addOutput(piece("three"));
  await first;
  assert.deepEqual(await second, [{ line_count: 3 }]);
  assert.deepEqual(await texts(id), ["one", "two", "three"]);
  assert.deepEqual((await events(id)).slice(-2), ["phase_started", "phase_finished"]);
  store.abandon();
});

test("a worker whose lease is over writes neither output nor operations", async () => {
  for (const withOutput of [true, false]) {
    const { id, store, errors, piece } = await openStore();
    await query(db, "update spiderpig.job set lease_epoch = 2 where id = $1", [id]);
    const before = await events(id);
    if (withOutput) store.addOutput(piece("late"));
    await assert.rejects(
      store.run((tx) => appendEvent(tx, id, { kind: "phase_started" })),
      LeaseLost,
    );
    await assert.rejects(store.flush(), LeaseLost);
    assert.deepEqual(await texts(id), []);
    assert.deepEqual(await events(id), before);
    assert.equal(errors.length, 1);
    assert.ok(errors[0] instanceof LeaseLost);
    assert.equal(store.isFull, false);
    store.addOutput(piece("later still"));
    assert.equal(store.isFull, false, "output that cannot be written is not kept in memory either");
  }
});

test("a rejected operation does not roll back output", async () => {
  const { id, store, errors, piece } = await openStore();
  store.addOutput(piece("before"));
  await assert.rejects(
    store.run(async () => Promise.reject(new Error("not this one"))),
    /not this one/,
  );
  store.addOutput(piece("after"));
  await store.flush();
  assert.deepEqual(await texts(id), ["before", "after"]);
  assert.deepEqual(errors, []);
  store.abandon();
});

const cutOff = () => Object.assign(new Error("the connection was cut"), { code: "ECONNRESET" });

test("an operation that fails at a retry stores no output twice", async () => {
  const { id, store, errors, piece } = await openStore();
  let tries = 0;
  store.addOutput(piece("one"));
  const deciding = store.run(async (tx) => {
    tries += 1;
    if (tries > 1) throw new Error("not any more");
    await appendEvent(tx, id, { kind: "phase_started" });
    // The commit succeeds, and the worker does not receive its confirmation.
    await tx.execute("commit");
    throw cutOff();
  });
  store.addOutput(piece("two"));

  await assert.rejects(deciding, /not any more/);
  await store.flush();

  assert.deepEqual(await texts(id), ["one", "two"]);
  assert.deepEqual(errors, []);
  store.abandon();
});

test("a run writes nothing to a database that was restored to an earlier state", async () => {
  const { id, store, errors, piece } = await openStore();
  store.addOutput(piece("one"));
  await store.flush();
  let tries = 0;
  store.addOutput(piece("two"));
  const deciding = store.run(async () => {
    tries += 1;
    assert.equal(tries, 1);
    await query(other, "delete from spiderpig.output_chunk where job_id = $1", [id]);
    await query(other, "delete from spiderpig.log_block where job_id = $1", [id]);
    await query(other, "update spiderpig.job set line_count = 0, output_bytes = 0 where id = $1", [id]);
    throw cutOff();
  });
  const next = store.flush();

  const results = await Promise.allSettled([deciding, next]);

  assert.deepEqual(
    results.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  assert.deepEqual(await texts(id), [], "nothing is stored after a gap");
  assert.equal(errors.length, 1);
});

test("output that may precede a question waits briefly for it, and is stored with or without it", async () => {
  const { id, store, piece } = await openStore();
  /** The transactions of the newest chunk and the newest event. */
  const newest = async () => {
    const [row] = await query<{ seq: number; isOne: boolean }>(
      db,
      `select o.seq, o.xmin::text = (
         select e.xmin::text from spiderpig.job_event e where e.job_id = $1 order by e.seq desc limit 1) as "isOne"
       from spiderpig.output_chunk o
       where o.job_id = $1
       order by o.seq desc
       limit 1`,
      [id],
    );
    return row;
  };

  // A busy machine may exceed the time that output waits, but not in every attempt.
  await until("output and question in one transaction", async () => {
    store.addOutput({ ...piece("printed"), raw: Buffer.from("printed\r\nGo on? ") });
    await new Promise((resolve) => setImmediate(resolve));
    await store.run((tx) => appendEvent(tx, id, { kind: "phase_started" }));
    return (await newest())?.isOne;
  });

  const seq = (await newest())?.seq ?? 0;
  store.addOutput({ ...piece("more"), raw: Buffer.from("more\r\n50% ") });
  await until("the output without a question", async () => (await newest())?.seq === seq + 1);
  store.abandon();
});

test("output that the database rejects ends the run, and no caller waits forever", async () => {
  const { id, store, errors, piece } = await openStore();
  store.addOutput(piece("a NUL \0 in it"));
  await assert.rejects(store.flush());
  await until("the error", () => errors.length === 1);
  assert.deepEqual(await texts(id), []);
});

test("a connection that breaks before, during or after a commit loses nothing and duplicates nothing", async () => {
  const { id, store, piece } = await openStore();
  let isOver = false;
  const cutting = (async () => {
    while (!isOver) {
      await query(
        other,
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'job store under test' and datname = current_database()",
      );
      await new Promise((resolve) => setTimeout(resolve, 7));
    }
  })();
  const expected = Array.from({ length: 200 }, (_, index) => `line ${index + 1}`);
  for (const text of expected) {
    store.addOutput(piece(text));
    if (Math.random() < 0.3) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  isOver = true;
  await cutting;
  await store.flush();
  assert.deepEqual(await texts(id), expected);
  store.abandon();
});

test("redrawn lines are stored at most ten times a second, and immediately with output that follows them", async () => {
  const { id, store, piece, redraw } = await openStore();
  const stores = async () =>
    (
      await query<{ count: number }>(
        db,
        "select count(distinct xmin::text)::integer as count from spiderpig.output_chunk where job_id = $1",
        [id],
      )
    )[0]?.count ?? 0;
  const live = async () => (await findOutputTail(db, id))?.live.map(({ text }) => text);
  const begunAt = performance.now();
  let drawn = 0;
  while (performance.now() - begunAt < 1000) {
    store.addOutput(redraw(`frame ${(drawn += 1)}`));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await until("the last frame", async () => (await live())?.[0] === `frame ${drawn}`);
  const tookSeconds = (performance.now() - begunAt) / 1000;
  assert.ok((await stores()) <= 10 * tookSeconds + 1, `${await stores()} stores`);

  store.addOutput(redraw("a last frame"));
  store.addOutput(piece("a line"));
  await until("the line", async () => (await texts(id)).includes("a line"));
  assert.deepEqual(await live(), ["a last frame"]);
  let round = 0;
  // A busy machine is late most of the time; a line that waits for the redraws is always late.
  await until("a line that is stored before the next redraw would be", async () => {
    const line = `line ${(round += 1)}`;
    const before = performance.now();
    store.addOutput(redraw(`frame of ${round}`));
    store.addOutput(piece(line));
    await until("the line", async () => (await texts(id)).includes(line));
    return performance.now() - before < 90;
  });
  store.abandon();
});

test("a reader waits for buffer space only while a store is in progress", async () => {
  const { store, piece } = await openStore();
  assert.equal(store.isFull, false);
  await store.whenRoom();
  store.addOutput({ ...piece("much"), raw: Buffer.alloc(2 * 1024 * 1024) });
  assert.equal(store.isFull, true);
  await store.whenRoom();
  assert.equal(store.isFull, false);
  store.addOutput({ ...piece("much"), raw: Buffer.alloc(2 * 1024 * 1024) });
  const waiting = store.whenRoom();
  store.abandon();
  await waiting;
});

test("the backoff doubles with each failed run up to a minute, and is reset by a success", () => {
  let now = 0;
  const backoff = createRunBackoff(() => now);
  const rest = () => {
    backoff.failed(7);
    const begun = now;
    while (backoff.delayedJobs().includes(7)) now += 100;
    return now - begun;
  };
  assert.deepEqual([rest(), rest(), rest()], [1000, 2000, 4000]);
  for (let round = 0; round < 10; round += 1) rest();
  assert.equal(rest(), 60_000);
  backoff.succeeded(7);
  assert.equal(rest(), 1000);
});
