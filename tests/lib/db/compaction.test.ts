// The output of jobs that have ended is compacted: it needs less space, and no reader notices.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compactOutput, listUncompacted, mergeable, NOTHING_COMPACTED } from "#lib/db/compaction.ts";
import { closeDatabase, type Database, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { findLineAt, findOutputTail, listLines, listRawChunks } from "#lib/db/log.ts";
import { type OutputState, storeOutput } from "#lib/db/output.ts";
import { removeOldOutput } from "#lib/db/retention.ts";
import { compactEndedJobs } from "../../../worker/compaction.ts";
import { sweepOutput } from "../../../worker/retention.ts";
import { aJob } from "../../seed/seed.ts";
import { NOTHING_STORED, printed } from "../../seed/printed.ts";
import { schemaWorld } from "./schema-world.ts";

const { db, url } = await schemaWorld();
const log = { debug() {}, info() {}, warn() {}, error() {} };
const isStopping = (): boolean => false;
const compact = (on: Database = db, rowsMax?: number) =>
  compactEndedJobs({ db: on, isStopping, ...(rowsMax !== undefined && { rowsMax }) });

const COLOURED = "\u001b[32m12:00:00 Started sync-world\u001b[0m";
/** Fourteen lines in nine chunks, over minutes, with an empty line and a line that is longer than a merged row. */
function aPrinter(lane: string, at = new Date("2026-01-02T03:04:05.678Z")) {
  return aJob(db, { at, lane })
    .prints("one", "two", "")
    .takes(0.2)
    .prints(COLOURED)
    .takes(90)
    .prints("ü → 日本", "six")
    .prints("seven")
    .takes(1)
    .prints("x".repeat(20_000))
    .prints("nine", "ten")
    .takes(0.7)
    .prints("eleven")
    .prints("twelve", "thirteen")
    .takes(300)
    .prints("fourteen");
}

async function rowCounts(id: number): Promise<number[]> {
  const counts = ["output_chunk", "log_block", "log_tail"].map(async (table) => {
    const found = await query(db, `select from spiderpig.${table} where job_id = $1`, [id]);
    return found.length;
  });
  return Promise.all(counts);
}

/** Everything that pages, downloads and SQL read of the output of a job. */
async function readAll(id: number): Promise<unknown> {
  const lines = await listLines(db, id, 1, 1000);
  const { live, settledLines, totalLines } = (await findOutputTail(db, id)) ?? {};
  return {
    lines,
    range: await listLines(db, id, 4, 3),
    tail: { live, settledLines, totalLines },
    lineAt: await Promise.all(lines.map(({ at }) => findLineAt(db, id, at))),
    chunks: await listRawChunks(db, id, 0, 1000),
    view: await query(db, "select * from history.log_lines where job_id = $1 order by line", [id]),
    found: await query(
      db,
      "select line, at from history.log_lines where job_id = $1 and text like '%ev%' order by line",
      [id],
    ),
  };
}

test("a compacted job has every line and every byte as before, with the times of each, in fewer rows", async () => {
  const { id } = await aPrinter("compacted").succeeded();
  const [before, [chunks = 0, blocks = 0]] = [await readAll(id), await rowCounts(id)];

  await compact();

  assert.deepEqual(await readAll(id), before);
  assert.deepEqual([chunks, blocks], [9, 9]);
  assert.deepEqual(await rowCounts(id), [3, 3, 0], "before the long line, the long line, after it");
  assert.deepEqual(await listUncompacted(db), []);
});

test("a worker that dies between or in the middle of transactions loses and doubles nothing; the next one continues", async () => {
  const { id } = await aPrinter("killed").succeeded();
  const before = await readAll(id);

  const dying = transaction(db, async (tx) => {
    await compactOutput(tx, id, NOTHING_COMPACTED, 100);
    throw new Error("killed");
  });
  await assert.rejects(dying, /killed/);
  assert.deepEqual(await readAll(id), before, "in the middle of a transaction");
  const first = await transaction(db, (tx) => compactOutput(tx, id, NOTHING_COMPACTED, 4));
  assert.deepEqual(first, { seq: 4, line: 7 });
  assert.deepEqual(await readAll(id), before, "after the first of several");

  assert.deepEqual(await listUncompacted(db), [id]);
  await compact(db, 4);
  assert.deepEqual(await readAll(id), before);
  assert.equal((await rowCounts(id))[2], 0);
});

test("a download that began before the compaction gets every byte once", async () => {
  const { id } = await aPrinter("downloaded").succeeded();
  const whole = await listRawChunks(db, id, 0, 1000);
  const begun = await listRawChunks(db, id, 0, 2);

  await compact();

  const rest = await listRawChunks(db, id, begun.at(-1)?.seq ?? 0, 2);
  assert.deepEqual([...begun, ...rest, ...(await listRawChunks(db, id, rest.at(-1)?.seq ?? 0, 2))], whole);
});

test("two workers compact the same jobs at the same time", async () => {
  const jobs = await Promise.all(
    Array.from({ length: 5 }, (_, index) => aPrinter(`both-${index}`).succeeded()),
  );
  const before = await Promise.all(jobs.map(({ id }) => readAll(id)));
  const other = openDatabase(url, "another worker");
  try {
    await Promise.all([compact(db, 3), compact(other, 4)]);
  } finally {
    await closeDatabase(other);
  }
  assert.deepEqual(await Promise.all(jobs.map(({ id }) => readAll(id))), before);
});

test("the output of running and lost jobs is not compacted", async () => {
  const running = await aPrinter("running").running();
  const lost = await aPrinter("lost").running();
  await query(db, "update spiderpig.log_tail set terminal = '{}' where job_id = $1", [lost.id]);
  await query(
    db,
    "update spiderpig.job set state = 'lost', outcome = 'holder_lost', finished_at = now() where id = $1",
    [lost.id],
  );
  await compact();
  assert.deepEqual(await rowCounts(running.id), [9, 9, 1]);
  assert.deepEqual(await rowCounts(lost.id), [9, 9, 1]);
});

test("old output is removed before, after and in the middle of its compaction", async () => {
  const longAgo = new Date(Date.now() - 40 * 86_400_000);
  const remove = () => sweepOutput({ db, days: 30, log, isStopping });
  const { id: after } = await aPrinter("old-after", longAgo).succeeded();
  await compact();
  await remove();
  const { id: middle } = await aPrinter("old-middle", longAgo).succeeded();
  await transaction(db, (tx) => compactOutput(tx, middle, NOTHING_COMPACTED, 4));
  await remove();
  await compact();
  const { id: before } = await aPrinter("old-before", longAgo).succeeded();
  assert.equal(await transaction(db, (tx) => removeOldOutput(tx, 30)), before);
  await compact();
  assert.deepEqual(await rowCounts(before), [9, 9, 1], "removed output is deleted, not compacted");
  await remove();
  for (const id of [after, middle, before]) assert.deepEqual(await rowCounts(id), [0, 0, 0]);
});

test("rows are merged up to a size and a span of time, and never with rows that were merged before", () => {
  const row = (key: number, bytes: number, hours = 0, isCompacted = false) => ({
    key,
    bytes,
    at: new Date(hours * 3_600_000),
    isCompacted,
  });
  assert.deepEqual(mergeable([]), []);
  assert.deepEqual(mergeable([row(1, 10)]), []);
  assert.deepEqual(mergeable([row(1, 10), row(3, 10), row(9, 10)]), [{ first: 1, last: 9 }]);
  assert.deepEqual(mergeable([row(1, 9000), row(2, 9000), row(3, 7000)]), [{ first: 2, last: 3 }]);
  assert.deepEqual(mergeable([row(1, 10), row(2, 10), row(3, 10, 13), row(4, 10, 14)]), [
    { first: 1, last: 2 },
    { first: 3, last: 4 },
  ]);
  assert.deepEqual(mergeable([row(1, 10, 0, true), row(2, 10), row(3, 10), row(4, 10, 0, true)]), [
    { first: 2, last: 3 },
  ]);
});

test("ordinary output takes at most 1.3 bytes on disk for each of its bytes, with indexes", async () => {
  const { id } = await aJob(db, { lane: "large" }).running();
  const { outputBytes } = await printLikeScap(id, 3000);
  await query(
    db,
    "update spiderpig.job set state = 'failed', outcome = 'exit_nonzero', finished_at = now() where id = $1",
    [id],
  );
  const before = await bytesOnDisk(id);

  await compact();

  const after = await bytesOnDisk(id);
  assert.ok(before > 2.5 * outputBytes, `${before} bytes for ${outputBytes} before the compaction`);
  assert.ok(after <= 1.3 * outputBytes, `${after} bytes for ${outputBytes}`);
});

/** Each chunk and each block has two lines with numbers that differ. */
function printLikeScap(id: number, count: number): Promise<OutputState> {
  const pieces = Array.from({ length: count }, (_, n) => {
    const at = new Date(Date.UTC(2026, 0, 1) + n * 157);
    const time = at.toISOString().slice(11, 19);
    return printed(
      { ...NOTHING_STORED, journalEnd: n * 200 },
      [
        `\u001b[32m${time} sync-apaches: ${n % 100}% (in-flight: ${n % 13}; ok: ${n}; fail: 0; left: ${count - n})\u001b[0m`,
        `\u001b[32m${time} Finished rsync to mw${1000 + ((n * 7919) % 450)}.eqiad.wmnet (duration: 00m ${n % 60}s)\u001b[0m`,
      ],
      { at },
    );
  });
  const output = {
    ...printed(NOTHING_STORED, []),
    chunks: pieces.flatMap(({ chunks }) => chunks),
    blocks: pieces.flatMap(({ blocks }) => blocks),
  };
  const batch = { output, phases: [], progress: null, status: null };
  return transaction(db, (tx) => storeOutput(tx, { jobId: id, epoch: 1 }, NOTHING_STORED, batch));
}

/** Of copies of its rows: deleted rows leave space for others, and when a vacuum can remove them depends on other transactions. */
async function bytesOnDisk(id: number): Promise<number> {
  let bytes = 0;
  for (const table of ["output_chunk", "log_block", "log_tail"]) {
    await query(db, `create table public.copy (like spiderpig.${table} including all)`);
    await query(db, `insert into public.copy select * from spiderpig.${table} where job_id = $1`, [id]);
    const [row] = await query<{ bytes: number }>(
      db,
      "select pg_total_relation_size('public.copy')::integer as bytes",
    );
    bytes += row?.bytes ?? 0;
    await query(db, "drop table public.copy");
  }
  return bytes;
}
