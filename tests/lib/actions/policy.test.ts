// The policy of a site, where it decides: at answers, at requests for jobs, and when it is overridden.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { answerInteraction } from "#lib/actions/answer-interaction.ts";
import { findOperation } from "#lib/actions/job-request.ts";
import { overridePolicy } from "#lib/actions/override-policy.ts";
import { readJob } from "#lib/actions/read-job.ts";
import { recordPolicy } from "#lib/actions/record-policy.ts";
import { takeOverJob } from "#lib/actions/take-over-job.ts";
import { closeDatabase, openDatabase, query } from "#lib/db/connection.ts";
import type { Role, User } from "#lib/domain/permission.ts";
import { NO_POLICY, type Policy } from "#lib/domain/policy.ts";
import { createOperations } from "#lib/operations/operations.ts";
import { aJob } from "../../seed/seed.ts";
import { testDatabase } from "../../support/database.ts";
import { ORIGIN } from "../../support/origin.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "policy");
after(async () => {
  await closeDatabase(db);
  await database.close();
});

const POLICY: Policy = {
  ...NO_POLICY,
  version: "2026-12-01",
  fourEyes: [{ operations: ["backport"], stages: ["testservers"] }],
  operations: { revert: { roles: ["admin"], people: ["carol"] } },
  breakGlass: { roles: ["admin"], people: [] },
};
const context = { db, origin: ORIGIN, policy: POLICY, operations: createOperations() };
const person = (name: string, role: Role = "deployer"): User => ({ id: name, name, role });

async function aQuestionOf(by: string, reached: string) {
  const { id, pendingId } = await aJob(db, { by, lane: `lane-${by}-${reached}` }).waiting({ on: "yes_no" });
  await query(db, "update spiderpig.job set reached = $2 where id = $1", [id, reached]);
  const answer = (user: User) =>
    answerInteraction(context, user, { jobId: id, interactionId: pendingId ?? 0, value: true });
  return { id, answer };
}

test("four eyes: the starter cannot answer a guarded question, not by a token either, and another person can", async () => {
  const { answer } = await aQuestionOf("alice", "testservers");

  await assert.rejects(answer(person("alice")), { code: "refused_by_policy" });
  await assert.rejects(answer({ ...person("alice", "admin"), scope: "admin" }), {
    code: "refused_by_policy",
  });
  assert.equal((await answer(person("bob"))).answer?.answeredBy, "bob");
});

test("four eyes: a question at another stage is answered by the starter", async () => {
  const { answer } = await aQuestionOf("alice", "merged");
  assert.equal((await answer(person("alice"))).state, "answered");
});

test("four eyes after a takeover: neither who started the job nor who has it now answers alone", async () => {
  const { id, answer } = await aQuestionOf("frank", "testservers");
  await takeOverJob({ db }, person("grace"), id);

  await assert.rejects(answer(person("frank")), { code: "refused_by_policy" });
  await assert.rejects(answer(person("grace")), { code: "refused_by_policy" });
  assert.equal((await answer(person("heidi"))).answer?.answeredBy, "heidi");
});

test("break-glass: an override with a reason opens the questions of one job, and everyone sees it", async () => {
  const { id, answer } = await aQuestionOf("dave", "testservers");
  const override = (user: User) =>
    overridePolicy(context, user, { jobId: id, reason: "Nobody else is awake" });
  await assert.rejects(override(person("dave")), { code: "not_permitted" });

  await override(person("erin", "admin"));

  assert.equal((await answer(person("dave"))).answer?.answeredBy, "dave");
  const { policyOverride } = await readJob(db, id);
  assert.deepEqual([policyOverride?.by, policyOverride?.reason], ["erin", "Nobody else is awake"]);
  await assert.rejects(override(person("erin", "admin")), { code: "policy_not_in_force" });
  const [event] = await query<{ what: string }>(
    db,
    "select what from history.events where job_id = $1 and kind = 'policy_overridden'",
    [id],
  );
  assert.equal(event?.what, "erin overrode the policy: Nobody else is awake");
  const [audited] = await query(
    db,
    "select actor, details from history.audit_events where kind = 'policy_overridden'",
  );
  assert.deepEqual(audited, {
    actor: "erin",
    details: { reason: "Nobody else is awake", version: "2026-12-01" },
  });
});

test("an operation is started only by the people whom the policy names", () => {
  const request = { kind: "revert", changes: ["1234"], reason: "x" } as const;
  const read = (user: User) => findOperation(context, user, request);
  assert.throws(() => read(person("alice")), { code: "not_permitted" });
  for (const user of [person("carol"), person("root", "admin")]) assert.equal(read(user).kind, "revert");
});

test("a changed policy is recorded once, however many processes start", async () => {
  const changed = () =>
    query(db, "select details from history.audit_events where kind = 'policy_changed' order by audit_id");
  await recordPolicy(db, { version: "none", digest: undefined });
  assert.deepEqual(await changed(), []);

  const first = { version: "1", digest: "a" };
  await Promise.all([recordPolicy(db, first), recordPolicy(db, first), recordPolicy(db, first)]);
  await recordPolicy(db, { version: "none", digest: undefined });

  assert.deepEqual(await changed(), [{ details: first }, { details: { version: "none", digest: null } }]);
});
