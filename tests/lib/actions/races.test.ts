// Two people, or a person and a worker, change one job at the same time. The first one wins, the other one gets an error
// that says so, and no row stays unsettled.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { answerInteraction } from "#lib/actions/answer-interaction.ts";
import { cancelJob } from "#lib/actions/cancel-job.ts";
import { freezeLane } from "#lib/actions/freeze-lane.ts";
import { signalJob } from "#lib/actions/signal-job.ts";
import { closeDatabase, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { listUnsettledAnswers, withdrawPrompt } from "#lib/db/interactions.ts";
import { lockJob } from "#lib/db/jobs.ts";
import { insertFreeze, lockLane } from "#lib/db/lanes.ts";
import { claimNextJob, holdLease, isLaneTaken } from "#lib/db/runs.ts";
import { insertWorker } from "#lib/db/workers.ts";
import { NO_EVIDENCE } from "#lib/domain/evidence.ts";
import type { User } from "#lib/domain/permission.ts";
import { AppError } from "#lib/errors.ts";
import { createWorkerQueue, workerQueue } from "#lib/queue/queues.ts";
import { writeEnd } from "../../../worker/finish-job.ts";
import { both, codes } from "./race-rounds.ts";
import { testDatabase } from "../../support/database.ts";
import { aJob } from "../../seed/seed.ts";
import { until } from "../../support/until.ts";
import { ORIGIN } from "../../support/origin.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "races");
const context = { db, origin: ORIGIN, policy: NO_POLICY };
after(async () => {
  await closeDatabase(db);
  await database.close();
});
const worker = { id: "00000000-0000-4000-8000-000000000001", host: "deploy1" };
await insertWorker(db, { ...worker, pid: 1, version: "0", publicKey: "" });

const ROUNDS = 12;
let count = 0;
const lane = () => `lane-${(count += 1)}`;
const person = (name: string): User => ({ id: name, name, role: "deployer" });
const answer = (jobId: number, interactionId: number | undefined, name = "alice") =>
  answerInteraction(context, person(name), { jobId, interactionId: interactionId ?? 0, value: true });
/** What a worker does when its scap has ended. */
const end = (jobId: number) =>
  transaction(db, async (tx) => {
    const lease = { jobId, epoch: 1 };
    await holdLease(tx, lease);
    await writeEnd(tx, lease, { exitCode: 1, at: new Date() }, NO_EVIDENCE);
  });

async function leftOpen(jobId: number): Promise<number> {
  const [row] = await query<{ open: number }>(
    db,
    `select (select count(*) from spiderpig.interaction where job_id = $1 and state = 'pending')::integer
          + (select count(*) from spiderpig.interaction i join spiderpig.answer a on a.interaction_id = i.id
             where i.job_id = $1 and a.settled_at is null)::integer
          + (select count(*) from spiderpig.signal where job_id = $1 and delivered_at is null)::integer as open`,
    [jobId],
  );
  return row?.open ?? -1;
}

test("an answer and the end of the job: answered and settled, or withdrawn; no answer stays unsettled", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id, pendingId } = await aJob(db, { lane: lane() }).waiting();
    const [code] = codes(
      await both(
        round,
        () => answer(id, pendingId),
        () => end(id),
      ),
    );
    seen.add(code ?? "");
    assert.ok(code === "ok" || code === "interaction_withdrawn", String(code));
    assert.equal(await leftOpen(id), 0);
  }
  assert.ok(seen.size > 0);
});

test("a signal and the end of the job: settled, or refused", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id } = await aJob(db, { lane: lane() }).running();
    const signal = () => signalJob(context, person("bob"), { jobId: id, kind: "interrupt" });
    const [code] = codes(await both(round, signal, () => end(id)));
    assert.ok(code === "ok" || code === "job_already_ended", String(code));
    assert.equal(await leftOpen(id), 0);
  }
});

test("an answer and a withdrawal: one of them, and the job continues in either case", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id, pendingId } = await aJob(db, { lane: lane() }).waiting();
    const withdraw = () =>
      transaction(db, async (tx) => {
        await holdLease(tx, { jobId: id, epoch: 1 });
        return withdrawPrompt(tx, id, "prompt-1", "moved_on");
      });
    const results = await both(round, () => answer(id, pendingId), withdraw);
    const [code] = codes(results);
    const withdrawn = results[1]?.status === "fulfilled" && results[1].value;
    assert.equal(code, withdrawn === true ? "interaction_withdrawn" : "ok");
  }
});

test("ten answers at once: one is accepted, and nine are refused with the name of its author", async () => {
  const { id, pendingId } = await aJob(db, { lane: lane() }).waiting();
  const names = Array.from({ length: 10 }, (_, index) => `person-${index}`);
  const results = await Promise.allSettled(names.map((name) => answer(id, pendingId, name)));
  const won = names.filter((_, index) => results[index]?.status === "fulfilled");
  assert.equal(won.length, 1);
  for (const result of results) {
    if (result.status === "fulfilled") continue;
    assert.ok(result.reason instanceof AppError);
    assert.equal(result.reason.code, "interaction_already_answered");
    assert.match(result.reason.detail ?? "", new RegExp(`^${won[0]} answered "yes"`));
  }
});

test("an answer to a closed question is refused as closed, even if it is invalid or no worker is running", async () => {
  for (const kind of ["yes_no", "secret"] as const) {
    const { id, pendingId } = await aJob(db, { lane: lane() }).waiting({ on: kind });
    await end(id);
    await query(
      db,
      "update spiderpig.worker set stopped_at = now() where id in (select worker_id from spiderpig.job where id = $1)",
      [id],
    );
    const late = answerInteraction(context, person("bob"), {
      jobId: id,
      interactionId: pendingId ?? 0,
      value: "late",
    });
    assert.deepEqual(codes(await Promise.allSettled([late])), ["interaction_withdrawn"], kind);
  }
});

test("only the accepted answer sends a message to the worker, however many arrive at once", async () => {
  const { id, pendingId } = await aJob(db, { lane: lane() }).waiting();
  await createWorkerQueue(db, await workerOf(id));
  const names = Array.from({ length: 10 }, (_, index) => `person-${index}`);

  await Promise.allSettled(names.map((name) => answer(id, pendingId, name)));

  assert.deepEqual(await messages(await workerOf(id)), [{ jobId: id }]);
});

test("an answer and a takeover: the new worker finds the answer in the rows, or is sent the message", async () => {
  const heir = { id: randomUUID(), host: "deploy1" };
  await insertWorker(db, { ...heir, pid: 2, version: "0", publicKey: "" });
  await createWorkerQueue(db, heir.id);
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id, pendingId } = await aJob(db, { lane: lane() }).waiting();
    const former = await workerOf(id);
    await createWorkerQueue(db, former);
    const isMessageOfJob = (message: { jobId: number }) => message.jobId === id;
    /** As the new worker does: it takes the job over, and reads unsettled rows after the commit. */
    const takeOver = async () => {
      await query(
        db,
        "update spiderpig.job set worker_id = $2, lease_epoch = lease_epoch + 1 where id = $1",
        [id, heir.id],
      );
      return listUnsettledAnswers(db, id);
    };

    const results = await both(round, () => answer(id, pendingId), takeOver);

    assert.deepEqual(codes(results), ["ok", "ok"]);
    const found = (results[1] as PromiseFulfilledResult<unknown[]>).value.length > 0;
    const isSent = (await messages(heir.id)).some(isMessageOfJob);
    assert.ok(found || isSent, "the new worker is not notified of the answer");
    assert.equal(
      (await messages(former)).some(isMessageOfJob),
      !isSent,
      "exactly one worker has the message",
    );
  }
});

test("an answer is accepted even if the queue of its worker was removed: the next worker reads the rows", async () => {
  const { id, pendingId } = await aJob(db, { lane: lane() }).waiting();

  const accepted = await answer(id, pendingId);

  assert.equal(accepted.state, "answered");
  assert.equal((await listUnsettledAnswers(db, id)).length, 1);
});

async function workerOf(jobId: number): Promise<string> {
  const [row] = await query<{ id: string }>(db, "select worker_id as id from spiderpig.job where id = $1", [
    jobId,
  ]);
  return row?.id ?? "";
}

async function messages(workerId: string): Promise<{ jobId: number }[]> {
  const rows = await query<{ data: { jobId: number } }>(db, "select data from pgboss.job where name = $1", [
    workerQueue(workerId),
  ]);
  return rows.map(({ data }) => data);
}

test("a cancellation and a claim: the job is cancelled, or claimed and cannot be cancelled", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const own = lane();
    const { id } = await aJob(db, { lane: own }).queued();
    const claim = () => transaction(db, (tx) => claimNextJob(tx, own, worker));
    const results = await both(round, () => cancelJob(context, person("bob"), id), claim);
    const [code] = codes(results);
    const claimed = results[1]?.status === "fulfilled" ? results[1].value : undefined;
    assert.equal(code, claimed === undefined ? "ok" : "job_already_started");
  }
});

test("many workers and one lane: each job is claimed once, in order, and never two at a time", async () => {
  const own = lane();
  const ids: number[] = [];
  for (let index = 0; index < 6; index += 1) ids.push((await aJob(db, { lane: own }).queued()).id);
  const order: number[] = [];
  while (order.length < ids.length) {
    const claims = await Promise.allSettled(
      Array.from({ length: 8 }, () => transaction(db, (tx) => claimNextJob(tx, own, worker))),
    );
    const claimed = claims.flatMap((result) => {
      if (result.status === "rejected") assert.ok(isLaneTaken(result.reason), String(result.reason));
      return result.status === "fulfilled" && result.value !== undefined ? [result.value.id] : [];
    });
    assert.equal(claimed.length, 1);
    order.push(...claimed);
    await end(claimed[0] ?? 0);
  }
  assert.deepEqual(order, ids);
});

const waiting = (count: number) => async () => {
  const rows = await query(
    db,
    `select from pg_stat_activity
     where datname = current_database() and application_name = 'races' and wait_event_type = 'Lock'`,
  );
  return rows.length === count;
};

test("a confirmed freeze lets no job start, even one whose start was waiting", async () => {
  const own = lane();
  const { id } = await aJob(db, { lane: own }).queued();
  const { promise: isDecided, resolve: decide } = Promise.withResolvers<void>();
  const { promise: isHeld, resolve: hold } = Promise.withResolvers<void>();
  const holding = transaction(db, async (tx) => {
    await lockJob(tx, id);
    hold();
    await isDecided;
  });
  await isHeld;
  const claiming = transaction(db, (tx) => claimNextJob(tx, own, worker));
  await until("the start to wait", waiting(1));
  let isFrozen = false;
  const freezing = freezeLane(context, person("admin"), { lane: own, reason: "x", until: null }).then(
    () => (isFrozen = true),
  );
  const isOver = waiting(2);
  await until("the freeze to be done, or to wait too", async () => isFrozen || (await isOver()));
  const wasFrozen = isFrozen;

  decide();
  const [claimed] = await Promise.all([claiming, freezing, holding]);

  assert.ok(!(wasFrozen && claimed !== undefined), "it started in a frozen lane");
});

test("a start during a freeze's transaction waits for it, and starts nothing", async () => {
  const own = lane();
  await aJob(db, { lane: own }).queued();
  const { promise: isDecided, resolve: decide } = Promise.withResolvers<void>();
  const { promise: isWritten, resolve: write } = Promise.withResolvers<void>();
  const freezing = transaction(db, async (tx) => {
    await insertFreeze(tx, { lane: own, reason: "x", frozenBy: "admin", until: null });
    write();
    await isDecided;
  });
  await isWritten;
  const claiming = transaction(db, (tx) => claimNextJob(tx, own, worker));
  await until("the start to wait", waiting(1));

  decide();

  await freezing;
  assert.equal(await claiming, undefined);
});

test("a start that waited for the end of the previous job is recorded as later than that end", async () => {
  const own = lane();
  const first = await aJob(db, { lane: own }).running();
  const second = await aJob(db, { lane: own }).queued();
  const { promise: isDecided, resolve: decide } = Promise.withResolvers<void>();
  const { promise: isHeld, resolve: hold } = Promise.withResolvers<void>();
  const holding = transaction(db, async (tx) => {
    await lockLane(tx, own);
    hold();
    await isDecided;
  });
  await isHeld;
  const claiming = transaction(db, (tx) => claimNextJob(tx, own, worker));
  await until("the start to wait", waiting(1));
  await end(first.id);

  decide();

  await holding;
  assert.equal((await claiming)?.id, second.id);
  const [row] = await query<{ isLater: boolean }>(
    db,
    `select s.started_at > f.lane_released_at as "isLater"
     from spiderpig.job f, spiderpig.job s
     where f.id = $1 and s.id = $2`,
    [first.id, second.id],
  );
  assert.deepEqual(row, { isLater: true });
});
