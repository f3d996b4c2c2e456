import assert from "node:assert/strict";
import { test } from "node:test";
import { reduceJob } from "../../../../app/features/job/job-state.ts";
import { aJob, aPhase, answeredBy, aQuestion, AT } from "../../wire-samples.ts";

const waiting = aJob({ state: "waiting", interactions: [aQuestion()], pendingInteraction: aQuestion() });

test("a new question appears on the page, and disappears with its answer", () => {
  const asked = reduceJob(aJob(), { event: "interaction", data: aQuestion() });
  assert.equal(asked.state, "waiting");
  assert.equal(asked.pendingInteraction?.id, 7);

  const answered = reduceJob(asked, { event: "interaction", data: aQuestion(answeredBy("ada", "accepted")) });
  assert.equal(answered.state, "running");
  assert.equal(answered.pendingInteraction, null);
  assert.equal(answered.interactions.length, 1);
  assert.equal(answered.interactions[0]?.answer?.answeredBy, "ada");
});

test("a late event neither reopens an answered question nor undoes the delivery of its answer", () => {
  const consumed = reduceJob(waiting, {
    event: "interaction",
    data: aQuestion(answeredBy("ada", "consumed")),
  });

  for (const late of [
    aQuestion(),
    aQuestion(answeredBy("ada", "accepted")),
    aQuestion({ state: "withdrawn", endedAt: AT }),
  ]) {
    assert.equal(reduceJob(consumed, { event: "interaction", data: late }), consumed);
  }
});

test("the delivery of an answer advances from accepted to consumed", () => {
  let job = waiting;
  for (const delivery of ["accepted", "consumed"] as const) {
    job = reduceJob(job, { event: "interaction", data: aQuestion(answeredBy("ada", delivery)) });
    assert.equal(job.interactions[0]?.answer?.delivery, delivery);
  }
});

test("an answer to an older question does not affect the open one", () => {
  const older = aQuestion({ id: 6 });
  const job = { ...waiting, interactions: [older, aQuestion()] };

  const next = reduceJob(job, {
    event: "interaction",
    data: aQuestion({ id: 6, ...answeredBy("ada", "consumed") }),
  });

  assert.equal(next.pendingInteraction?.id, 7);
  assert.equal(next.state, "waiting");
});

test("questions of other jobs are ignored", () => {
  assert.equal(reduceJob(waiting, { event: "interaction", data: aQuestion({ id: 9, jobId: 13 }) }), waiting);
});

test("a phase is added once and finished in place", () => {
  const started = aPhase({ id: 3 });
  const later = { ...started, id: 5, name: "check-testservers" };
  const early = { ...started, id: 1, name: "prep" };

  let job = aJob();
  for (const data of [started, later, early, { ...started, finishedAt: AT }]) {
    job = reduceJob(job, { event: "phase", data });
  }

  assert.deepEqual(
    job.phases.map((phase) => [phase.name, phase.finishedAt]),
    [
      ["prep", null],
      ["sync-testservers-k8s", AT],
      ["check-testservers", null],
    ],
  );
});

test("a job event replaces the whole state", () => {
  const whole = aJob({ state: "succeeded", outcome: "completed", finishedAt: AT });

  assert.equal(reduceJob(waiting, { event: "job", data: whole }), whole);
});

test("a question that arrives after the end does not change the state of an ended job", () => {
  const ended = aJob({ state: "failed", outcome: "killed", finishedAt: AT });

  assert.equal(reduceJob(ended, { event: "interaction", data: aQuestion() }).state, "failed");
});
