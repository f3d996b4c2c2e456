// A job whose host is silent is declared lost: when that may be, what is left of the job, and who wins when its worker
// comes back, its scap ends, or somebody answers in the same instant.
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
import { fallSilent } from "../../support/heartbeats.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "losses");
const context = { db };
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
/** At once, begun in both orders, round about. @returns how the one and the two went. */
async function both(round: number, one: () => Promise<unknown>, two: () => Promise<unknown>) {
  if (round % 2 === 0) return (await Promise.allSettled([one(), two()])).map(outcomeOf);
  return (await Promise.allSettled([two(), one()])).map(outcomeOf).toReversed();
}

/** A waiting job of a host of its own, whose worker has been silent for so long. */
async function silentJob(seconds = LONG) {
  const host = `host-${count + 1}`;
  const seeded = await aJob(db, { lane: lane(), host }).waiting();
  await fallSilent(db, seeded.id, seconds);
  return { ...seeded, host, worker: { id: seeded.workerId ?? "", host } };
}

/** What a worker does when its scap has ended. */
const end = (jobId: number) =>
  transaction(db, async (tx) => {
    const lease = { jobId, epoch: 1 };
    await holdLease(tx, lease);
    await writeEnd(tx, lease, { exitCode: 1, at: new Date() }, NO_EVIDENCE);
  });

test("a job says since when its worker is silent, and that it is heard again", async () => {
  const { id, worker } = await silentJob(60);
  const silent = await jobOf(id);
  const agoMs = Date.now() - Date.parse(silent?.workerUnresponsiveSince ?? "");
  assert.ok(agoMs > 55_000 && agoMs < 120_000, String(agoMs));

  await touchWorker(db, worker, [id]);

  assert.equal((await jobOf(id))?.workerUnresponsiveSince, null);
});

test("nobody speaks of silence while a worker restarts, or when the job has ended", async () => {
  const short = await silentJob(1);
  assert.equal((await jobOf(short.id))?.workerUnresponsiveSince, null);
  const ended = await aJob(db, { lane: lane() }).succeeded();
  await fallSilent(db, ended.id, LONG);
  assert.equal((await jobOf(ended.id))?.workerUnresponsiveSince, null);
});

test("it is refused while the worker is heard, before five minutes are over, and when the job does not run", async () => {
  const running = await aJob(db, { lane: lane() }).running();
  await assert.rejects(declare(running.id), refusal("worker_responding"));
  const early = await silentJob(240);
  await assert.rejects(declare(early.id), refusal("worker_responding"));
  const queued = await aJob(db, { lane: lane() }).queued();
  await assert.rejects(declare(queued.id), refusal("job_already_ended"));
  const ended = await aJob(db, { lane: lane() }).succeeded();
  await assert.rejects(declare(ended.id), refusal("job_already_ended"));
  await assert.rejects(declare(999_999), refusal("job_not_found"));
  assert.equal((await jobOf(early.id))?.state, "waiting");
});

test("a job that is declared lost has no open question, and its lane waits for a person", async () => {
  const { id, host } = await silentJob();
  const own = (await jobOf(id))?.lane ?? "";
  const next = await aJob(db, { lane: own }).queued();
  await signalJob(context, deployer, { jobId: id, kind: "interrupt" });

  const job = await declare(id);

  assert.deepEqual([job.state, job.outcome, job.workerUnresponsiveSince], ["lost", "holder_lost", null]);
  assert.deepEqual([job.declaredLost?.by, job.declaredLost?.note, job.foundRunning], ["root", NOTE, null]);
  assert.equal(job.interactions[0]?.state, "withdrawn");
  assert.notEqual(job.signals[0]?.deliveredAt, null);
  const told = (await eventsOf(id)).slice(-4);
  assert.deepEqual(
    told.map(({ kind, actor }) => [kind, actor]),
    [
      ["job_declared_lost", "root"],
      ["interaction_withdrawn", null],
      ["signal_delivered", "alice"],
      ["job_finished", null],
    ],
  );
  assert.equal(
    told[0]?.what,
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
  await releaseLane(context, admin, { jobId: id, note: "nothing runs there" });
  assert.equal((await claim())?.id, next.id);
});

test("of an answer that nobody may have typed the history does not claim to know", async () => {
  const { id, pendingId } = await silentJob();
  await answer(id, pendingId);

  const job = await declare(id);

  assert.equal(job.interactions[0]?.answer?.delivery, "undelivered");
  const settled = (await eventsOf(id)).find(({ kind }) => kind === "answer_settled");
  assert.match(String(settled?.data["why"]), /it is unknown whether scap read it$/);
});

test("it is declared lost once", async () => {
  const { id } = await silentJob();
  const results = (await Promise.allSettled([declare(id), declare(id), declare(id)])).map(outcomeOf);
  assert.deepEqual(results.toSorted(), ["job_already_ended", "job_already_ended", "ok"]);
  assert.equal((await eventsOf(id)).filter(({ kind }) => kind === "job_declared_lost").length, 1);
});

// Against the worker that comes back

test("a worker that is heard first keeps its job", async () => {
  const { id, worker } = await silentJob();
  await touchWorker(db, worker, [id]);
  await assert.rejects(declare(id), refusal("worker_responding"));
  await transaction(db, (tx) => holdLease(tx, { jobId: id, epoch: 1 }));
});

test("a worker that comes back after it was declared lost can write nothing, and is told that its lease is over", async () => {
  const { id, worker } = await silentJob();
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

test("a new worker of the host that takes over first has the job; otherwise there is none to take over", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id, host } = await silentJob();
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

test("the heartbeat and the declaration at once: one of the two stories, and the lease tells which", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id, worker } = await silentJob();
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

test("the end of scap and the declaration at once: the first one is written, the other one is refused", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id } = await silentJob();
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

test("an answer and the declaration at once: given and of unknown fate, or withdrawn; never one that waits for ever", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id, pendingId } = await silentJob();
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
  const { id, host } = await silentJob();
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
