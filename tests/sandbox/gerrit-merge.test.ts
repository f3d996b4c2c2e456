import assert from "node:assert/strict";
import { test } from "node:test";
import { configProject, seededChanges } from "../../sandbox/gerrit/seed/changes.ts";
import { until } from "../support/until.ts";
import {
  approve,
  approveAndAwait,
  gitOf,
  merged,
  openSandbox,
  post,
  readChange,
  send,
  type Info,
} from "./open-sandbox.ts";

test("an approved change is merged into its branch with git", async (context) => {
  const sandbox = await openSandbox(context);
  const before = gitOf(sandbox, configProject, "rev-parse", "master");

  await approve(sandbox, 1234);
  const change = await merged(sandbox, 1234);

  assert.equal(gitOf(sandbox, configProject, "rev-parse", "master"), change.current_revision);
  assert.equal(gitOf(sandbox, configProject, "rev-parse", "master^"), before);
  assert.equal(change.messages.at(-1)?.author.username, "jenkins-bot");
});

test("a change that cannot be fast-forwarded gets a merge commit with both parents", async (context) => {
  const sandbox = await openSandbox(context);

  await approveAndAwait(sandbox, 1234);
  const first = gitOf(sandbox, configProject, "rev-parse", "master");
  await approveAndAwait(sandbox, 1246);

  const second = await readChange(sandbox, 1246);
  assert.equal(
    gitOf(sandbox, configProject, "log", "-1", "--format=%P", "master"),
    `${first} ${second.current_revision}`,
  );
  assert.equal(gitOf(sandbox, configProject, "log", "-1", "--format=%an", "master"), "jenkins-bot");
});

test("independent changes that are approved at the same time are all merged", async (context) => {
  const sandbox = await openSandbox(context);
  const numbers = [1234, 1235, 1237, 1241, 1245, 1246, 1247, 1248];

  await Promise.all(numbers.map((number) => approve(sandbox, number)));
  for (const number of numbers) await merged(sandbox, number);

  for (const number of numbers) {
    const { current_revision: commit } = await readChange(sandbox, number);
    gitOf(sandbox, configProject, "merge-base", "--is-ancestor", commit, "master");
  }
});

test("a conflicting change stays open, with a message that explains it", async (context) => {
  const sandbox = await openSandbox(context);
  const before = gitOf(sandbox, configProject, "rev-parse", "master");

  await approve(sandbox, 1236);

  const change = await readChange(sandbox, 1236);
  assert.equal(change.status, "NEW");
  assert.equal(gitOf(sandbox, configProject, "rev-parse", "master"), before);
  assert.match(change.messages.at(-1)?.message ?? "", /Merge Failed/);
  assert.equal(change.messages.at(-1)?.author.username, "jenkins-bot");
  assert.deepEqual(
    change.labels["Verified"]?.all.map(({ username, value }) => [username, value]),
    [["jenkins-bot", -1]],
  );
});

test("a change waits for its parent, and both are merged when both are approved", async (context) => {
  const sandbox = await openSandbox(context);

  await approve(sandbox, 1242);
  await until("the tests to give up on 1242", async () => {
    const { messages } = await readChange(sandbox, 1242);
    return messages.some(({ message }) => message.includes("depends on 1241"));
  });
  assert.equal((await readChange(sandbox, 1242)).status, "NEW");
  await approve(sandbox, 1241);

  await merged(sandbox, 1241);
  await merged(sandbox, 1242);
});

test("a new patch set cancels the tests and removes all votes", async (context) => {
  const sandbox = await openSandbox(context, 1);

  await approve(sandbox, 1234);
  const first = await readChange(sandbox, 1234);
  const moved = await post<Info>(sandbox, "/sandbox/changes/1234/patch-set");

  const change = await readChange(sandbox, 1234);
  assert.notEqual(moved.current_revision, first.current_revision);
  assert.equal(change.current_revision, moved.current_revision);
  assert.equal(gitOf(sandbox, configProject, "rev-parse", "refs/changes/34/1234/2"), change.current_revision);
  assert.deepEqual(change.labels["Code-Review"]?.all, []);
});

test("a revert is a new change, and merging it reverts the old one", async (context) => {
  const sandbox = await openSandbox(context);
  await approveAndAwait(sandbox, 1234);

  const message = 'Revert "Announce the contest"\n\nReason for revert: it rains';
  const revert = await post<Info>(sandbox, "/a/changes/1234/revert?o=CURRENT_REVISION&o=CURRENT_COMMIT", {
    message,
  });
  assert.equal(revert._number, Math.max(...seededChanges.map(({ number }) => number)) + 1);
  assert.equal(revert["revert_of"], 1234);
  assert.equal(revert.status, "NEW");
  assert.ok(revert.revisions[revert.current_revision], "the options hold for the answer to a POST, too");
  await approveAndAwait(sandbox, revert._number);

  assert.match(
    gitOf(sandbox, configProject, "show", "master:wmf-config/site-notice.json"),
    /"enabled": false/,
  );
  assert.match(
    gitOf(sandbox, configProject, "log", "-1", "--format=%B", revert.current_revision),
    /it rains\n\nChange-Id: I/,
  );
  assert.equal((await send(sandbox, "/a/changes/1235/revert")).status, 409);
});

test("the merged change of a new sandbox can be reverted", async (context) => {
  const sandbox = await openSandbox(context);

  const revert = await post<Info>(sandbox, "/a/changes/1238/revert");
  await approveAndAwait(sandbox, revert._number);

  assert.doesNotMatch(
    gitOf(sandbox, configProject, "show", "master:wmf-config/navigation.json"),
    /Help desk/,
  );
  assert.match(gitOf(sandbox, configProject, "show", "master:wmf-config/site.json"), /The Orchard/);
});

test("a closed change cannot be voted on, and a work in progress is not merged", async (context) => {
  const sandbox = await openSandbox(context);
  const vote = { labels: { "Code-Review": 2 } };

  assert.equal((await send(sandbox, "/a/changes/1238/revisions/current/review", vote)).status, 409);
  assert.equal((await send(sandbox, "/a/changes/1243/revisions/current/review", vote)).status, 409);
  await approve(sandbox, 1244);
  await approveAndAwait(sandbox, 1234);
  assert.equal((await readChange(sandbox, 1244)).status, "NEW");
});

test("a change whose tests fail gets a Verified -1 and is not merged", async (context) => {
  const sandbox = await openSandbox(context);

  await approve(sandbox, 1251);
  const change = await until("the tests to fail", async () => {
    const tested = await readChange(sandbox, 1251);
    return tested.labels["Verified"]?.all.some(({ value }) => value === -1) && tested;
  });

  assert.equal(change.status, "NEW");
  assert.match(change.messages.at(-1)?.message ?? "", /Gate pipeline build failed/);
});

test("a veto during the tests prevents the merge", async (context) => {
  // They take four seconds: the veto has to come before they are over, on a busy machine too.
  const sandbox = await openSandbox(context, 3);

  await approve(sandbox, 1234);
  const veto = { labels: { "Code-Review": -2 }, message: "wait" };
  const other = { authorization: `Basic ${btoa("mikko:any")}` };
  assert.equal((await send(sandbox, "/a/changes/1234/revisions/current/review", veto, other)).status, 200);
  await approveAndAwait(sandbox, 1246);

  const change = await readChange(sandbox, 1234);
  assert.equal(change.status, "NEW");
  assert.deepEqual(
    change.labels["Code-Review"]?.all.map(({ username, value }) => [username, value]).toSorted(),
    [
      ["mikko", -2],
      ["riglesias", 2],
    ],
  );
});

test("unknown labels and values are refused and not stored", async (context) => {
  const sandbox = await openSandbox(context);
  const review = (labels: object) => send(sandbox, "/a/changes/1234/revisions/current/review", { labels });

  for (const labels of [
    { Beauty: 1 },
    { "Code-Review": 3 },
    { "Code-Review": "2" },
    { constructor: 1 },
    { Verified: 0.5 },
  ]) {
    assert.equal((await review(labels)).status, 400, JSON.stringify(labels));
  }
  const votes = (await readChange(sandbox, 1234)).labels["Code-Review"]?.all;
  assert.deepEqual(
    votes?.map(({ username, value }) => [username, value]),
    [["riglesias", 1]],
    "only the seeded vote",
  );
  assert.equal((await readChange(sandbox, 1234)).messages.length, 1);
});
