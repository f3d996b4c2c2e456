// What the views of schema history return for jobs whose history is known to the second.
import assert from "node:assert/strict";
import { test } from "node:test";
import { query, transaction } from "#lib/db/connection.ts";
import { settleEverything } from "#lib/db/interactions.ts";
import { finishJob } from "#lib/db/runs.ts";
import { OUTCOMES } from "#lib/domain/job.ts";
import { aJob } from "../../seed/seed.ts";
import { QUESTIONS } from "../../seed/seed-questions.ts";
import { schemaWorld } from "./schema-world.ts";

const { db, asReader } = await schemaWorld();
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

test("a deployment's time is split into queue, people and work, and nothing is counted twice", async () => {
  const { id } = await aJob(db, {
    at: AT,
    queuedSeconds: 90,
    by: "alice",
    changes: [12, 11],
    host: "deploy7",
  })
    .takes(60)
    .asked("yes_no", { afterSeconds: 45, by: "bob" })
    .takes(30)
    .askedInVain("text", 15)
    .succeeded();

  const row = await deployment(id);
  assert.deepEqual(
    [
      row["queued_seconds"],
      row["running_seconds"],
      row["waiting_for_people_seconds"],
      row["working_seconds"],
    ],
    ["90.000", "150.250", "60.000", "90.250"],
  );
  assert.deepEqual(
    [row["state"], row["outcome"], row["requested_by"], row["changes"], row["change_count"], row["command"]],
    ["succeeded", "completed", "alice", "12, 11", 2, "backport 12 11"],
  );
  assert.deepEqual([row["host"], row["exit_code"], row["exit_signal"]], ["deploy7", 0, null]);
  assert.deepEqual(row["created_at"], AT);
});

test("durations of running jobs are measured up to now", async () => {
  const since = Date.now();
  const at = new Date(since - 100_000);
  const waiting = await aJob(db, { at, lane: "now", queuedSeconds: 10 }).takes(30).waiting({ on: "yes_no" });
  const queued = await aJob(db, { at, lane: "now" }).queued();

  const [running, inQueue] = [await deployment(waiting.id), await deployment(queued.id)];
  near(running["running_seconds"], 90, since);
  near(running["waiting_for_people_seconds"], 60, since);
  assert.equal(running["working_seconds"], "30.000");
  near(inQueue["queued_seconds"], 100, since);
  assert.deepEqual([inQueue["running_seconds"], inQueue["waiting_for_people_seconds"]], [null, null]);
});

test("a job whose end is recorded late does not count as waiting for people after its end", async () => {
  const at = new Date(Date.now() - 3600_000);
  const { id } = await aJob(db, { at, lane: "late", queuedSeconds: 0 }).takes(600).waiting({ on: "yes_no" });
  const endedAt = new Date(at.getTime() + 1200_000);
  await transaction(db, async (tx) => {
    await settleEverything(tx, id, "");
    const end = { state: "failed", outcome: "killed", exitCode: null, exitSignal: 9, at: endedAt } as const;
    await finishJob(tx, { jobId: id, epoch: 1 }, end);
  });

  const row = await deployment(id);
  assert.deepEqual(
    [row["running_seconds"], row["waiting_for_people_seconds"], row["working_seconds"]],
    ["1200.000", "600.000", "600.000"],
  );
  const [asked] = await rowsOf("interactions", id);
  assert.equal(asked?.["waited_seconds"], "600.000");
});

test("clock skew and clocks that are set back make no duration negative", async () => {
  const { id } = await aJob(db, { at: AT, queuedSeconds: -2 })
    .startsPhase("p")
    .takes(10)
    .asked("yes_no", { afterSeconds: -1 })
    .failed("exit_nonzero", { exitCode: 1 });

  const row = await deployment(id);
  const [asked] = await rowsOf("interactions", id);
  const [phase] = await rowsOf("phases", id);
  assert.deepEqual(
    [row["queued_seconds"], row["waiting_for_people_seconds"], asked?.["waited_seconds"]],
    ["0.000", "0.000", "0.000"],
  );
  assert.equal(row["working_seconds"], row["running_seconds"]);
  assert.equal(phase?.["waiting_for_people_seconds"], "0.000");
});

test("durations of running jobs are measured up to now, also in a transaction that is kept open", async (t) => {
  const reader = await asReader();
  t.after(() => reader.query("rollback"));
  await reader.query("begin");
  await reader.query("select now()");
  const { id } = await aJob(db, { at: new Date(), lane: "open", queuedSeconds: 0 })
    .startsPhase("p")
    .waiting({ on: "yes_no" });
  const queued = await aJob(db, { at: new Date(), lane: "open" }).queued();
  await query(
    db,
    "insert into spiderpig.lane_freeze (lane, reason, frozen_by) values ('open', 'x', 'admin')",
  );

  const seconds: Record<string, unknown> = {};
  for (const [what, of] of [
    ["queued_seconds", `deployments where job_id = ${queued.id}`],
    ["running_seconds", `deployments where job_id = ${id}`],
    ["waiting_for_people_seconds", `deployments where job_id = ${id}`],
    ["waited_seconds", `interactions where job_id = ${id}`],
    ["duration_seconds", `phases where job_id = ${id}`],
    ["frozen_seconds", "lane_freezes where lane = 'open'"],
  ] as const) {
    const { rows } = await reader.query<Row>(`select ${what} as it from history.${of}`);
    seconds[`${what} of ${of}`] = Number(rows[0]?.["it"]) > 0;
  }
  assert.ok(Object.values(seconds).every(Boolean), JSON.stringify(seconds));
});

test("a signal that reached no process is not named as the reason for the end", async () => {
  const { id } = await aJob(db)
    .signalled("kill", { by: "carol", processes: 0 })
    .failed("killed", { exitSignal: 9 });

  assert.equal((await deployment(id))["outcome_reason"], "Signal 9 ended scap. Nothing was deployed.");
});

test("every outcome has a sentence with its reason", async () => {
  const reasons = {
    completed: await aJob(db).succeeded(),
    nothing_to_deploy: await aJob(db).succeeded("nothing_to_deploy"),
    declined: await aJob(db).asked("yes_no", { answer: false, by: "bob" }).declined(),
    prepared: await aJob(db)
      .prints(
        "12:00:00 All changes have been merged",
        "12:00:01 Skipping sync since --stop-before-sync was specified",
      )
      .succeeded("prepared"),
    refused: await aJob(db).prints("Change '1' has dependencies").failed("refused"),
    unclear: await aJob(db).prints("bye").failed("unclear"),
    rolled_back: await aJob(db).failed("rolled_back"),
    rollback_failed: await aJob(db).failed("rollback_failed"),
    exit_nonzero: await aJob(db).failed("exit_nonzero", { exitCode: 3 }),
    interrupted: await aJob(db).signalled("interrupt", { by: "carol" }).failed("interrupted"),
    killed: await aJob(db).failed("killed", { exitSignal: 9 }),
    spawn_failed: await aJob(db, { host: "deploy7" }).failed("spawn_failed", { detail: "No such program." }),
    cancelled_while_queued: await aJob(db).cancelled({ by: "dave" }),
    holder_lost: await aJob(db, { host: "deploy7" }).lost({ laneReleased: true }),
  };
  assert.deepEqual(Object.keys(reasons).toSorted(), OUTCOMES.toSorted());

  const said: Record<string, unknown> = {};
  for (const [outcome, { id }] of Object.entries(reasons)) {
    const row = await deployment(id);
    assert.equal(row["outcome"], outcome);
    said[outcome] = row["outcome_reason"];
  }
  assert.deepEqual(said, {
    completed: "Production was reached.",
    nothing_to_deploy: "scap found nothing to deploy.",
    prepared:
      "scap ended before the sync, on purpose. The changes are merged and on no server. scap: Skipping sync since --stop-before-sync was specified",
    declined:
      'bob answered "no" to "The following changes are scheduled for backport: Backport the changes?". Nothing was deployed.',
    refused: "scap refused. Nothing was deployed. scap: Change '1' has dependencies",
    unclear: "scap exited with code 0, and nothing shows what it did. scap: bye",
    rolled_back: "scap rolled the deployment back: the changes are not in production.",
    rollback_failed: "scap could not roll back: servers may run different code.",
    exit_nonzero: "scap ended with exit code 3. Nothing was deployed.",
    interrupted: "scap was interrupted, as carol asked. Nothing was deployed.",
    killed: "Signal 9 ended scap. Nothing was deployed.",
    spawn_failed: "scap could not be started on deploy7. No such program.",
    cancelled_while_queued: "Removed from the queue by dave; scap never ran.",
    holder_lost: "The process that held scap's terminal on deploy7 has died; how scap ended is unknown.",
  });
});

test("a change shows whether this job deployed it to production", async () => {
  const first = await aJob(db, { changes: [{ number: 77, subject: "Fix it", patchSet: 3 }] }).failed(
    "rolled_back",
  );
  const second = await aJob(db, { changes: [{ number: 77, patchSet: 4 }], retryOf: first.id }).succeeded();
  await aJob(db, { changes: [77], lane: "changes" }).queued();

  const rows = await query<Row>(
    db,
    "select job_id, patch_set, outcome, deployed from history.changes where number = 77 order by job_id",
  );
  assert.deepEqual(
    rows.map((row) => [row["patch_set"], row["outcome"], row["deployed"]]),
    [
      [3, "rolled_back", false],
      [4, "completed", true],
      [1, null, false],
    ],
  );
  assert.equal((await deployment(second.id))["retry_of"], first.id);
});

test("an interaction has its answer as text, and a secret has none", async () => {
  const { id } = await aJob(db)
    .asked("choices", { answer: "b", by: "bob", afterSeconds: 30 })
    .asked(
      { ...QUESTIONS.text, default: "Reverted", complaint: "Invalid choice: 'x'" },
      { answer: "", by: "al" },
    )
    .asked("secret", { answer: "hunter2" })
    .askedInVain("acknowledge")
    .succeeded();

  const rows = await rowsOf("interactions", id, "interaction_id");
  const [choices, text, secret, acknowledge] = rows;
  assert.deepEqual(
    [choices?.["options"], choices?.["default_answer"], choices?.["answer_text"]],
    [
      "Retry testserver checks | Ignore failure and continue deployment | Roll back all stages and terminate | Exit without rollback",
      "Retry testserver checks",
      "Roll back all stages and terminate",
    ],
  );
  assert.deepEqual(
    [
      choices?.["answered_by"],
      choices?.["waited_seconds"],
      choices?.["delivery"],
      choices?.["delivery_seconds"],
    ],
    ["bob", "30.000", "consumed", "0.250"],
  );
  assert.deepEqual(
    [text?.["options"], text?.["default_answer"], text?.["answer_text"], text?.["complaint"]],
    [null, "Reverted", "", "Invalid choice: 'x'"],
  );
  assert.deepEqual([secret?.["answer_text"], secret?.["answered_by"]], [null, "deployer"]);
  assert.deepEqual([acknowledge?.["state"], acknowledge?.["answered_by"]], ["withdrawn", null]);
  const everything = await query(db, "select to_jsonb(e) as row from history.events e where job_id = $1", [
    id,
  ]);
  assert.doesNotMatch(JSON.stringify([rows, everything]), /hunter2/);
});

test("a phase separates work from waiting, and an unfinished phase ends with its job", async () => {
  const { id } = await aJob(db)
    .startsPhase("outer")
    .phase("inner", 20)
    .asked("yes_no", { afterSeconds: 100 })
    .takes(7)
    .failed("exit_nonzero");

  const phases = await rowsOf("phases", id, "phase_id");
  assert.deepEqual(
    phases.map((row) => [
      row["name"],
      row["depth"],
      row["duration_seconds"],
      row["waiting_for_people_seconds"],
      row["working_seconds"],
      row["ended_with_job"],
    ]),
    [
      ["outer", 0, "127.250", "100.000", "27.250", true],
      ["inner", 1, "20.000", "0.000", "20.000", false],
    ],
  );
  assert.deepEqual(phases[0]?.["finished_at"], (await deployment(id))["finished_at"]);
});

test("an open phase has no end", async () => {
  const since = Date.now();
  const at = new Date(since - 60_000);
  const { id } = await aJob(db, { at, lane: "phase", queuedSeconds: 0 }).startsPhase("on").running();

  const [row] = await rowsOf("phases", id);
  assert.deepEqual([row?.["finished_at"], row?.["ended_with_job"]], [null, false]);
  near(row?.["duration_seconds"], 60, since);
});

test("sentences about a question with a long preamble contain its end, which is the question", async () => {
  const preamble = "Some of the servers did not answer in time. ".repeat(40);
  const { id } = await aJob(db, { lane: "long" }).waiting({
    on: { ...QUESTIONS.yes_no, message: `${preamble}\nGo on?` },
  });

  const asked = (await rowsOf("events", id, "seq")).at(-1);
  assert.match(String(asked?.["what"]), /^scap asks: … .{100,180} did not answer in time\. Go on\?$/);
});

test("a signal shows what was sent, to how many processes, and how fast", async () => {
  const { id } = await aJob(db)
    .signalled("terminate", { by: "carol", processes: 2 })
    .failed("killed", { exitSignal: 15 });

  const [row] = await rowsOf("signals", id);
  assert.deepEqual(
    [
      row?.["meaning"],
      row?.["requested_by"],
      row?.["process_count"],
      row?.["delivery_seconds"],
      row?.["job_outcome"],
    ],
    ["SIGTERM", "carol", 2, "0.100", "killed"],
  );
});

/** This many seconds at that moment, plus the seconds that have passed since. */
function near(actual: unknown, expected: number, since: number): void {
  const gone = (Date.now() - since) / 1000;
  const more = Number(actual) - expected;
  assert.ok(more > -1 && more < gone + 1, `${String(actual)} is not ${expected} and up to ${gone}`);
}
