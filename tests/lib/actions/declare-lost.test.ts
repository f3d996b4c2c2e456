// Declaring a job lost whose host is unreachable: when it is permitted, what remains of the job, and which side wins when
// the worker reconnects, scap ends, or a person answers at the same time.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { answerInteraction } from "#lib/actions/answer-interaction.ts";
import { declareLost } from "#lib/actions/declare-lost.ts";
import { releaseLane } from "#lib/actions/release-lane.ts";
import { signalJob } from "#lib/actions/signal-job.ts";
import { closeDatabase, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { findJob } from "#lib/db/job-rows.ts";
import { claimNextJob, holdLease, LeaseLost, takeOverJob } from "#lib/db/runs.ts";
import { insertWorker, touchWorker } from "#lib/db/workers.ts";
import { listRevokedLeases, recordHolderFound } from "#lib/db/lost-jobs.ts";
import { NO_EVIDENCE } from "#lib/domain/evidence.ts";
import type { User } from "#lib/domain/permission.ts";
import { AppError } from "#lib/errors.ts";
import { writeEnd } from "../../../worker/finish-job.ts";
import { testDatabase } from "../../support/database.ts";
import { aJob } from "../../seed/seed.ts";
import { setHeartbeatAge } from "../../seed/heartbeats.ts";
import { ORIGIN } from "../../support/origin.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "losses");
const context = { db, origin: ORIGIN, policy: NO_POLICY };
after(async () => {
  await closeDatabase(db);
  await database.close();
});

const ROUNDS = 8;
const LONG = 6 * 60;
let count = 0;
const lane = () => `lane-${(count += 1)}`;
const admin: User = { id: "root", name: "root", role: "admin" };
const deployer: User = { id: "alice", name: "alice", role: "deployer" };
const NOTE = "The rack has no power.";
const declare = (jobId: number) => declareLost(context, admin, { jobId, note: NOTE });
const answer = (jobId: number, interactionId: number | undefined) =>
  answerInteraction(context, deployer, { jobId, interactionId: interactionId ?? 0, value: true });

const jobOf = async (id: number) => (await findJob(db, id))?.job;
async function eventsOf(id: number) {
  return query<{ kind: string; actor: string | null; data: Record<string, unknown>; what: string }>(
    db,
    "select kind, actor, data, what from history.events where job_id = $1 order by seq",
    [id],
  );
}
const refusal = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;
const outcomeOf = (result: PromiseSettledResult<unknown> | undefined) => {
  if (result?.status === "fulfilled") return "ok";
  if (result?.reason instanceof AppError) return result.reason.code;
  if (result?.reason instanceof LeaseLost) return "lease_lost";
  throw result?.reason;
};
/** Runs both concurrently, alternating which starts first. @returns the outcomes of `one` and `two`. */
async function both(round: number, one: () => Promise<unknown>, two: () => Promise<unknown>) {
  if (round % 2 === 0) return (await Promise.allSettled([one(), two()])).map(outcomeOf);
  return (await Promise.allSettled([two(), one()])).map(outcomeOf).toReversed();
}

/** A waiting job on a separate host, whose worker has been unreachable for this long. */
async function unreachableJob(seconds = LONG) {
  const host = `host-${count + 1}`;
  const seeded = await aJob(db, { lane: lane(), host }).waiting();
  await setHeartbeatAge(db, seeded.id, seconds);
  return { ...seeded, host, worker: { id: seeded.workerId ?? "", host } };
}

/** What a worker does when its scap has ended. */
const end = (jobId: number) =>
  transaction(db, async (tx) => {
    const lease = { jobId, epoch: 1 };
    await holdLease(tx, lease);
    await writeEnd(tx, lease, { exitCode: 1, at: new Date() }, NO_EVIDENCE);
  });

test("a job shows since when its worker is unreachable, until the worker sends a heartbeat again", async () => {
  const { id, worker } = await unreachableJob(60);
  const unreachable = await jobOf(id);
  const agoMs = Date.now() - Date.parse(unreachable?.workerUnresponsiveSince ?? "");
  assert.ok(agoMs > 55_000 && agoMs < 120_000, String(agoMs));

  await touchWorker(db, worker, [id]);

  assert.equal((await jobOf(id))?.workerUnresponsiveSince, null);
});

test("a worker is not reported as unreachable while it restarts, or when the job has ended", async () => {
  const short = await unreachableJob(1);
  assert.equal((await jobOf(short.id))?.workerUnresponsiveSince, null);
  const ended = await aJob(db, { lane: lane() }).succeeded();
  await setHeartbeatAge(db, ended.id, LONG);
  assert.equal((await jobOf(ended.id))?.workerUnresponsiveSince, null);
});

test("the declaration is refused while the worker sends heartbeats, before five minutes have passed, and when the job is not running", async () => {
  const running = await aJob(db, { lane: lane() }).running();
  await assert.rejects(declare(running.id), refusal("worker_responding"));
  const early = await unreachableJob(240);
  await assert.rejects(declare(early.id), refusal("worker_responding"));
  const queued = await aJob(db, { lane: lane() }).queued();
  await assert.rejects(declare(queued.id), refusal("job_already_ended"));
  const ended = await aJob(db, { lane: lane() }).succeeded();
  await assert.rejects(declare(ended.id), refusal("job_already_ended"));
  await assert.rejects(declare(999_999), refusal("job_not_found"));
  assert.equal((await jobOf(early.id))?.state, "waiting");
});

test("a job that is declared lost has no open question, and keeps its lane until a person releases it", async () => {
  const { id, host } = await unreachableJob();
  const own = (await jobOf(id))?.lane ?? "";
  const next = await aJob(db, { lane: own }).queued();
  await signalJob(context, deployer, { jobId: id, kind: "interrupt" });

  const job = await declare(id);

  assert.deepEqual([job.state, job.outcome, job.workerUnresponsiveSince], ["lost", "holder_lost", null]);
  assert.deepEqual([job.declaredLost?.by, job.declaredLost?.note, job.foundRunning], ["root", NOTE, null]);
  assert.equal(job.interactions[0]?.state, "withdrawn");
  assert.notEqual(job.signals[0]?.deliveredAt, null);
  const recent = (await eventsOf(id)).slice(-4);
  assert.deepEqual(
    recent.map(({ kind, actor }) => [kind, actor]),
    [
      ["job_declared_lost", "root"],
      ["interaction_withdrawn", null],
      ["signal_delivered", "alice"],
      ["job_finished", null],
    ],
  );
  assert.equal(
    recent[0]?.what,
    `root declared the job lost, because ${host} did not respond for 6 minutes: ${NOTE}`,
  );
  const [row] = await query<{ reason: string }>(
    db,
    "select outcome_reason as reason from history.deployments where job_id = $1",
    [id],
  );
  assert.equal(
    row?.reason,
    `${host} did not respond for 6 minutes, and root declared the job lost (${NOTE}). How scap ended is unknown.`,
  );

  const other = { id: "00000000-0000-4000-8000-000000000001", host: "elsewhere" };
  await insertWorker(db, { ...other, pid: 1, version: "0", publicKey: "" });
  const claim = () => transaction(db, (tx) => claimNextJob(tx, own, other));
  assert.equal(await claim(), undefined);
  await releaseLane(context, admin, { jobId: id, note: "no job of the lane starts" });
  assert.equal((await claim())?.id, next.id);
});

test("the history reports an answer that may not have been typed as unknown", async () => {
  const { id, pendingId } = await unreachableJob();
  await answer(id, pendingId);

  const job = await declare(id);

  assert.equal(job.interactions[0]?.answer?.delivery, "undelivered");
  const settled = (await eventsOf(id)).find(({ kind }) => kind === "answer_settled");
  assert.match(String(settled?.data["why"]), /it is unknown whether scap read it$/);
});

test("a job is declared lost once", async () => {
  const { id } = await unreachableJob();
  const results = (await Promise.allSettled([declare(id), declare(id), declare(id)])).map(outcomeOf);
  assert.deepEqual(results.toSorted(), ["job_already_ended", "job_already_ended", "ok"]);
  assert.equal((await eventsOf(id)).filter(({ kind }) => kind === "job_declared_lost").length, 1);
});

// Races with the returning worker

test("a worker whose heartbeat comes first keeps its job", async () => {
  const { id, worker } = await unreachableJob();
  await touchWorker(db, worker, [id]);
  await assert.rejects(declare(id), refusal("worker_responding"));
  await transaction(db, (tx) => holdLease(tx, { jobId: id, epoch: 1 }));
});

test("a worker that returns after the declaration can write nothing, and gets the error that its lease is lost", async () => {
  const { id, worker } = await unreachableJob();
  await declare(id);
  assert.equal((await touchWorker(db, worker, [id])).isWanted, false);
  await assert.rejects(
    transaction(db, (tx) => holdLease(tx, { jobId: id, epoch: 1 })),
    LeaseLost,
  );
  await assert.rejects(end(id), LeaseLost);
  assert.deepEqual(await listRevokedLeases(db, [{ jobId: id, epoch: 1 }]), [{ jobId: id, epoch: 1 }]);
  assert.equal((await jobOf(id))?.outcome, "holder_lost");
});

test("a new worker of the host that takes over first gets the job; otherwise there is no job to take over", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id, host } = await unreachableJob();
    const heir = { id: `00000000-0000-4000-8000-${String(1000 + round).padStart(12, "0")}`, host };
    await insertWorker(db, { ...heir, pid: 1, version: "0", publicKey: "" });
    let taken: number | undefined;
    const takeOver = async () => {
      taken = (await transaction(db, (tx) => takeOverJob(tx, heir)))?.id;
    };
    const [declared] = await both(round, () => declare(id), takeOver);
    seen.add(declared ?? "");
    const job = await jobOf(id);
    if (taken === id) {
      assert.equal(declared, "worker_responding");
      assert.equal(job?.state, "waiting");
    } else {
      assert.equal(job?.state, "lost");
      assert.equal(declared, "ok");
    }
  }
  assert.ok(seen.size > 0);
});

test("a concurrent heartbeat and declaration: one of them wins, and the lease shows which", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id, worker } = await unreachableJob();
    const [declared] = await both(
      round,
      () => declare(id),
      () => touchWorker(db, worker, [id]),
    );
    const over = await listRevokedLeases(db, [{ jobId: id, epoch: 1 }]);
    assert.equal(declared, over.length === 1 ? "ok" : "worker_responding");
    assert.equal((await jobOf(id))?.state, over.length === 1 ? "lost" : "waiting");
  }
});

test("a concurrent end of scap and declaration: the first one is written, the other one is refused", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id } = await unreachableJob();
    const results = await both(
      round,
      () => declare(id),
      () => end(id),
    );
    const isLost = results[0] === "ok";
    assert.deepEqual(results, isLost ? ["ok", "lease_lost"] : ["job_already_ended", "ok"]);
    assert.equal((await jobOf(id))?.outcome, isLost ? "holder_lost" : "exit_nonzero");
  }
});

test("a concurrent answer and declaration: accepted with unknown delivery, or withdrawn; never left pending", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id, pendingId } = await unreachableJob();
    const [declared, answered] = await both(
      round,
      () => declare(id),
      () => answer(id, pendingId),
    );
    assert.equal(declared, "ok");
    const interaction = (await jobOf(id))?.interactions[0];
    if (answered === "ok") assert.equal(interaction?.answer?.delivery, "undelivered");
    else assert.deepEqual([answered, interaction?.state], ["interaction_withdrawn", "withdrawn"]);
  }
});

test("that scap is still running is recorded once, however many workers of its host find it", async () => {
  const { id, host } = await unreachableJob();
  await declare(id);
  const find = () => transaction(db, (tx) => recordHolderFound(tx, id, { host, pid: 4711 }));
  const results = await Promise.all([find(), find(), find()]);
  assert.equal(results.filter(Boolean).length, 1);
  const job = await jobOf(id);
  assert.deepEqual([job?.foundRunning?.host, job?.foundRunning?.pid], [host, 4711]);
  assert.equal(
    (await eventsOf(id)).at(-1)?.what,
    `scap is still running on ${host} (process 4711), although the job was declared lost: its questions cannot be answered, and its output is not stored.`,
  );
});
