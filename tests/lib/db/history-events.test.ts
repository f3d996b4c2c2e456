// The sentences that the view history.events has for the events of a job.
import assert from "node:assert/strict";
import { test } from "node:test";
import { query, transaction } from "#lib/db/connection.ts";
import { appendEvent, EVENT_KINDS } from "#lib/db/events.ts";
import { aJob } from "../../seed/seed.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();
const AT = new Date("2025-03-04T10:00:00Z");

type Row = Record<string, unknown>;

async function rowsOf(view: string, jobId: number, order = "1"): Promise<Row[]> {
  return query<Row>(db, `select * from history.${view} where job_id = $1 order by ${order}`, [jobId]);
}

async function deployment(jobId: number): Promise<Row> {
  const [row] = await rowsOf("deployments", jobId);
  assert.ok(row !== undefined, "the view has no row for the job");
  return row;
}

test("the events of a job read as a story", async () => {
  const { id } = await aJob(db, { at: AT, by: "alice", changes: [1234] })
    .phase("sync-testservers", 40)
    .asked("yes_no", { by: "bob" })
    .askedInVain("acknowledge")
    .signalled("interrupt_group", { by: "carol", processes: 3 })
    .failed("interrupted");

  const story = await rowsOf("events", id, "seq");
  assert.deepEqual(
    story.map((row) => `${String(row["seconds_since_created"])} ${String(row["what"])}`),
    [
      "0.000 alice requested: scap backport 1234",
      "3.000 Started on deploy1.",
      "3.000 Started sync-testservers",
      "3.000 The test servers may have the changes.",
      "43.000 Finished sync-testservers (40.0 s)",
      "43.000 The test servers have the changes.",
      "43.000 scap asks: The following changes are scheduled for backport: Backport the changes?",
      '63.000 bob answered "yes" to: The following changes are scheduled for backport: Backport the changes?',
      "63.250 scap read the answer.",
      "63.250 scap asks: Press Enter to acknowledge and release the deployment lock.",
      "68.250 scap no longer asks: Press Enter to acknowledge and release the deployment lock. (scap continued)",
      "68.250 carol asked to press Ctrl-C in scap's terminal.",
      "68.350 The request to press Ctrl-C in scap's terminal reached 3 processes.",
      "68.350 Ended: failed (interrupted).",
    ],
  );
});

test("reminders, an expiry and its effect read as a story, and are counted", async () => {
  const { id, interactionIds } = await aJob(db, { at: AT })
    .asked("acknowledge", { afterSeconds: 3000, remindedAfterSeconds: [600, 1800], by: "bob" })
    .askedUntilExpiry("text", 7300)
    .failed("interrupted");

  const [first, second] = await rowsOf("interactions", id, "interaction_id");
  assert.deepEqual(
    [first?.["reminders"], first?.["answered_after_reminder_seconds"], first?.["expires_at"]],
    [2, "2400.000", null],
  );
  assert.deepEqual(
    [second?.["state"], second?.["waited_seconds"], second?.["reminders"], second?.["expiry_action"]],
    ["expired", "7300.000", 0, "interrupt"],
  );
  const [signal] = await rowsOf("signals", id);
  assert.deepEqual(
    [signal?.["requested_by"], signal?.["expired_interaction_id"]],
    ["policy", interactionIds[1]],
  );
  assert.equal(
    (await deployment(id))["outcome_reason"],
    'scap was interrupted at "Please supply a reason for revert", as the policy for unanswered questions asked. Nothing was deployed.',
  );
  const story = (await rowsOf("events", id, "seq")).map((row) => row["what"]);
  const acknowledge = "Press Enter to acknowledge and release the deployment lock.";
  assert.deepEqual(
    story.filter((what) => /No answer|policy|interrupt scap/.test(String(what))),
    [
      `No answer for 10 minutes: ${acknowledge} (reminder 1)`,
      `No answer for 30 minutes: ${acknowledge} (reminder 2)`,
      "Expired without an answer (2 hours); the policy is to interrupt scap: Please supply a reason for revert",
      "The policy for unanswered questions asked to interrupt scap.",
      "The request to interrupt scap reached 1 process.",
    ],
  );
});

test("every kind of event that the program writes has a sentence, with or without its data", async () => {
  const { id, interactionIds } = await aJob(db).phase("p", 1).asked("yes_no").succeeded();
  const before = (await rowsOf("events", id)).length;
  for (const kind of EVENT_KINDS) {
    await transaction(db, (tx) => appendEvent(tx, id, { kind }));
    await transaction(db, (tx) =>
      appendEvent(tx, id, { kind, actor: "alice", phaseId: 1, interactionId: interactionIds[0] ?? 0 }),
    );
  }

  const rows = (await rowsOf("events", id, "seq")).slice(before);
  assert.equal(rows.length, EVENT_KINDS.length * 2);
  for (const row of rows) {
    const fallback = String(row["kind"]).replaceAll("_", " ");
    assert.ok(
      typeof row["what"] === "string" && row["what"].length > 8,
      `${String(row["kind"])} says nothing`,
    );
    assert.notEqual(row["what"].toLowerCase(), fallback, `${fallback} has no sentence of its own`);
  }
});

test("an event of an unknown kind is still shown", async () => {
  const { id } = await aJob(db, { lane: "unknown" }).queued();
  await query(
    db,
    `insert into spiderpig.job_event (job_id, seq, kind, data) values ($1, 2, 'lane_frozen', '{"why": "x"}')`,
    [id],
  );

  const rows = await rowsOf("events", id, "seq");
  assert.equal(rows.at(-1)?.["what"], 'Lane frozen {"why": "x"}');
});
