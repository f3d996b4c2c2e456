// Each constraint of lib/db/schema rejects a violation. The last test compares with the catalogue, so that a constraint
// without a violation in this list fails the test.
import assert from "node:assert/strict";
import { test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { aJob } from "../../seed/seed.ts";
import { insertBlock, insertChange, insertChunk, insertSearch, insertTail } from "./inserts.ts";
import { ERROR_RATE_VIOLATIONS } from "./error-rate-violations.ts";
import { INSERT_FREEZE, LANE_VIOLATIONS } from "./lane-violations.ts";
import { REPORT_VIOLATIONS } from "./report-violations.ts";
import { insertWindowRows, WINDOW_VIOLATIONS } from "./window-violations.ts";
import { trainViolations } from "./train-violations.ts";
import { type Breach, refuses, rulesOf, schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();
const queued = await aJob(db, { lane: "one", by: "alice", idempotencyKey: "k", changes: [11, 12] }).queued();
const running = await aJob(db, { lane: "two" }).prints("a", "b").startsPhase("p").running();
const waiting = await aJob(db, { lane: "three" }).asked("text").waiting({ on: "yes_no" });
const answeredId = waiting.interactionIds[0];

await insertWindowRows(db);

const INSERT_JOB = "insert into spiderpig.job (operation, parameters, kind, lane, requested_by, command";
const INSERT_INTERACTION =
  "insert into spiderpig.interaction (job_id, prompt_key, kind, message, options, recognised, line, asked_at";
const INSERT_PHASE =
  "insert into spiderpig.phase (job_id, id, name, depth, started_at, first_line, estimate_key, occurrence) values ($1, 1, 'p', 0, now(), 1, 'backport', 1)";
const ENDED = "finished_at = now(), lane_released_at = now()";
const MISSING_ID = 1_000_000;

const VIOLATIONS: readonly Breach[] = [
  ["kind_is_a_name", `${INSERT_JOB}) values ('{}', '{}', '--backport', 'x', 'a', '{}')`],
  ["lane_is_a_name", `${INSERT_JOB}) values ('{}', '{}', 'backport', 'Not A Lane', 'a', '{}')`],
  ["lane_is_a_name", `${INSERT_JOB}) values ('{}', '{}', 'backport', '${"x".repeat(41)}', 'a', '{}')`],
  ["requested_by_is_named", `${INSERT_JOB}) values ('{}', '{}', 'backport', 'x', '', '{}')`],
  [
    "requested_by_is_named",
    `${INSERT_JOB}) values ('{}', '{}', 'backport', 'x', '${"x".repeat(101)}', '{}')`,
  ],
  [
    "retry_of_a_job",
    `${INSERT_JOB}, retry_of) values ('{}', '{}', 'backport', 'x', 'a', '{}', ${MISSING_ID})`,
  ],
  [
    "idempotency_key_once_per_user",
    `${INSERT_JOB}, idempotency_key) values ('{}', '{}', 'backport', 'x', 'alice', '{}', 'k')`,
  ],
  [
    "queued_has_not_started",
    `${INSERT_JOB}, started_at) values ('{}', '{}', 'backport', 'x', 'a', '{}', now())`,
  ],
  ["held_for_a_reason", "update spiderpig.job set held_at = now() where id = $1", [queued.id]],
  [
    "held_has_not_started",
    "update spiderpig.job set held_at = now(), held_reason = 'x' where id = $1",
    [running.id],
  ],
  ["live_has_started", "update spiderpig.job set state = 'running' where id = $1", [queued.id]],
  ["finished_iff_terminal", "update spiderpig.job set state = 'succeeded' where id = $1", [running.id]],
  [
    "finished_iff_terminal",
    "update spiderpig.job set finished_at = now(), outcome = 'completed' where id = $1",
    [running.id],
  ],
  ["outcome_iff_terminal", `update spiderpig.job set state = 'failed', ${ENDED} where id = $1`, [running.id]],
  [
    "outcome_fits_state",
    `update spiderpig.job set state = 'succeeded', outcome = 'killed', ${ENDED} where id = $1`,
    [running.id],
  ],
  ["exit_only_when_finished", "update spiderpig.job set exit_code = 0 where id = $1", [running.id]],
  ["exit_only_when_finished", "update spiderpig.job set exit_signal = 9 where id = $1", [running.id]],
  ["live_keeps_its_output", "update spiderpig.job set output_removed_at = now() where id = $1", [running.id]],
  ["only_removed_output_is_deleted", "update spiderpig.job set output_deleted_at = now()"],
  ["live_keeps_its_lane", "update spiderpig.job set lane_released_at = now() where id = $1", [running.id]],
  [
    "job_worker_id_worker_id_fk",
    "update spiderpig.job set worker_id = gen_random_uuid() where id = $1",
    [running.id],
  ],
  [
    "job_decisive_interaction_id_interaction_id_fk",
    `update spiderpig.job set decisive_interaction_id = ${MISSING_ID} where id = $1`,
    [running.id],
  ],
  [
    "job_decisive_signal_id_signal_id_fk",
    `update spiderpig.job set decisive_signal_id = ${MISSING_ID} where id = $1`,
    [running.id],
  ],
  insertChange("change_once_per_job", { jobId: queued.id, position: 3, number: 11 }),
  insertChange("change_pkey", { jobId: queued.id, position: 1, number: 13 }),
  [
    "reverted_change_pkey",
    `with first as (insert into spiderpig.reverted_change select job_id, number, job_id from spiderpig.change)
     insert into spiderpig.reverted_change select job_id, number, job_id from spiderpig.change`,
  ],
  ["reverted_change_of_a_job", "insert into spiderpig.reverted_change values ($1, 987654, $1)", [queued.id]],
  [
    "reverted_change_by_job_id_job_id_fk",
    `insert into spiderpig.reverted_change select job_id, number, ${MISSING_ID} from spiderpig.change`,
  ],
  insertChange("change_job_id_job_id_fk", { jobId: MISSING_ID, position: 1, number: 11 }),
  [
    "prompt_once_per_job",
    `${INSERT_INTERACTION}) values ($1, 'prompt-1', 'text', '', '[]', true, 1, now())`,
    [waiting.id],
  ],
  [
    "one_pending_interaction_per_job",
    `${INSERT_INTERACTION}) values ($1, 'another', 'text', '', '[]', true, 1, now())`,
    [waiting.id],
  ],
  [
    "reminded_iff_counted",
    "update spiderpig.interaction set reminder_count = 1 where id = $1",
    [waiting.pendingId],
  ],
  [
    "expiry_has_an_action",
    `${INSERT_INTERACTION}, expires_at) values ($1, 'x', 'text', '', '[]', true, 1, now(), now())`,
    [running.id],
  ],
  [
    "signal_interaction_id_interaction_id_fk",
    `insert into spiderpig.signal (job_id, kind, requested_by, interaction_id)
     values ($1, 'interrupt', 'policy', ${MISSING_ID})`,
    [running.id],
  ],
  [
    "question_has_a_line",
    `${INSERT_INTERACTION}) values ($1, 'x', 'text', '', '[]', true, 0, now())`,
    [running.id],
  ],
  [
    "message_is_bounded",
    `${INSERT_INTERACTION}) values ($1, 'x', 'text', repeat('x', 65537), '[]', true, 1, now())`,
    [running.id],
  ],
  [
    "ended_iff_not_pending",
    `${INSERT_INTERACTION}, ended_at) values ($1, 'x', 'text', '', '[]', true, 1, now(), now())`,
    [running.id],
  ],
  [
    "ended_iff_not_pending",
    "update spiderpig.interaction set state = 'withdrawn' where id = $1",
    [waiting.pendingId],
  ],
  [
    "interaction_job_id_job_id_fk",
    `${INSERT_INTERACTION}) values ($1, 'x', 'text', '', '[]', true, 1, now())`,
    [MISSING_ID],
  ],
  [
    "answer_pkey",
    "insert into spiderpig.answer (interaction_id, value, text, answered_by) values ($1, '\"x\"', 'x', 'a')",
    [answeredId],
  ],
  [
    "answer_interaction_id_interaction_id_fk",
    "insert into spiderpig.answer (interaction_id, value, text, answered_by) values ($1, '\"x\"', 'x', 'a')",
    [MISSING_ID],
  ],
  [
    "answered_by_is_named",
    "insert into spiderpig.answer (interaction_id, value, text, answered_by) values ($1, 'true', 'yes', '')",
    [waiting.pendingId],
  ],
  [
    "settled_iff_delivery_known",
    "insert into spiderpig.answer (interaction_id, value, text, answered_by, delivery) values ($1, 'true', 'yes', 'a', 'consumed')",
    [waiting.pendingId],
  ],
  [
    "settled_iff_delivery_known",
    "insert into spiderpig.answer (interaction_id, value, text, answered_by, settled_at) values ($1, 'true', 'yes', 'a', now())",
    [waiting.pendingId],
  ],
  [
    "delivered_iff_counted",
    "insert into spiderpig.signal (job_id, kind, requested_by, delivered_at) values ($1, 'kill', 'a', now())",
    [running.id],
  ],
  [
    "signal_job_id_job_id_fk",
    "insert into spiderpig.signal (job_id, kind, requested_by) values ($1, 'kill', 'a')",
    [MISSING_ID],
  ],
  [
    "phase_ends_after_it_starts",
    "update spiderpig.phase set finished_at = started_at - interval '1 second', last_line = 9 where job_id = $1 and id = 1",
    [running.id],
  ],
  [
    "phase_has_lines",
    "update spiderpig.phase set finished_at = started_at, last_line = first_line - 1 where job_id = $1 and id = 1",
    [running.id],
  ],
  [
    "last_line_iff_finished",
    "update spiderpig.phase set finished_at = started_at where job_id = $1 and id = 1",
    [running.id],
  ],
  ["phase_pkey", INSERT_PHASE, [running.id]],
  ["phase_job_id_job_id_fk", INSERT_PHASE, [MISSING_ID]],
  [
    "sensitive_line_pkey",
    "insert into spiderpig.sensitive_line (job_id, line, text) select $1, n, '' from unnest(array[1, 1]) as n",
    [running.id],
  ],
  [
    "sensitive_line_job_id_job_id_fk",
    "insert into spiderpig.sensitive_line (job_id, line, text) values ($1, 1, '')",
    [MISSING_ID],
  ],
  ...LANE_VIOLATIONS,
  [
    "audit_event_pkey",
    `insert into spiderpig.audit_event (id, kind, channel) overriding system value
     values (7, 'signed_in', 'session'), (7, 'signed_in', 'session')`,
  ],
  ["lane_pkey", "insert into spiderpig.lane (name) values ('x'), ('x')"],
  [
    "lane_freeze_pkey",
    `${INSERT_FREEZE}, id) overriding system value values ('x', 'why', 'admin', 7), ('y', 'why', 'admin', 7)`,
  ],
  insertChunk("output_chunk_pkey", { jobId: running.id, seq: 1 }),
  insertChunk("output_chunk_job_id_job_id_fk", { jobId: MISSING_ID, seq: 1 }),
  insertBlock("log_block_pkey", { jobId: running.id, firstLine: 1, lineCount: 1 }),
  insertBlock("log_block_job_id_job_id_fk", { jobId: MISSING_ID, firstLine: 1, lineCount: 1 }),
  insertBlock("block_has_lines", { jobId: running.id, firstLine: 100, lineCount: 0 }),
  insertBlock("block_has_lines", { jobId: running.id, firstLine: 0, lineCount: 1 }),
  insertSearch("job_search_pkey", running.id),
  insertSearch("job_search_job_id_job_id_fk", MISSING_ID),
  ...ERROR_RATE_VIOLATIONS,
  ...REPORT_VIOLATIONS,
  ...WINDOW_VIOLATIONS,
  ...trainViolations(running.id),
  ["search_word_pkey", "insert into spiderpig.search_word values ('twice'), ('twice')"],
  insertTail("log_tail_pkey", { jobId: running.id, texts: [] }),
  insertTail("log_tail_job_id_job_id_fk", { jobId: MISSING_ID, texts: [] }),
  insertTail("live_lines_have_times", { jobId: queued.id, texts: ["x"] }),
  ["job_event_pkey", "insert into spiderpig.job_event (job_id, seq, kind) values ($1, 1, 'x')", [queued.id]],
  [
    "job_event_job_id_job_id_fk",
    "insert into spiderpig.job_event (job_id, seq, kind) values ($1, 1, 'x')",
    [MISSING_ID],
  ],
  [
    "job_transition_pkey",
    "insert into spiderpig.job_transition (from_state, to_state) values ('queued', 'running')",
  ],
  [
    "interaction_transition_pkey",
    "insert into spiderpig.interaction_transition (from_state, to_state) values ('pending', 'answered')",
  ],
  [
    "job_pkey",
    `${INSERT_JOB}, id) overriding system value values ('{}', '{}', 'backport', 'x', 'a', '{}', ${queued.id})`,
  ],
  [
    "interaction_pkey",
    `${INSERT_INTERACTION}, id) overriding system value values ($1, 'x', 'text', '', '[]', true, 1, now(), $2)`,
    [running.id, answeredId],
  ],
  [
    "signal_pkey",
    `insert into spiderpig.signal (id, job_id, kind, requested_by) overriding system value
     select n, $1, 'kill', 'a' from unnest(array[7, 7]) as n`,
    [running.id],
  ],
  [
    "worker_pkey",
    "insert into spiderpig.worker (id, host, pid, version) select id, host, pid, version from spiderpig.worker",
  ],
];

for (const breach of VIOLATIONS) {
  test(`${breach[0]} refuses: ${breach[1].replace(/\s+/g, " ").slice(0, 110)}`, async () => {
    await refuses(db, breach);
  });
}

test("one_job_holds_a_lane lets a second job start only after the first released it", async () => {
  const second = await aJob(db, { lane: "two" }).queued();
  const start = "update spiderpig.job set state = 'running', started_at = now() where id = $1";

  await refuses(db, ["one_job_holds_a_lane", start, [second.id]]);
  const lost =
    "update spiderpig.job set state = 'lost', outcome = 'holder_lost', finished_at = now() where id = $1";
  await query(db, lost, [running.id]);
  await refuses(db, ["one_job_holds_a_lane", start, [second.id]]);
  await query(db, "update spiderpig.job set lane_released_at = now() where id = $1", [running.id]);

  await query(db, start, [second.id]);
});

test("every constraint of the schema has a violation in the list", async () => {
  const rows = await query<{ rule: string }>(
    db,
    `select conname as rule
     from pg_constraint
     where connamespace = 'spiderpig'::regnamespace
       and contype in ('c', 'u', 'p', 'f')
     union
     select c.relname
     from pg_index i
     join pg_class c on c.oid = i.indexrelid
     where i.indisunique
       and c.relnamespace = 'spiderpig'::regnamespace`,
  );

  assert.deepEqual(
    rulesOf([...VIOLATIONS, ["one_job_holds_a_lane", ""]]),
    rows.map(({ rule }) => rule).toSorted(),
  );
});
