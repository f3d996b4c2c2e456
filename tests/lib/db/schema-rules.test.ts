// Rules enforced by triggers: immutable columns stay unchanged, history is not deleted, and all regular writes of the
// program are accepted. The last test compares with the catalogue.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { query, transaction } from "#lib/db/connection.ts";
import { aJob } from "../../seed/seed.ts";
import { insertWindowRows } from "./window-violations.ts";
import { type Breach, refuses, rulesOf, schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();
const queued = await aJob(db, { lane: "queue" }).queued();
const live = await aJob(db, { lane: "live" }).startsPhase("open").prints("line").waiting({ on: "yes_no" });
const secret = await aJob(db, { lane: "secret" }).waiting({ on: "secret" });
const ended = await aJob(db).phase("p", 3).asked("yes_no").signalled("terminate").failed("killed");
const reminded = await aJob(db)
  .asked("yes_no", { afterSeconds: 3000, remindedAfterSeconds: [600, 1800] })
  .succeeded();
const removed = await aJob(db).prints("a line").succeeded();
await query(db, "update spiderpig.job set output_removed_at = now() where id = $1", [removed.id]);
await aJob(db, { lane: "reverts", revertsJobId: removed.id }).queued();
const overridden = await aJob(db, { lane: "overridden" }).running();
await query(db, "update spiderpig.job set policy_override = '{}' where id = $1", [overridden.id]);
const answeredId = ended.interactionIds[0];
await query(
  db,
  `insert into spiderpig.lane_freeze (lane, reason, frozen_by, until, lifted_at, lifted_by)
   values ('frozen', 'No deployments on Fridays', 'admin', now() + interval '1 hour', now(), 'admin')`,
);

await query(db, "insert into spiderpig.audit_event (kind, channel) values ('signed_in', 'session')");

await insertWindowRows(db);
await query(
  db,
  `with stored as (
     insert into spiderpig.train_state (host, summary, wikis) values ('deploy1', '{}', '{}') returning id
   )
   insert into spiderpig.train_job_state (job_id, moment, state_id) select $1, 'before', id from stored`,
  [ended.id],
);

const job = (set: string) => `update spiderpig.job set ${set} where id = $1`;
const interaction = (set: string) => `update spiderpig.interaction set ${set} where id = $1`;
const answer = (set: string) => `update spiderpig.answer set ${set} where interaction_id = $1`;
const insertAnswer = (value: string, text: string) =>
  `insert into spiderpig.answer (interaction_id, value, text, answered_by) values ($1, ${value}, ${text}, 'alice')`;

const KEPT = [
  "job",
  "change",
  "reverted_change",
  "interaction",
  "answer",
  "signal",
  "phase",
  "job_event",
  "lane_freeze",
  "train_state",
  "train_job_state",
  "audit_event",
  "window_series",
  "deployment_window",
  "window_item",
  "window_event",
];
const freeze = (set: string) => `update spiderpig.lane_freeze set ${set}`;

const VIOLATIONS: readonly Breach[] = [
  ["request_is_written_once", job("queue_rank = 0"), [live.id]],
  ...["command = '{stage-train}'", "requested_by = 'bob'", "created_at = now()", "lane = 'other'"].map(
    (set): Breach => ["request_is_written_once", job(set), [queued.id]],
  ),
  ...["retry_of = id", "idempotency_key = 'k'"].map((set): Breach => [
    "request_is_written_once",
    job(set),
    [ended.id],
  ]),
  ["start_is_written_once", job("started_at = now()"), [live.id]],
  [
    "only_a_failed_start_is_queued_again",
    job("state = 'queued', started_at = null, worker_id = null, host = null"),
    [overridden.id],
  ],
  ...[
    "outcome = 'interrupted'",
    "finished_at = now()",
    "exit_code = 0, exit_signal = null",
    "exit_signal = 15",
  ].map((set): Breach => ["outcome_is_written_once", job(set), [ended.id]]),
  ["release_is_written_once", job("lane_released_at = null"), [ended.id]],
  ["release_is_written_once", job("lane_released_by = 'mallory'"), [ended.id]],
  ["policy_override_is_written_once", job("policy_override = null"), [overridden.id]],
  ["output_is_removed_once", job("output_removed_at = null"), [removed.id]],
  ["output_is_removed_once", job("output_removed_at = now() + interval '1 day'"), [removed.id]],
  ["numbers_only_grow", job("lease_epoch = lease_epoch - 1"), [live.id]],
  ["numbers_only_grow", job("event_seq = 0"), [live.id]],
  [
    "job_begins_queued",
    `insert into spiderpig.job (kind, operation, parameters, lane, requested_by, command, state, started_at)
     values ('backport', '{}', '{}', 'x', 'a', '{}', 'running', now())`,
  ],
  ["legal_job_transition", job("state = 'waiting', started_at = now()"), [queued.id]],
  // Breaks other rules as well; the refusal names the real fault.
  [
    "legal_job_transition",
    job("state = 'running', finished_at = null, outcome = null, exit_signal = null, lane_released_at = null"),
    [ended.id],
  ],
  [
    "interaction_begins_pending",
    `insert into spiderpig.interaction
       (job_id, prompt_key, kind, message, options, recognised, line, asked_at, state, ended_at)
     values ($1, 'x', 'text', '', '[]', true, 1, now(), 'answered', now())`,
    [queued.id],
  ],
  ["legal_interaction_transition", interaction("state = 'pending', ended_at = null"), [answeredId]],
  ["legal_interaction_transition", interaction("state = 'withdrawn'"), [answeredId]],
  ...[
    "message = 'Another question?'",
    "options = '[]'",
    "asked_at = now()",
    "kind = 'text'",
    "default_value = 'true'",
    "recognised = false",
    "complaint = 'x'",
    "prompt_key = 'y'",
  ].map((set): Breach => ["question_is_written_once", interaction(set), [live.pendingId]]),
  ["question_is_written_once", interaction("ended_at = now()"), [answeredId]],
  ...["expires_at = now() + interval '1 day', expiry_action = 'interrupt'"].map((set): Breach => [
    "expiry_is_written_once",
    interaction(set),
    [live.pendingId],
  ]),
  ["expires_by_policy_only", interaction("state = 'expired', ended_at = now()"), [live.pendingId]],
  ["only_pending_is_reminded", interaction("reminder_count = 1, reminded_at = now()"), [answeredId]],
  ["reminders_only_grow", interaction("reminder_count = 1"), [reminded.interactionIds[0]]],
  [
    "signal_keeps_its_cause",
    "update spiderpig.signal set interaction_id = $2 where job_id = $1",
    [ended.id, answeredId],
  ],
  ["answer_has_a_value", insertAnswer("null", "null"), [live.pendingId]],
  ["answer_has_a_value", insertAnswer("'true'", "null"), [live.pendingId]],
  ["secret_is_not_stored", insertAnswer(`'"hunter2"'`, "'hunter2'"), [secret.pendingId]],
  ["secret_is_not_stored", insertAnswer("null", "'hunter2'"), [secret.pendingId]],
  ...["value = 'false'", "text = 'no'", "answered_by = 'mallory'", "answered_at = now()"].map(
    (set): Breach => ["answer_is_written_once", answer(set), [answeredId]],
  ),
  ...["settled_at = now()", "settled_at = null", "delivery = 'not_consumed'"].map((set): Breach => [
    "answer_is_settled_once",
    answer(set),
    [answeredId],
  ]),
  ["answered_iff_answer_exists", interaction("state = 'answered', ended_at = now()"), [live.pendingId]],
  ["answered_iff_answer_exists", insertAnswer("'true'", "'yes'"), [live.pendingId]],
  [
    "reverted_change_is_written_once",
    "update spiderpig.reverted_change set by_job_id = $1 where job_id = $1",
    [removed.id],
  ],
  ...["number = 99", "patch_set = 99", "subject = 'Another'"].map((set): Breach => [
    "change_is_written_once",
    `update spiderpig.change set ${set} where job_id = $1`,
    [queued.id],
  ]),
  ...[
    "reason = 'x'",
    "lane = 'x'",
    "until = null",
    "frozen_by = 'x'",
    "lifted_at = null, lifted_by = null",
  ].map((set): Breach => ["freeze_is_written_once", freeze(set)]),
  ["train_state_is_written_once", "update spiderpig.train_state set read_at = now()"],
  ["train_job_state_is_written_once", "update spiderpig.train_job_state set moment = 'after'"],
  ["audit_is_written_once", "update spiderpig.audit_event set actor = 'mallory'"],
  ...["kind = 'kill'", "requested_by = 'mallory'", "requested_at = now()", "process_count = 7"].map(
    (set): Breach => [
      "signal_is_written_once",
      `update spiderpig.signal set ${set} where job_id = $1`,
      [ended.id],
    ],
  ),
  ...[
    "name = 'x'",
    "depth = 1",
    "started_at = now()",
    "finished_at = now()",
    "first_line = 77",
    "occurrence = 9",
  ].map((set): Breach => [
    "phase_is_written_once",
    `update spiderpig.phase set ${set} where job_id = $1`,
    [ended.id],
  ]),
  ["event_is_written_once", "update spiderpig.job_event set data = '{}' where job_id = $1", [ended.id]],
  ["event_is_written_once", "update spiderpig.window_event set data = '{\"x\":1}'"],
  ["window_item_is_written_once", "update spiderpig.window_item set number = 12"],
  ["window_item_is_written_once", "update spiderpig.window_item set added_by = 'mallory'"],
  ...KEPT.map((table): Breach => ["history_is_kept", `delete from spiderpig.${table}`]),
  ...KEPT.map((table): Breach => ["history_is_kept", `truncate spiderpig.${table} cascade`]),
];

for (const breach of VIOLATIONS) {
  test(`${breach[0]} refuses: ${breach[1].replace(/\s+/g, " ").slice(0, 110)}`, async () => {
    await refuses(db, breach);
  });
}

test("a refusal names the row and the transition, and nothing that a person typed", async () => {
  const error: unknown = await query(db, answer("text = 'typed by mistake'"), [answeredId]).catch(
    (refused: unknown) => refused,
  );

  assert.ok(error instanceof Error && "detail" in error && "code" in error);
  assert.equal(error.code, "23514");
  assert.match(String(error.detail), new RegExp(`answer, interaction_id: ${answeredId}`));
  assert.doesNotMatch(inspect(error), /typed by mistake/);
});

test("an answer and the state of its question may be written in either order, in one transaction", async () => {
  const other = await aJob(db, { lane: "order" }).waiting({ on: "yes_no" });

  await transaction(db, async (tx) => {
    await tx.execute(insertAnswer("'true'", "'yes'"), [other.pendingId]);
    await tx.execute(interaction("state = 'answered', ended_at = now()"), [other.pendingId]);
  });

  await transaction(db, async (tx) => {
    await tx.execute(interaction("state = 'answered', ended_at = now()"), [live.pendingId]);
    await tx.execute(insertAnswer("'true'", "'yes'"), [live.pendingId]);
  });
});

test("a secret is answered without its value", async () => {
  await transaction(db, async (tx) => {
    await tx.execute(interaction("state = 'answered', ended_at = now()"), [secret.pendingId]);
    await tx.execute(insertAnswer("null", "null"), [secret.pendingId]);
  });
});

test("columns whose values become known later may be written later", async () => {
  const at = await aJob(db, { lane: "later" })
    .startsPhase("open")
    .asked("text", { delivery: "accepted" })
    .running();
  const settle = answer("delivery = 'consumed', settled_at = now()");

  for (const [statement, id] of [
    [job("status = 'x', progress = '{}', line_count = 9, output_bytes = 9"), at.id],
    [job("lease_epoch = lease_epoch + 1, event_seq = event_seq + 1"), at.id],
    [settle, at.interactionIds[0]],
    ["update spiderpig.phase set finished_at = now(), last_line = 99 where job_id = $1", at.id],
    [job("state = 'lost', outcome = 'holder_lost', finished_at = now()"), at.id],
    [job("lane_released_at = now()"), at.id],
  ] as const) {
    const rows = await query(db, `${statement} returning 1`, [id]);
    assert.equal(rows.length, 1, `permitted, but changed nothing: ${statement}`);
  }
});

test("writing the same values again is accepted and changes nothing", async () => {
  await query(db, job("state = state, outcome = outcome, finished_at = finished_at"), [ended.id]);
  await query(db, answer("text = text, settled_at = settled_at"), [answeredId]);
});

test("retention may delete output, and only output", async () => {
  const rows = await query(db, "delete from spiderpig.output_chunk where job_id = $1 returning seq", [
    ended.id,
  ]);

  assert.ok(rows.length > 0, "retention found nothing to delete");
});

test("every rule of the triggers has a violation in the list", async () => {
  const rows = await query<{ rule: string }>(
    db,
    `select distinct coalesce(nullif(split_part(encode(t.tgargs, 'escape'), '\\000', 1), ''), t.tgname) as rule
     from pg_trigger t
     join pg_class c on c.oid = t.tgrelid
     where c.relnamespace = 'spiderpig'::regnamespace
       and not t.tgisinternal
       and t.tgname not like 'search\\_%'
       and t.tgname not in ('set_durations', 'remove_changed_weeks')`,
  );

  assert.deepEqual(rulesOf(VIOLATIONS), rows.map(({ rule }) => rule).toSorted());
});
