// What a narrow home page shows in place, and what it only announces.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  heldJobs,
  holdJobs,
  newsOf,
  newsText,
  withFreePlace,
} from "../../../../app/features/home/held-jobs.ts";
import { aQuestion, aSummary, AT } from "../../wire-samples.ts";

const running = (id: number) => aSummary({ id });
const waiting = (id: number) =>
  aSummary({ id, state: "waiting", pendingInteraction: aQuestion({ jobId: id }) });
const ended = (id: number) => aSummary({ id, state: "succeeded", outcome: "completed", finishedAt: AT });
const ids = (jobs: readonly { id: number }[]) => jobs.map(({ id }) => id);

test("a job keeps its place when it ends, and new jobs and questions are announced, questions first", () => {
  const held = holdJobs([running(1), waiting(2), running(3)]);
  const jobs = [ended(1), running(2), waiting(3), running(4)];
  const live = jobs.slice(1);
  assert.deepEqual(ids(heldJobs(held, jobs)), [1, 2, 3]);
  const news = newsOf(held, live);
  assert.deepEqual(ids(news), [3, 4]);
  assert.equal(newsText(news), "Job 3 is waiting for input. 1 more in progress.");
  assert.equal(newsText(newsOf(held, [running(4)])), "Job 4 has started.");
  assert.equal(newsText([]), "");
});

test("a question that replaces a question is in its place", () => {
  const held = holdJobs([waiting(2)]);
  assert.deepEqual(newsOf(held, [running(2)]), []);
  assert.deepEqual(newsOf(held, [waiting(2)]), []);
});

test("the first job takes the place of the idle page, its question does not", () => {
  const held = withFreePlace(holdJobs([]), [waiting(5), running(6)]);
  assert.deepEqual([...held.keys()], [5]);
  assert.deepEqual(ids(newsOf(held, [waiting(5), running(6)])), [5, 6]);
  assert.equal(withFreePlace(held, [running(7)]), held);
});
