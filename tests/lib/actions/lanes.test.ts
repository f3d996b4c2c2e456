// Concurrent use of one lane: freezes, requests and starts are serialized, and readers of the history do not block them.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import pg from "pg";
import { createJob } from "#lib/actions/create-job.ts";
import { freezeLane } from "#lib/actions/freeze-lane.ts";
import { closeDatabase, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { insertFreeze } from "#lib/db/lanes.ts";
import { claimNextJob } from "#lib/db/runs.ts";
import { insertWorker } from "#lib/db/workers.ts";
import { backport } from "#lib/operations/backport.ts";
import { createOperations } from "#lib/operations/operations.ts";
import type { User } from "#lib/domain/permission.ts";
import { AppError } from "#lib/errors.ts";
import { createGerrit } from "#lib/gerrit/client.ts";
import { copySandbox } from "../../support/sandbox.ts";
import { testDatabase } from "../../support/database.ts";
import { aJob } from "../../seed/seed.ts";
import { until } from "../../support/until.ts";
import { asOperator, ORIGIN } from "../../support/origin.ts";
import { addAccount } from "#lib/auth/accounts.ts";
import { deleteAccount, disableAccount } from "#lib/auth/manage-account.ts";
import { updateDisabled } from "#lib/db/accounts.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";

const directory = mkdtempSync(join(tmpdir(), "lanes-"));
const database = await testDatabase();
const db = openDatabase(database.url, "lanes");
const world = await copySandbox(directory, 100);
after(async () => {
  await world.close();
  await closeDatabase(db);
  await database.close();
  rmSync(directory, { recursive: true });
});
const context = {
  origin: ORIGIN,
  policy: NO_POLICY,
  db,
  gerrit: createGerrit(world.gerritUrl),
  gerritUrl: world.gerritUrl,
  operations: createOperations(),
};
const worker = { id: "00000000-0000-4000-8000-000000000001", host: "deploy1" };
await insertWorker(db, { ...worker, pid: 1, version: "0", publicKey: "" });
const alice = await account("alice");
const request = (lane: string) => createJob(context, alice, { kind: "backport", changes: ["1234"], lane });

async function account(name: string): Promise<User> {
  await addAccount(asOperator(db), { name, role: "deployer", password: "correct horse battery" });
  const [row] = await query<{ id: string }>(db, `select id from auth."user" where username = $1`, [name]);
  return { id: row?.id ?? "", name, role: "deployer" };
}

async function jobsOf(lane: string): Promise<number> {
  return (await query(db, "select from spiderpig.job where lane = $1", [lane])).length;
}

/** Waits until the work is done or waits for a lock. */
async function untilDecided(work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const done = work.then(
    () => (isDone = true),
    () => (isDone = true),
  );
  await until("the work to be done, or to wait for a lock", async () => {
    const waiting = await query(
      db,
      `select from pg_stat_activity
       where datname = current_database() and application_name = 'lanes' and wait_event_type = 'Lock'`,
    );
    return isDone || waiting.length > 0;
  });
  if (isDone) await done;
}

test("a request that arrives while a freeze is being written is refused, and nothing is queued", async () => {
  const { promise: isDecided, resolve: decide } = Promise.withResolvers<void>();
  const { promise: isWritten, resolve: write } = Promise.withResolvers<void>();
  const freezing = transaction(db, async (tx) => {
    await insertFreeze(tx, { lane: "frozen", reason: "x", frozenBy: "admin", until: null });
    write();
    await isDecided;
  });
  await isWritten;
  const requesting = request("frozen");
  requesting.catch(() => undefined);
  await untilDecided(requesting);

  decide();
  await freezing;

  await assert.rejects(requesting, (error) => error instanceof AppError && error.code === "lane_frozen");
  assert.equal(await jobsOf("frozen"), 0);
});

test("a request that arrives while its account is being disabled is refused, and nothing is queued", async () => {
  const mallory = await account("mallory");
  const { promise: isDecided, resolve: decide } = Promise.withResolvers<void>();
  const { promise: isWritten, resolve: write } = Promise.withResolvers<void>();
  const disabling = transaction(db, async (tx) => {
    await updateDisabled(tx, mallory.id, true);
    write();
    await isDecided;
  });
  await isWritten;
  const requesting = createJob(context, mallory, { kind: "backport", changes: ["1234"], lane: "disabled" });
  requesting.catch(() => undefined);
  await untilDecided(requesting);

  decide();
  await disabling;

  await assert.rejects(requesting, (error) => error instanceof AppError && error.code === "account_disabled");
  assert.equal(await jobsOf("disabled"), 0);
});

test("a request that is under way when its account is deleted, or loses the access by single sign-on, queues nothing", async () => {
  const deleted = await account("deleted");
  await disableAccount(asOperator(db), "deleted");
  await deleteAccount(asOperator(db), "deleted");
  const withdrawn = await account("withdrawn");
  await query(db, `update auth."user" set sso = true, sso_confirmed_at = null where id = $1`, [withdrawn.id]);

  for (const user of [deleted, withdrawn]) {
    const requesting = createJob(context, user, { kind: "backport", changes: ["1234"], lane: "gone" });
    await assert.rejects(requesting, { code: "account_disabled" }, user.name);
  }

  assert.equal(await jobsOf("gone"), 0);
});

test("a job of an operation that runs on other hosts waits for them, and the jobs behind it wait for it", async () => {
  const operation = { ...backport, hosts: ["deploy9"] };
  const { id } = await aJob(db, { lane: "hosts", operation }).queued();
  await aJob(db, { lane: "hosts" }).queued();
  const claim = (host: string) => transaction(db, (tx) => claimNextJob(tx, "hosts", { id: worker.id, host }));

  assert.equal(await claim("deploy1"), undefined);
  assert.equal((await claim("deploy9"))?.id, id);
});

test("a role that may only read the history blocks nothing in a lane", async (t) => {
  const reader = new pg.Client({ connectionString: database.url });
  await reader.connect();
  t.after(() => reader.end());
  await reader.query("set role spiderpig_reader");
  await reader.query("begin");
  await reader.query("select pg_advisory_lock(hashtextextended('spiderpig lane ' || $1, 0))", ["read"]);
  for (const [name] of [["deployments"], ["lane_freezes"], ["changes"]]) {
    await reader.query(`select * from history.${name}`);
  }
  const { id } = await aJob(db, { lane: "read" }).queued();

  const claimed = await transaction(db, (tx) => claimNextJob(tx, "read", worker));
  await request("read");
  await freezeLane(context, alice, { lane: "read", reason: "x", until: null });

  assert.equal(claimed?.id, id);
  assert.equal(await jobsOf("read"), 2);
});

test("a role that may only read the history cannot lock tables or views", async (t) => {
  const reader = new pg.Client({ connectionString: database.url });
  await reader.connect();
  t.after(() => reader.end());
  await reader.query("set role spiderpig_reader");
  const { rows } = await reader.query<{ name: string }>(
    "select viewname as name from pg_views where schemaname = 'history'",
  );
  assert.ok(rows.length > 5);

  for (const { name } of rows) {
    for (const mode of ["row share", "row exclusive", "share", "exclusive", "access exclusive"]) {
      await reader.query("begin");
      await assert.rejects(reader.query(`lock table history.${name} in ${mode} mode`), { code: "42501" });
      await reader.query("rollback");
    }
    await assert.rejects(
      reader.query(`select from history.${name} for update`),
      /permission denied|for update/i,
    );
  }
});
