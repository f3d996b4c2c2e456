// Which host starts the jobs of a lane: the one it is bound to, while it is not drained and can do the operation.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import process from "node:process";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { drainHost, switchLane, undrainHost } from "#lib/actions/manage-hosts.ts";
import { closeDatabase, openDatabase, query, transaction, type Transaction } from "#lib/db/connection.ts";
import { returnToQueue } from "#lib/db/failed-starts.ts";
import { drainHostRow, listHosts } from "#lib/db/hosts.ts";
import { listLanes, switchLaneRow } from "#lib/db/lanes.ts";
import { claimNextJob } from "#lib/db/runs.ts";
import { insertWorker, touchWorker } from "#lib/db/workers.ts";
import { backport } from "#lib/operations/backport.ts";
import { aJob } from "../../seed/seed.ts";
import { testDatabase } from "../../support/database.ts";
import { ORIGIN } from "../../support/origin.ts";
import { until } from "../../support/until.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "hosts");
after(async () => {
  await closeDatabase(db);
  await database.close();
});
const context = { db, origin: ORIGIN, actor: "admin" };
const one = await aWorker("deploy1");
const two = await aWorker("deploy2");
let lanes = 0;
const aLane = () => `lane-${(lanes += 1)}`;

async function aWorker(host: string, operations?: string[]) {
  const worker = { id: randomUUID(), host };
  await insertWorker(db, { ...worker, pid: 1, version: "0", publicKey: "", operations });
  return worker;
}

const claim = async (lane: string, worker: { id: string; host: string }) =>
  (await transaction(db, (tx) => claimNextJob(tx, lane, worker)))?.id;
const end = (id: number) =>
  query(
    db,
    `update spiderpig.job set state = 'failed', outcome = 'killed', finished_at = now(), lane_released_at = now()
     where id = $1`,
    [id],
  );
const hostOf = async (lane: string) => (await listLanes(db)).find(({ name }) => name === lane)?.host;
const reason = "deploy1 is being replaced";

/** Runs the work in a transaction that commits only when `commit` is called. Resolves when the work is done. */
async function uncommitted(work: (tx: Transaction) => Promise<unknown>) {
  const worked = Promise.withResolvers<void>();
  const decided = Promise.withResolvers<void>();
  const done = transaction(db, async (tx) => {
    await work(tx);
    worked.resolve();
    await decided.promise;
  });
  await worked.promise;
  return async () => {
    decided.resolve();
    await done;
  };
}

async function untilItWaitsForALock(): Promise<void> {
  await until("the other transaction to wait for a lock", async () => {
    const waiting = await query(
      db,
      `select from pg_stat_activity
       where datname = current_database() and application_name = 'hosts' and wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });
}

test("the first job of a lane binds it to the host that starts it, which the history of the job says", async () => {
  const lane = aLane();
  const { id } = await aJob(db, { lane }).queued();
  const next = await aJob(db, { lane }).queued();
  assert.equal(await hostOf(lane), null);

  assert.equal(await claim(lane, one), id);
  assert.equal(await hostOf(lane), "deploy1");
  await end(id);

  assert.equal(await claim(lane, two), undefined, "another host took the lane over by chance");
  assert.equal(await claim(lane, one), next.id);
  const events = await query<{ what: string }>(
    db,
    "select what from history.events where job_id = any($1) and kind = 'lane_bound'",
    [[id, next.id]],
  );
  assert.deepEqual(events, [{ what: `From now on, only deploy1 starts jobs of the lane ${lane}.` }]);
});

test("an admin switches a lane: the running job stays on its host, the next one starts on the new host", async () => {
  const lane = aLane();
  const running = await aJob(db, { lane }).queued();
  const next = await aJob(db, { lane }).queued();
  await claim(lane, one);

  await switchLane(context, { lane, host: "deploy2", reason });

  assert.equal(await claim(lane, two), undefined, "two jobs of a lane ran at the same time");
  await end(running.id);
  assert.equal(await claim(lane, one), undefined);
  assert.equal(await claim(lane, two), next.id);
  const [event] = await query(
    db,
    "select kind, actor, target, details from spiderpig.audit_event where target = $1",
    [lane],
  );
  assert.deepEqual(event, {
    kind: "lane_switched",
    actor: "admin",
    target: lane,
    details: { from: "deploy1", to: "deploy2", reason },
  });
  await assert.rejects(switchLane(context, { lane, host: "deploy3", reason }), { code: "host_not_found" });
});

test("a claim that waits for a switch of the lane respects it", async () => {
  const lane = aLane();
  const { id } = await aJob(db, { lane }).queued();
  const commit = await uncommitted((tx) => switchLaneRow(tx, lane, "deploy2"));
  const claiming = claim(lane, one);
  await untilItWaitsForALock();

  await commit();

  assert.equal(await claiming, undefined);
  assert.equal(await claim(lane, two), id);
});

test("a switch of the lane that waits for a claim does not change where that job runs", async () => {
  const lane = aLane();
  const { id } = await aJob(db, { lane }).queued();
  const commit = await uncommitted((tx) => claimNextJob(tx, lane, one));
  const switching = switchLane(context, { lane, host: "deploy2", reason });
  await untilItWaitsForALock();

  await commit();
  await switching;

  const [job] = await query(db, "select host, state from spiderpig.job where id = $1", [id]);
  assert.deepEqual(job, { host: "deploy1", state: "running" });
  assert.equal(await hostOf(lane), "deploy2");
});

test("a drained host starts no jobs of any lane until its drain ends", async () => {
  const lane = aLane();
  const worker = await aWorker("drained");
  const { id } = await aJob(db, { lane }).queued();
  await drainHost(context, { host: "drained", reason });
  await assert.rejects(drainHost(context, { host: "drained", reason }), { code: "host_drained" });

  assert.equal(await claim(lane, worker), undefined);
  const drained = (await listHosts(db)).find(({ name }) => name === "drained");
  assert.deepEqual([drained?.drain?.by, drained?.drain?.reason], ["admin", reason]);

  await undrainHost(context, "drained");
  assert.equal(await claim(lane, worker), id);
  const kinds = await query(
    db,
    "select kind from spiderpig.audit_event where target = 'drained' order by id",
  );
  assert.deepEqual(kinds, [{ kind: "host_drained" }, { kind: "host_undrained" }]);
  await assert.rejects(undrainHost(context, "drained"), { code: "not_found" });
});

test("a claim that waits for a drain of its host respects it", async () => {
  const worker = await aWorker("draining");
  const lane = aLane();
  await aJob(db, { lane }).queued();
  const commit = await uncommitted((tx) => drainHostRow(tx, "draining", "admin", reason));
  const claiming = claim(lane, worker);
  await untilItWaitsForALock();

  await commit();

  assert.equal(await claiming, undefined);
});

test("a drain that waits for a claim keeps that job running", async () => {
  const worker = await aWorker("claiming");
  const lane = aLane();
  const { id } = await aJob(db, { lane }).queued();
  const commit = await uncommitted((tx) => claimNextJob(tx, lane, worker));
  const draining = drainHost(context, { host: "claiming", reason });
  await untilItWaitsForALock();

  await commit();
  await draining;

  const [job] = await query(db, "select host, state from spiderpig.job where id = $1", [id]);
  assert.deepEqual(job, { host: "claiming", state: "running" });
});

test("a job that cannot be started tries each host once, and fails if no other host could start it", async () => {
  const lane = aLane();
  const { id } = await aJob(db, { lane, operation: { ...backport, hosts: ["deploy1", "deploy2"] } }).queued();
  await query(db, "update spiderpig.worker set heartbeat_at = now() + interval '1 hour' where id = any($1)", [
    [one.id, two.id],
  ]);
  const startAndFail = async (worker: { id: string; host: string }) => {
    const job = await transaction(db, (tx) => claimNextJob(tx, lane, worker));
    assert.ok(job !== undefined && job.id === id && !job.isTakenOver);
    return transaction(db, (tx) => returnToQueue(tx, job, "scap is missing."));
  };

  assert.equal(await startAndFail(one), true);
  assert.equal(await hostOf(lane), null, "the lane stayed with a host that has never started a job of it");
  assert.equal(await claim(lane, one), undefined, "the same host tried again");
  const [event] = await query<{ what: string }>(
    db,
    "select what from history.events where job_id = $1 and kind = 'job_not_started'",
    [id],
  );
  assert.equal(
    event?.what,
    "deploy1 could not start scap: scap is missing. The job returned to the queue for another host. Its lane is bound to no host again.",
  );

  assert.equal(await startAndFail(two), false, "no host is left");
});

test("a job stays on a host that cannot start it if a person has asked to end it, or another worker has it", async () => {
  const lane = aLane();
  await aJob(db, { lane }).queued();
  const job = await transaction(db, (tx) => claimNextJob(tx, lane, one));
  assert.ok(job !== undefined);
  const returned = (lease: Partial<typeof job> = {}) =>
    transaction(db, (tx) => returnToQueue(tx, { ...job, ...lease }, "scap is missing."));

  assert.equal(await returned({ leaseEpoch: job.leaseEpoch - 1 }), false);
  await query(
    db,
    "insert into spiderpig.signal (job_id, kind, requested_by) values ($1, 'interrupt', 'ada')",
    [job.id],
  );
  assert.equal(await returned(), false);
});

test("a worker starts only the operations that it says it can do", async () => {
  const worker = await aWorker("special", ["lock", "unlock"]);
  const lane = aLane();
  await aJob(db, { lane }).queued();
  assert.equal(await claim(lane, worker), undefined);

  const locks = aLane();
  const lock = await aJob(db, { lane: locks, operation: { ...backport, kind: "lock" } }).queued();
  assert.equal(await claim(locks, worker), lock.id);

  const listed = async () => (await listHosts(db)).find(({ name }) => name === "special")?.operations;
  assert.deepEqual(await listed(), ["lock", "unlock"]);
  await aWorker("special");
  assert.equal(await listed(), null, "another worker of the host can do all");
});

test("a host starts no jobs only if none of its workers does, and says why", async () => {
  const [full, also] = [await aWorker("full"), await aWorker("full")];
  const problemOf = async () => (await listHosts(db)).find(({ name }) => name === "full")?.claimProblem;

  await touchWorker(db, full, [], "The disk is full.");
  assert.equal(await problemOf(), null);
  await touchWorker(db, also, [], "The disk is full.");
  assert.equal(await problemOf(), "The disk is full.");
  await touchWorker(db, also, []);
  assert.equal(await problemOf(), null);
});

test("npm run lane lists, switches, drains and undrains, and refuses what is incomplete with its usage", async () => {
  const lane = aLane();
  await aWorker("deploy7");
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, ["admin/lane.ts", ...args], {
      cwd: new URL("../../..", import.meta.url),
      env: { ...process.env, DATABASE_URL: database.url, DATA_DIR: "/nonexistent" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = once(child, "close");
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: (await ended)[0] as number, stdout, stderr };
  };

  const [incomplete, unknown] = await Promise.all([
    run("switch", lane, "deploy7"),
    run("switch", lane, "nowhere", "--reason", "x"),
  ]);
  assert.notEqual(incomplete.code, 0);
  assert.match(incomplete.stderr, /^usage: npm run lane -- list/m);
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.stderr, /No worker was ever started on nowhere/);

  const switched = await run("switch", lane, "deploy7", "--reason", "maintenance");
  assert.deepEqual(
    [switched.code, switched.stderr],
    [0, `The lane ${lane} is bound to deploy7. A running job continues on its host.\n`],
  );
  assert.equal((await run("drain", "deploy7", "--reason", "a new disk")).code, 0);
  const listed = await run("list");
  assert.ok(listed.stdout.includes(`lane\t${lane}\tdeploy7\tidle\topen\n`), listed.stdout);
  assert.match(listed.stdout, /^host\tdeploy7\t.*\tdrained by .*: a new disk$/m);
  assert.equal((await run("undrain", "deploy7")).code, 0);
  assert.equal((await listHosts(db)).find(({ name }) => name === "deploy7")?.drain, null);
});
