// Queued jobs of a disabled account are held: they do not start until an admin releases them.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { cancelJob } from "#lib/actions/cancel-job.ts";
import { readJob } from "#lib/actions/read-job.ts";
import { releaseHeldJob } from "#lib/actions/release-held-job.ts";
import { addAccount } from "#lib/auth/accounts.ts";
import { disableAccount, enableAccount } from "#lib/auth/manage-account.ts";
import { query, transaction } from "#lib/db/connection.ts";
import { claimNextJob } from "#lib/db/runs.ts";
import { insertWorker } from "#lib/db/workers.ts";
import type { User } from "#lib/domain/permission.ts";
import { aJob } from "../../seed/seed.ts";
import { openTestDatabase } from "../../support/database.ts";
import { asOperator, ORIGIN } from "../../support/origin.ts";

const { db } = await openTestDatabase(after);
const context = { db, origin: ORIGIN };
const operator = asOperator(db);
const admin: User = { id: "admin", name: "admin", role: "admin" };
const worker = { id: "00000000-0000-4000-8000-000000000001", host: "deploy1" };
await insertWorker(db, { ...worker, pid: 1, version: "0", publicKey: "" });

let count = 0;
/** An account, and a lane that no other test uses. */
async function aPerson(): Promise<{ by: string; lane: string }> {
  count += 1;
  const by = `person-${count}`;
  await addAccount(operator, { name: by, role: "deployer", password: "correct horse battery" });
  return { by, lane: `lane-${count}` };
}

const claim = (lane: string) => transaction(db, (tx) => claimNextJob(tx, lane, worker));

test("the queued jobs of a disabled account are held, and others overtake them; its running job continues", async () => {
  const { by, lane } = await aPerson();
  const running = await aJob(db, { by, lane: `${lane}-other` }).running();
  const first = await aJob(db, { by, lane }).queued();
  const second = await aJob(db, { by, lane }).queued();
  const ofBob = await aJob(db, { by: "bob", lane }).queued();

  await disableAccount(operator, by);

  const held = await readJob(db, first.id);
  assert.equal(held.held?.reason, `The account of ${by} was disabled.`);
  assert.deepEqual([held.state, held.queuePosition, held.blockedBy], ["queued", null, null]);
  assert.equal((await readJob(db, running.id)).state, "running");
  const next = await readJob(db, ofBob.id);
  assert.deepEqual([next.queuePosition, next.blockedBy], [1, null]);
  assert.equal((await claim(lane))?.id, ofBob.id);

  const [event] = await query<{ what: string; actor: string }>(
    db,
    "select what, actor from history.events where job_id = $1 and kind = 'job_held'",
    [second.id],
  );
  assert.deepEqual(event, {
    what: `Held until an admin releases the job: The account of ${by} was disabled.`,
    actor: "operator",
  });
});

test("a held job starts when an admin has released it, and not before: not when the account is enabled again", async () => {
  const { by, lane } = await aPerson();
  const { id } = await aJob(db, { by, lane }).queued();
  await disableAccount(operator, by);
  await enableAccount(operator, by);
  assert.equal(await claim(lane), undefined);

  const released = await releaseHeldJob(context, admin, id);

  assert.deepEqual([released.held, released.queuePosition], [null, 1]);
  assert.equal((await claim(lane))?.id, id);
  await assert.rejects(releaseHeldJob(context, admin, id), { code: "job_not_held" });
  const [audited] = await query(db, "select kind, actor from history.audit_events where target = $1", [
    `job ${id}`,
  ]);
  assert.deepEqual(audited, { kind: "job_hold_released", actor: "admin" });
});

test("a held job can be removed from the queue", async () => {
  const { by, lane } = await aPerson();
  const { id } = await aJob(db, { by, lane }).queued();
  await disableAccount(operator, by);

  const cancelled = await cancelJob({ db }, admin, id);

  assert.deepEqual([cancelled.state, cancelled.held], ["cancelled", null]);
});
