// The JSON that PostgreSQL builds for jobs and interactions matches the contract exactly: every field with its type,
// including fields that are usually null.
import assert from "node:assert/strict";
import { test } from "node:test";
import { interaction } from "#lib/contract/interaction.ts";
import { job, jobSummary } from "#lib/contract/job.ts";
import { transaction } from "#lib/db/connection.ts";
import { findJob, listPendingInteractions, listSummaries, readInteraction } from "#lib/db/job-rows.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();

const AT = "2026-03-04 05:06:07.089999+00";
const ISO = "2026-03-04T05:06:07.089Z";

const OPERATION = `'{"name":"Backport","completedLabel":"Deployed","evidence":"production","estimateKey":"backport","hosts":null}'`;

/** A job in which every field has a value. Constraints by trigger are disabled, because no real job has all of them. */
const FULL = `
  insert into spiderpig.worker (id, host, pid, version, heartbeat_at)
  values ('00000000-0000-0000-0000-000000000001', 'deploy1', 1, '0', '${AT}');
  insert into spiderpig.job
    (id, kind, operation, parameters, lane, state, outcome, requested_by, command, retry_of, created_at, started_at, finished_at, exit_code,
     exit_signal, reached, reason, reason_code, error_line, decided_by, decisive_interaction_id, decisive_signal_id,
     ignored_checks, ended_processes, host, worker_id, status, progress, output_removed_at,
     policy_override, window_id, failed_starts)
  overriding system value
  values
    (1, 'backport', ${OPERATION}, '{"changes":["1"]}', 'train', 'lost', 'holder_lost', 'alice', '{backport,1}', 7, '${AT}', '${AT}', '${AT}', 1,
     9, 'canaries', 'It failed.', (enum_range(null::spiderpig.reason_code))[1], 3, 'bob', 1, 1,
     '{1}', '{php}', 'deploy1', '00000000-0000-0000-0000-000000000001', 'Syncing',
     '{"name":"sync","percent":1,"ok":1,"failed":0,"left":9,"inFlight":null}', '${AT}',
     '{"by":"dora","at":"${ISO}","reason":"An outage."}', 5,
     '[{"host":"deploy2","at":"${ISO}","reason":"No such file"}]'),
    (2, 'backport', ${OPERATION}, '{"changes":["2"]}', 'train', 'queued', null, 'carol', '{backport,2}', null, '${AT}', null, null, null,
     null, 'nowhere', null, null, null, null, null, null, '{}', '{}', null, null, null, null, null, null, null, '[]'),
    (3, 'backport', ${OPERATION}, '{"changes":["3"]}', 'other', 'waiting', null, 'carol', '{backport,3}', null, '${AT}', '${AT}', null, null,
     null, 'nowhere', null, null, null, null, null, null, '{}', '{}', 'deploy1',
     '00000000-0000-0000-0000-000000000001', null, null, null, null, null, '[]');
  insert into spiderpig.change
    (job_id, position, number, patch_set, merged_patch_set, project, branch, subject, owner, url)
  values (1, 1, 42, 1, 2, 'core', 'main', 'Fix it', 'alice', 'https://gerrit.example/42'),
    (2, 1, 43, 1, 2, 'core', 'main', 'Fix it', 'alice', 'https://gerrit.example/43');
  insert into spiderpig.reverted_change (job_id, number, by_job_id) values (1, 42, 2), (2, 43, 1);
  insert into spiderpig.interaction
    (id, job_id, prompt_key, kind, message, options, default_value, recognised, complaint, state, asked_at, ended_at,
     line, reminded_at, reminder_count, expires_at, expiry_action)
  overriding system value
  values
    (1, 1, 'a', 'choices', 'Continue?', '[{"text":"Yes","value":"y","typed":"y\\r"},{"text":"No","value":false}]',
     '"y"', true, 'Not an option.', 'answered', '${AT}', '${AT}', 5, '${AT}', 1, '${AT}', 'interrupt'),
    (2, 3, 'b', 'text', 'Name?', '[]', null, true, null, 'pending', '${AT}', null, 1, null, 0, null, null);
  insert into spiderpig.answer (interaction_id, value, text, answered_by, answered_at, delivery, settled_at)
  values (1, '"y"', 'Yes', 'bob', '${AT}', 'consumed', '${AT}');
  insert into spiderpig.signal (id, job_id, kind, interaction_id, requested_by, requested_at, delivered_at, process_count)
  overriding system value
  values (1, 1, 'interrupt', 1, 'policy', '${AT}', '${AT}', 1);
  insert into spiderpig.phase
    (job_id, id, name, depth, started_at, finished_at, first_line, last_line, estimate_key, occurrence, usual)
  values (1, 1, 'sync', 0, '${AT}', '${AT}', 2, 9, 'backport', 1,
    '{"runs":20,"medianMs":4000,"p90Ms":5000,"restMs":60000,"questionMs":30000}');
  insert into spiderpig.job_event (job_id, seq, at, kind, actor, data)
  values
    (1, 1, '${AT}', 'job_declared_lost', 'root', '{"note":"Its disk is broken."}'),
    (1, 2, '${AT}', 'holder_found_running', null, '{"host":"deploy1","pid":4711}')`;

await transaction(db, async (tx) => {
  await tx.execute("set local session_replication_role = replica");
  for (const statement of FULL.split(/;\n/)) await tx.execute(statement);
});

test("a job in which every field has a value matches the contract", async () => {
  const found = await findJob(db, 1);

  assert.deepEqual(found?.job, job.parse(found?.job));
  const empty = Object.entries(found.job)
    .filter(([, value]) => value === null || (Array.isArray(value) && value.length === 0))
    .map(([name]) => name);
  assert.deepEqual(empty, [
    "pendingInteraction",
    "held",
    "hosts",
    "workerUnresponsiveSince",
    "queuePosition",
    "blockedBy",
    "train",
  ]);
});

test("lists contain the contract's summaries, with what each job waits for", async () => {
  const summaries = await listSummaries(db, "true", [], 10, "oldest");

  assert.deepEqual(summaries, jobSummary.array().parse(summaries));
  const [, queued, waiting] = summaries;
  const whole = await findJob(db, queued?.id ?? 0);
  assert.equal(whole?.job.queuePosition, 1);
  assert.deepEqual(whole.job.blockedBy, { id: 1, requestedBy: "alice", state: "lost" });
  assert.equal(waiting?.pendingInteraction?.id, 2);
  assert.deepEqual(await listPendingInteractions(db).then((found) => found.map(({ id }) => id)), [2]);
});

test("times are UTC with milliseconds, as JavaScript writes them", async () => {
  const found = await findJob(db, 1);

  assert.equal(found?.job.createdAt, ISO);
  assert.equal(found.job.declaredLost?.at, ISO);
});

test("the text that is typed for an option is not exposed", async () => {
  const shown = await transaction(db, (tx) => readInteraction(tx, 1, 1));

  assert.deepEqual(shown, interaction.parse(shown));
  assert.deepEqual(shown.options, [
    { text: "Yes", value: "y" },
    { text: "No", value: false },
  ]);
});
