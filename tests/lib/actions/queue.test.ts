// The order of a queue while workers claim its jobs and people move and cancel them: the lock of the lane makes them take turns.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { cancelJobs } from "#lib/actions/cancel-job.ts";
import { moveQueuedJob } from "#lib/actions/move-queued-job.ts";
import { closeDatabase, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { claimNextJob, holdLease } from "#lib/db/runs.ts";
import { insertWorker } from "#lib/db/workers.ts";
import { NO_EVIDENCE } from "#lib/domain/evidence.ts";
import type { User } from "#lib/domain/permission.ts";
import { writeEnd } from "../../../worker/finish-job.ts";
import { both, codes } from "./race-rounds.ts";
import { testDatabase } from "../../support/database.ts";
import { aJob } from "../../seed/seed.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "queue");
const context = { db };
after(async () => {
  await closeDatabase(db);
  await database.close();
});
const worker = { id: "00000000-0000-4000-8000-000000000001", host: "deploy1" };
await insertWorker(db, { ...worker, pid: 1, version: "0", publicKey: "" });

const ROUNDS = 6;
let count = 0;
const lane = () => `lane-${(count += 1)}`;
const person = (name: string): User => ({ id: name, name, role: "deployer" });
/** What a worker does when its scap has ended. */
const end = (jobId: number) =>
  transaction(db, async (tx) => {
    const lease = { jobId, epoch: 1 };
    await holdLease(tx, lease);
    await writeEnd(tx, lease, { exitCode: 1, at: new Date() }, NO_EVIDENCE);
  });

/** The ids of the queued jobs of a lane, in the order in which they start. */
async function queueOf(name: string): Promise<number[]> {
  const found = await query<{ id: number }>(
    db,
    "select id from spiderpig.job where lane = $1 and state = 'queued' order by queue_rank",
    [name],
  );
  return found.map(({ id }) => id);
}

async function aQueue(name: string): Promise<[first: number, second: number, third: number]> {
  const [first, second, third] = [
    await aJob(db, { lane: name }).queued(),
    await aJob(db, { lane: name }).queued(),
    await aJob(db, { lane: name }).queued(),
  ];
  return [first.id, second.id, third.id];
}

test("a move and a claim: the job that is first when it is claimed starts, and the queue keeps its order", async () => {
  const started = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const name = lane();
    const [first, second, third] = await aQueue(name);
    const move = () => moveQueuedJob(context, person("alice"), { jobId: third, before: first });
    const claim = () => transaction(db, (tx) => claimNextJob(tx, name, worker));

    const [moved, claimed] = await both(round, move, claim);

    assert.equal(claimed?.status, "fulfilled");
    const id = (claimed.value as { id: number } | undefined)?.id;
    const [code] = codes(moved === undefined ? [] : [moved]);
    if (id === third) {
      started.add("the moved one");
      assert.deepEqual([code, await queueOf(name)], ["ok", [first, second]]);
    } else {
      started.add("the first one");
      assert.deepEqual([id, code, await queueOf(name)], [first, "order_changed", [second, third]]);
    }
    await end(id ?? 0);
  }
  assert.ok(started.size > 0);
});

test("a job that has started is not moved, whichever of the two comes first", async () => {
  const name = lane();
  const [first, second, third] = await aQueue(name);
  await moveQueuedJob(context, person("alice"), { jobId: third, before: first });
  const claimed = await transaction(db, (tx) => claimNextJob(tx, name, worker));
  assert.equal(claimed?.id, third);

  const results = await Promise.allSettled([
    moveQueuedJob(context, person("alice"), { jobId: third, before: null }),
    moveQueuedJob(context, person("alice"), { jobId: second, before: third }),
  ]);

  assert.deepEqual(codes(results), ["job_already_started", "order_changed"]);
  assert.deepEqual(await queueOf(name), [first, second]);
  await end(third);
});

test("jobs that are cancelled together and a claim: one of them starts or all are cancelled, and the answer says which", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const name = lane();
    const ids = await aQueue(name);
    const cancel = () => cancelJobs(context, person("alice"), ids.toReversed());
    const claim = () => transaction(db, (tx) => claimNextJob(tx, name, worker));

    const [cancelled, claimed] = await both(round, cancel, claim);

    assert.ok(cancelled?.status === "fulfilled" && claimed?.status === "fulfilled");
    const started = (claimed.value as { id: number } | undefined)?.id;
    const left = ids.filter((id) => id === started);
    assert.deepEqual(cancelled.value, {
      cancelled: ids.filter((id) => id !== started),
      notQueued: left,
    });
    assert.deepEqual(await queueOf(name), []);
    if (started !== undefined) await end(started);
  }
});

test("two people who move jobs of one queue at the same time both get what they asked for", async () => {
  const name = lane();
  const [first, second, third] = await aQueue(name);

  await Promise.all([
    moveQueuedJob(context, person("alice"), { jobId: third, before: first }),
    moveQueuedJob(context, person("bob"), { jobId: second, before: null }),
  ]);

  assert.deepEqual(await queueOf(name), [third, first, second]);
});
