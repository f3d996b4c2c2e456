// A restored database assigns ids a second time, while journals contain the earlier ones.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { answerInteraction } from "#lib/actions/answer-interaction.ts";
import { signalJob } from "#lib/actions/signal-job.ts";
import { closeDatabase, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { settleAnswer } from "#lib/db/interactions.ts";
import { settleSignal } from "#lib/db/signals.ts";
import type { User } from "#lib/domain/permission.ts";
import { testDatabase } from "../../support/database.ts";
import { aJob } from "../../seed/seed.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "numbers");
const context = { db, policy: NO_POLICY };
after(async () => {
  await closeDatabase(db);
  await database.close();
});

test("the result of an answer or a signal is recorded for the job whose journal contains it, and no other", async () => {
  const alice: User = { id: "alice", name: "alice", role: "deployer" };
  const { id, pendingId } = await aJob(db, { lane: "own" }).waiting({ on: "yes_no" });
  assert.ok(pendingId !== undefined);
  const other = await aJob(db, { lane: "other" }).waiting({ on: "yes_no" });
  const signal = await signalJob(context, alice, { jobId: id, kind: "interrupt" });
  await answerInteraction(context, alice, { jobId: id, interactionId: pendingId, value: true });
  const settled = () =>
    query(
      db,
      `select a.delivery, s.delivered_at is not null as "isDelivered"
       from spiderpig.answer a, spiderpig.signal s where a.interaction_id = $1 and s.id = $2`,
      [pendingId, signal.id],
    );
  const settle = (jobId: number) =>
    transaction(db, async (tx) => {
      await settleSignal(tx, jobId, signal.id, 1);
      return settleAnswer(tx, jobId, pendingId, "consumed", null);
    });

  assert.equal(await settle(other.id), false);
  assert.deepEqual(await settled(), [{ delivery: "accepted", isDelivered: false }]);

  assert.equal(await settle(id), true);
  assert.deepEqual(await settled(), [{ delivery: "consumed", isDelivered: true }]);
});
