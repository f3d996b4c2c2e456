// Unanswered questions: two workers that check at the same time send one reminder, and an answer that races with the expiry
// is either accepted or refused, in either order; never both, never neither.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { answerInteraction } from "#lib/actions/answer-interaction.ts";
import { signalJob } from "#lib/actions/signal-job.ts";
import { closeDatabase, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { withdrawPrompt } from "#lib/db/interactions.ts";
import { findJob } from "#lib/db/job-rows.ts";
import { holdLease } from "#lib/db/runs.ts";
import { settleSignal } from "#lib/db/signals.ts";
import { expire, listUnanswered, remind, type Unanswered } from "#lib/db/unanswered.ts";
import type { User } from "#lib/domain/permission.ts";
import { AppError } from "#lib/errors.ts";
import { testDatabase } from "../../support/database.ts";
import { aJob } from "../../seed/seed.ts";
import { QUESTIONS } from "../../seed/seed-questions.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";

const database = await testDatabase();
const db = openDatabase(database.url, "unanswered");
const context = { db, policy: NO_POLICY };
after(async () => {
  await closeDatabase(db);
  await database.close();
});

const ROUNDS = 12;
let count = 0;
const lane = () => `lane-${(count += 1)}`;
const person = (name: string): User => ({ id: name, name, role: "deployer" });
const answer = (jobId: number, interactionId: number) =>
  answerInteraction(context, person("alice"), { jobId, interactionId, value: true });
/** What the job's worker does when the question expires. */
const expireNow = (jobId: number, interactionId: number) =>
  transaction(db, async (tx) => {
    await holdLease(tx, { jobId, epoch: 1 });
    return expire(tx, jobId, interactionId);
  });
const OVER = { afterMs: 1, action: "interrupt" } as const;
const LATER = { afterMs: 3_600_000, action: "interrupt" } as const;

async function waiting(expiry?: typeof OVER | typeof LATER): Promise<Unanswered> {
  const { pendingId } = await aJob(db, { lane: lane() }).waiting({ on: { ...QUESTIONS.yes_no, expiry } });
  const { questions } = await listUnanswered(db);
  const found = questions.find(({ id }) => id === pendingId);
  assert.ok(found !== undefined, "the question is not among the unanswered");
  return found;
}

async function jobOf(id: number) {
  const found = await findJob(db, id);
  assert.ok(found !== undefined);
  return found.job;
}

const kindsOf = async (jobId: number) =>
  (
    await query<{ kind: string }>(db, "select kind from spiderpig.job_event where job_id = $1 order by seq", [
      jobId,
    ])
  ).map(({ kind }) => kind);

async function refusalOf(work: Promise<unknown>): Promise<AppError> {
  const reason: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(reason instanceof AppError, `not refused: ${String(reason)}`);
  return reason;
}

test("many workers check at once, and one reminder is sent", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const question = await waiting();

    const done = await Promise.all(
      Array.from({ length: 4 }, () => transaction(db, (tx) => remind(tx, question))),
    );

    assert.equal(done.filter(Boolean).length, 1);
    const { pendingInteraction } = await jobOf(question.jobId);
    assert.equal(pendingInteraction?.reminders, 1);
    assert.ok(pendingInteraction.remindedAt !== null);
    assert.equal((await kindsOf(question.jobId)).filter((kind) => kind === "interaction_reminded").length, 1);
  }
});

test("a reminder and an answer at the same time are both accepted, without a deadlock", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const question = await waiting();
    const both = [
      () => answer(question.jobId, question.id),
      () => transaction(db, (tx) => remind(tx, question)),
    ];
    if (round % 2 === 1) both.reverse();

    await Promise.all(both.map((one) => one()));

    assert.equal((await jobOf(question.jobId)).interactions[0]?.state, "answered");
  }
});

test("no reminder is sent for an answered question", async () => {
  const question = await waiting();
  await answer(question.jobId, question.id);

  assert.equal(await transaction(db, (tx) => remind(tx, question)), false);
  assert.ok(!(await listUnanswered(db)).questions.some(({ id }) => id === question.id));
});

test("an answer before the expiry is accepted", async () => {
  const question = await waiting(OVER);
  await answer(question.jobId, question.id);

  assert.equal(await expireNow(question.jobId, question.id), false);
  const job = await jobOf(question.jobId);
  assert.deepEqual([job.interactions[0]?.state, job.signals], ["answered", []]);
});

test("an answer after the expiry is refused with an error that says what happened and what to do", async () => {
  const question = await waiting(OVER);
  assert.equal(await expireNow(question.jobId, question.id), true);

  const refusal = await refusalOf(answer(question.jobId, question.id));

  assert.equal(refusal.code, "interaction_expired");
  assert.match(refusal.detail ?? "", /^Your answer was not typed: the expiry policy interrupted scap/);
  const job = await jobOf(question.jobId);
  assert.deepEqual(
    [job.state, job.interactions[0]?.state, job.pendingInteraction],
    ["running", "expired", null],
  );
  assert.deepEqual(
    job.signals.map((signal) => [signal.kind, signal.requestedBy, signal.expiredInteractionId]),
    [["interrupt", "policy", question.id]],
  );
});

test("of a concurrent answer and expiry one wins, and only the expiry sends a signal", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const question = await waiting(OVER);
    const { jobId, id } = question;
    const answering = () => answer(jobId, id);
    const expiring = () => expireNow(jobId, id);
    const [answered, expired] =
      round % 2 === 0
        ? await Promise.allSettled([answering(), expiring()])
        : (await Promise.allSettled([expiring(), answering()])).toReversed();

    assert.equal(expired?.status, "fulfilled");
    const isExpired = expired.value === true;
    assert.equal(answered?.status, isExpired ? "rejected" : "fulfilled");
    if (answered?.status === "rejected") {
      assert.ok(answered.reason instanceof AppError);
      assert.equal(answered.reason.code, "interaction_expired");
    }
    const job = await jobOf(jobId);
    assert.equal(job.interactions[0]?.state, isExpired ? "expired" : "answered");
    assert.equal(job.signals.length, isExpired ? 1 : 0);
  }
});

test("two checks of an expired question send one signal", async () => {
  const { jobId, id } = await waiting(OVER);

  const done = await Promise.all([expireNow(jobId, id), expireNow(jobId, id)]);

  assert.deepEqual(done.toSorted(), [false, true]);
  assert.equal((await jobOf(jobId)).signals.length, 1);
});

test("a withdrawn question does not expire", async () => {
  const { jobId, id, promptKey } = await waiting(OVER);
  await transaction(db, (tx) => withdrawPrompt(tx, jobId, promptKey, "moved_on"));

  assert.equal(await expireNow(jobId, id), false);
  assert.deepEqual((await jobOf(jobId)).signals, []);
});

test("without a policy, or before its time, nothing expires", async () => {
  for (const question of [await waiting(), await waiting(LATER)]) {
    assert.equal(await expireNow(question.jobId, question.id), false);
    assert.equal((await jobOf(question.jobId)).state, "waiting");
  }
});

test("no signal is sent to a scap that a person is stopping", async () => {
  const { jobId, id } = await waiting(OVER);
  const signal = await signalJob(context, person("bob"), { jobId, kind: "interrupt" });

  assert.equal(await expireNow(jobId, id), false);
  await transaction(db, (tx) => settleSignal(tx, jobId, signal.id, 1));
  assert.equal(await expireNow(jobId, id), false);

  assert.deepEqual(
    (await jobOf(jobId)).signals.map((one) => one.requestedBy),
    ["bob"],
  );
});

test("the history has the expiry and the signal, and the actor", async () => {
  const question = await waiting(OVER);
  await transaction(db, (tx) => remind(tx, question));
  await expireNow(question.jobId, question.id);

  const rows = await query<{ kind: string; actor: string | null; what: string }>(
    db,
    "select kind, actor, what from history.events where job_id = $1 order by seq desc limit 3",
    [question.jobId],
  );
  assert.deepEqual(
    rows
      .toReversed()
      .map(({ kind, actor, what }) => [
        kind,
        actor,
        what.replace(/ for \d+ minutes/, "").replace(/ \(.*?\)/, ""),
      ]),
    [
      [
        "interaction_reminded",
        null,
        "No answer: The following changes are scheduled for backport: Backport the changes?",
      ],
      [
        "interaction_expired",
        "policy",
        "Expired without an answer; the policy is to interrupt scap: The following changes are scheduled for backport: Backport the changes?",
      ],
      ["signal_requested", "policy", "The policy for unanswered questions asked to interrupt scap."],
    ],
  );
});
