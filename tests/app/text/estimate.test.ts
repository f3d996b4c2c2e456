import assert from "node:assert/strict";
import { test } from "node:test";
import type { Phase } from "#lib/contract/job.ts";
import {
  estimate,
  isLate,
  questionText,
  restOnceAnsweredText,
  restText,
  workedMs,
} from "../../../app/text/estimate.ts";
import { aJob, aPhase, aQuestion, AT } from "../wire-samples.ts";

const START = Date.parse(AT);
const MINUTE = 60_000;
const at = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();
const usual = (facts: Partial<NonNullable<Phase["usual"]>> = {}): NonNullable<Phase["usual"]> => ({
  runs: 20,
  medianMs: 4 * MINUTE,
  p90Ms: 6 * MINUTE,
  restMs: 20 * MINUTE,
  questionMs: 5 * MINUTE,
  ...facts,
});
const asked = (from: number, to: number | null) =>
  aQuestion({ askedAt: at(from), endedAt: to === null ? null : at(to) });

test("time in which scap waits for people is not work", () => {
  assert.equal(workedMs(START, START + 10 * MINUTE, [asked(2, 5), asked(9, null)]), 6 * MINUTE);
  assert.equal(workedMs(START, START + 10 * MINUTE, [asked(-5, 1), asked(20, 30)]), 9 * MINUTE);
});

test("a phase is late when it works longer than nine of ten earlier runs", () => {
  const phase = aPhase({ usual: usual() });

  assert.equal(isLate(phase, [], START + 5 * MINUTE), false);
  assert.equal(isLate(phase, [], START + 7 * MINUTE), true);
  assert.equal(isLate(phase, [asked(1, 4)], START + 7 * MINUTE), false);
  assert.equal(isLate(aPhase(), [], START + 700 * MINUTE), false, "nothing is known about it");
});

test("the rest and the next question are expected from the phase that started last", () => {
  const job = aJob({
    phases: [aPhase({ id: 1, usual: usual({ restMs: 1 }) }), aPhase({ id: 2, usual: usual() })],
  });

  assert.deepEqual(estimate(job, START + 2 * MINUTE), { restMs: 18 * MINUTE, questionMs: 3 * MINUTE });
  assert.deepEqual(estimate(job, START + 22 * MINUTE), { restMs: -2 * MINUTE, questionMs: -17 * MINUTE });
});

test("a question that was asked since is not expected again, and its waiting delays the rest", () => {
  const job = aJob({ phases: [aPhase({ usual: usual() })], interactions: [asked(5, 15)] });

  assert.deepEqual(estimate(job, START + 16 * MINUTE), { restMs: 14 * MINUTE, questionMs: undefined });
});

test("nothing is estimated without a history", () => {
  assert.deepEqual(estimate(aJob({ phases: [aPhase()] }), START), {
    restMs: undefined,
    questionMs: undefined,
  });
});

test("an estimate is approximate, and says when it is exceeded", () => {
  assert.equal(restText(6.4 * MINUTE), "About 6 min left");
  assert.equal(restText(MINUTE / 2), "Less than a minute left");
  assert.equal(restText(-3 * MINUTE), "3 min later than usual");
  assert.equal(restOnceAnsweredText(6.4 * MINUTE), "About 6 min once answered");
  assert.equal(restOnceAnsweredText(MINUTE / 2), "Under 1 min once answered");
  assert.equal(questionText(4 * MINUTE), "Next question in about 4 min");
  assert.equal(questionText(1000), "Next question in less than a minute");
  assert.equal(questionText(-1000), "Next question a little later than usual");
});
