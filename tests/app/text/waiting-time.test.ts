import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMinutes } from "../../../app/text/format.ts";
import { reduceJob } from "../../../app/features/job/job-state.ts";
import { homeTabTitle, questionTabTitle, totalWaitMs } from "../../../app/text/waiting-time.ts";
import { EXPIRY_LABELS, signalledBy } from "../../../app/text/labels.ts";
import { aJob, aQuestion, AT } from "../wire-samples.ts";

const later = (minutes: number) => new Date(Date.parse(AT) + minutes * 60_000).toISOString();
const reminded = (minutes: number, reminders = 1) => aQuestion({ remindedAt: later(minutes), reminders });

test("an open question counts up to now in the total waiting time", () => {
  const answered = aQuestion({ state: "answered", endedAt: later(2) });

  assert.equal(totalWaitMs([answered, aQuestion()], Date.parse(later(5))), 7 * 60_000);
});

test("minutes are shown without seconds, and as hours from one hour on", () => {
  assert.equal(formatMinutes(59_000), "less than a minute");
  assert.equal(formatMinutes(10 * 60_000 + 59_000), "10 min");
  assert.equal(formatMinutes(60 * 60_000), "1 h 00 min");
  assert.equal(formatMinutes(130 * 60_000), "2 h 10 min");
});

test("the tab title changes with reminders only", () => {
  assert.equal(questionTabTitle(aQuestion()), "● Job 12 asks: Backport the changes?");
  assert.equal(questionTabTitle(reminded(10)), "● 10 min · Job 12 asks: Backport the changes?");
  assert.equal(homeTabTitle([aQuestion()]), "1 question");
  assert.equal(homeTabTitle([aQuestion(), reminded(30, 2)]), "2 questions, waiting 30 min");
});

test("a late event does not undo a reminder", () => {
  const job = aJob({
    interactions: [reminded(30, 2)],
    pendingInteraction: reminded(30, 2),
    state: "waiting",
  });

  assert.equal(reduceJob(job, { event: "interaction", data: reminded(10) }), job);
  const next = reduceJob(job, { event: "interaction", data: reminded(70, 3) });
  assert.equal(next.pendingInteraction?.reminders, 3);
});

test("an expired question is removed from the page immediately", () => {
  const question = aQuestion({ expiresAt: later(60), expiryAction: "interrupt" });
  const job = aJob({ interactions: [question], pendingInteraction: question, state: "waiting" });

  const after = reduceJob(job, {
    event: "interaction",
    data: { ...question, state: "expired", endedAt: later(60) },
  });

  assert.deepEqual([after.pendingInteraction, after.state], [null, "running"]);
});

test("a signal by the policy is not attributed to a person of that name", () => {
  assert.equal(signalledBy({ requestedBy: "ada", expiredInteractionId: null }), "ada");
  assert.match(signalledBy({ requestedBy: "policy", expiredInteractionId: 7 }), /no answer/);
  assert.match(EXPIRY_LABELS.terminate.was, /terminated/);
});
