// The search of jobs: which words and filters find a job, in which order, and from when on. Each search is
// done twice: by comparing jobs, and through the index.
import assert from "node:assert/strict";
import { test } from "node:test";
import { OUTCOME_LABELS, STATE_LABELS } from "../../../app/text/labels.ts";
import type { JobFilter } from "#lib/contract/job.ts";
import { query } from "#lib/db/connection.ts";
import { findJobIds } from "#lib/db/job-search.ts";
import { listJobs } from "#lib/db/jobs.ts";
import { OUTCOMES, STATE_OF_OUTCOME } from "#lib/domain/job.ts";
import { aJob } from "../../seed/seed.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();

async function find(
  filter: JobFilter,
  start?: Parameters<typeof listJobs>[2],
  limit = 50,
): Promise<number[]> {
  const { jobs } = await listJobs(db, filter, start, limit);
  const ids = jobs.map(({ id }) => id);
  const ofIndex = await findJobIds(db, filter, start, limit, 0);
  assert.deepEqual(ofIndex, ids, `the index finds other jobs than the comparison: ${JSON.stringify(filter)}`);
  return ids;
}

const CHANGES = [
  { number: 4711, subject: "Enable the feature-flag of Zeppelin (T371234)", project: "mediawiki/core" },
  { number: 4712, subject: "Fotos für 日本語 in 2024", project: "operations/mediawiki-config" },
];
const { id } = await aJob(db, { by: "alice", lane: "words", changes: CHANGES })
  .asked("yes_no", { by: "bob" })
  .failed("rolled_back");
const other = await aJob(db, { by: "carol", lane: "words", changes: [47_110] }).succeeded();

test("a job is found by words of every field, in any order and case", async () => {
  const searches = [
    "zeppelin Enable",
    "feature flag",
    "feature-flag",
    "FLAG alice",
    "T371234",
    "(T371234)",
    "371234",
    "4711",
    "change 4712",
    "für",
    "日本",
    "2024",
    "rolled back",
    "alice rolled zeppelin",
    "bob",
    "mediawiki-config",
    "zep",
    "ze",
    "words zeppelin",
    `#${id}`,
    `job ${id}`,
  ];
  for (const q of searches) assert.deepEqual(await find({ q, lane: "words" }), [id], q);
});

test("a job that lacks one of the words is not found", async () => {
  for (const q of ["zeppelin missing", "deployed zeppelin", "471", "change 371234", "#4711", "z%n"]) {
    assert.deepEqual(await find({ q, user: "alice" }), [], q);
  }
  assert.deepEqual(await find({ q: "% -", user: "alice" }), [id], "punctuation alone is ignored");
});

test("filters are exact, and combine with each other and with words", async () => {
  assert.deepEqual(await find({ user: "alice" }), [id]);
  assert.deepEqual(await find({ user: "alic" }), []);
  assert.deepEqual(await find({ project: "operations/mediawiki-config", lane: "words" }), [id]);
  assert.deepEqual(await find({ change: 4711 }), [id]);
  assert.deepEqual(await find({ lane: "words", state: ["succeeded", "failed"] }), [other.id, id]);
  assert.deepEqual(
    await find({ lane: "words", outcome: ["rolled_back"], q: "zeppelin", kind: ["backport"] }),
    [id],
  );
  assert.deepEqual(await find({ lane: "words", outcome: ["completed"], q: "zeppelin" }), []);
});

test("an open job is found by its state now, by who answered, and by a note", async () => {
  const open = await aJob(db, { by: "dora", lane: "open" }).asked("yes_no", { by: "emil" }).waiting();
  assert.deepEqual(await find({ lane: "open", q: "waiting for input" }), [open.id]);
  assert.deepEqual(await find({ lane: "open", q: "emil" }), [open.id]);
  await query(db, "update spiderpig.job set state = 'running' where id = $1", [open.id]);
  assert.deepEqual(await find({ lane: "open", state: ["waiting"] }), []);
  assert.deepEqual(await find({ lane: "open", q: "running" }), [open.id]);
  await query(
    db,
    `insert into spiderpig.job_event (job_id, seq, kind, actor, data)
     values ($1, 1000, 'lane_released', 'fred', '{"note":"The quagga escaped."}')`,
    [open.id],
  );
  assert.deepEqual(await find({ q: "quagga fred" }), [open.id]);
});

test("the labels in the database are those of the page", async () => {
  const pairs = [
    ...OUTCOMES.map(
      (outcome) => [STATE_OF_OUTCOME[outcome], outcome, OUTCOME_LABELS[outcome].label] as const,
    ),
    ...(["queued", "running", "waiting"] as const).map(
      (state) => [state, null, STATE_LABELS[state].label] as const,
    ),
  ];
  for (const [state, outcome, label] of pairs) {
    const [row] = await query<{ label: string }>(db, "select spiderpig.job_label($1, $2, $3) as label", [
      state,
      outcome,
      OUTCOME_LABELS.completed.label,
    ]);
    assert.equal(row?.label, label);
  }
});

test("pages in both directions have no gaps or duplicates, among open and ended jobs", async () => {
  const ids: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    const seed = aJob(db, { lane: n % 4 === 0 ? `paged-${n}` : "paged", by: "gina" });
    ids.push((await (n % 4 === 0 ? seed.running() : seed.succeeded())).id);
  }
  const newest = ids.toReversed();
  const older: number[] = [];
  for (let start: { olderThan: number } | undefined; ;) {
    const page = await find({ user: "gina" }, start, 5);
    older.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < 5) break;
    start = { olderThan: last };
  }
  assert.deepEqual(older, newest);
  assert.deepEqual(await find({ user: "gina" }, { newerThan: newest[7] ?? 0 }, 5), newest.slice(2, 7));
  assert.deepEqual(await find({ user: "gina" }, { newerThan: newest[0] ?? 0 }, 5), []);
});

test("a part of a word finds all words with that part, few or many", async () => {
  const words = Array.from({ length: 150 }, (_, n) => `xylo${String.fromCodePoint(97 + (n % 26))}${n}`);
  const changes = [{ number: 77, subject: `Tune ${words.join(" ")}`, project: "mediawiki/core" }];
  const job = await aJob(db, { lane: "parts", changes }).succeeded();
  for (const q of ["xyloa", "xylo", "lob1", "tun xylo", "xyloa0 xylob1"]) {
    assert.deepEqual(await find({ q, lane: "parts" }), [job.id], q);
  }
  for (const q of ["xylophone", "tun xylophone", "xyloa0 7"]) {
    assert.deepEqual(await find({ q, lane: "parts" }), [], q);
  }
});

test("text of any length and kind can be searched, and never keeps a job from ending", async () => {
  const subject = `${"9".repeat(5000)} ${"日".repeat(3000)} ${"x".repeat(5000)}`;
  const long = await aJob(db, {
    lane: "long",
    changes: [{ number: 99, subject, project: "p/".repeat(2000) }],
  }).succeeded();
  assert.deepEqual(await find({ lane: "long", q: "日日日" }), []);
  assert.deepEqual(await find({ change: 99 }), [long.id]);
});
