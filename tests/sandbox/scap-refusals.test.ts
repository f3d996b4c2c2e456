import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import {
  backportQuestion,
  continueQuestion,
  everyPageShows,
  noPageShows,
  startDeployment,
  startScap,
} from "./scap-terminal.ts";
import { merged, readChange, openSandbox, sharedSandbox } from "./open-sandbox.ts";

/** A refusal changes nothing in it. */
const unchanged = await sharedSandbox(after);

async function refuses(t: TestContext, args: readonly string[], words: RegExp, exitCode = 1): Promise<void> {
  const sandbox = unchanged;
  const scap = startScap(t, sandbox, ["backport", ...args]);
  assert.deepEqual(await scap.ends(), { exitCode, signal: 0 }, scap.shown());
  assert.match(scap.marked(), words);
  assert.doesNotMatch(scap.shown(), /Started /, "nothing was started");
}

test("a change that does not exist is named in plain text", async (t) => {
  await refuses(t, ["999"], /^Change '999' not found\n<off><bell>$/);
});

test("an abandoned change is refused in one line", async (t) => {
  await refuses(t, ["1243"], /\nChange '1243' has been abandoned!\n<off><bell>$/);
});

test("a change in progress is refused in one line", async (t) => {
  await refuses(t, ["1244"], /^Change '1244' is a work in progress and not ready for merge!\n<off><bell>$/);
});

test("an argument that is not a change number or URL is refused", async (t) => {
  await refuses(t, ["12x"], /^'12x' is not a valid change number or URL\n/);
});

test("no change at all is a warning and exit code 1", async (t) => {
  await refuses(t, [], /<yellow>\d\d:\d\d:\d\d No change number or url supplied!<off>\n/);
});

test("a change whose parent is neither merged nor requested is refused", async (t) => {
  await refuses(
    t,
    ["1242"],
    /Change '1242', project: 'operations\/mediawiki-config', branch: 'master' Related Change '1241', .* \[Relevant\]<off>\n[^]*depends on change '1241'/,
  );
});

test("a change that conflicts with master ends the wait for its merge", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1236"]);

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(
    scap.shown(),
    /Change 1236 is not currently mergeable, but may be being rebased\. Attempt 1 of 2/,
  );
  assert.match(scap.shown(), /Change '1236' could not be merged: .* needs a manual rebase\n/);
  assert.doesNotMatch(scap.shown(), /Attempt 2/);
});

test("a change whose tests fail after the approval ends the wait for its merge", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1251"]);

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(
    scap.marked(),
    /left: 1\) *\r\nChange '1251' was approved, but jenkins-bot voted Verified -1: its tests failed\n<off><bell>$/,
  );
});

test("a veto ends the wait for the merge and names its author", async (t) => {
  // Slow enough for the veto to arrive before the tests finish.
  const sandbox = await openSandbox(t, 3);
  const scap = await startDeployment(t, sandbox, ["1234"], { SANDBOX_SPEED: "200" });
  await scap.shows("Change 1234 approved");
  await vote(sandbox.gerritUrl, 1234, -2);

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(scap.shown(), /\nChange '1234' got Code-Review -2 from mikko and will not be merged\n/);
});

async function vote(gerritUrl: string, number: number, value: number): Promise<void> {
  const response = await fetch(`${gerritUrl}/a/changes/${number}/revisions/current/review`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("mikko:any")}`, "content-type": "application/json" },
    body: JSON.stringify({ labels: { "Code-Review": value } }),
  });
  assert.ok(response.ok, await response.text());
}

for (const [how, end, ending] of [
  ["an interrupt", "SIGINT", { exitCode: 130, signal: 0 }],
  ["a termination", "SIGTERM", { exitCode: 0, signal: 15 }],
] as const) {
  test(`${how} while waiting for the merge leaves the vote, and the change is merged`, async (t) => {
    const sandbox = await openSandbox(t, 3);
    const scap = await startDeployment(t, sandbox, ["1234"], { SANDBOX_SPEED: "200" });
    await scap.shows("Change 1234 approved");

    process.kill(scap.pid, end);

    assert.deepEqual(await scap.ends(), ending);
    assert.doesNotMatch(scap.shown(), /All changes have been merged/);
    await merged(sandbox, 1234);
  });
}

test("a change and its parent are deployed together", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1242", "1241"]);
  await scap.asks(continueQuestion);
  scap.answer("y");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.ok(await everyPageShows(sandbox, "production", "In season"));
});

test("a change of a branch that is not live has to be confirmed", async (t) => {
  const sandbox = await openSandbox(t);
  const question =
    "Change '1239', project: 'mediawiki/extensions/WikiLove', branch: 'wmf/1.46.0-wmf.3' not found in any live wikiversion. " +
    "Live wikiversions: ['1.47.0-wmf.10']\nContinue with backport anyway? [y/N]: ";

  const first = startScap(t, sandbox, ["backport", "1239"]);
  await first.asks(question);
  first.answer("");
  assert.deepEqual(await first.ends(), { exitCode: 0, signal: 0 });
  assert.match(first.shown(), /Backport cancelled/);

  const second = startScap(t, sandbox, ["backport", "1239"]);
  await second.asks(question);
  second.answer("y");
  await second.asks(backportQuestion);
  second.answer("y");
  assert.deepEqual(await second.ends(), { exitCode: 0, signal: 0 });
  assert.match(second.shown(), /Skipping sync since there are no deployable commits\./);
});

test("a new patch set during the wait for the merge is confirmed and approved again", async (t) => {
  // Slow enough for a new patch set between the vote and the merge.
  const sandbox = await openSandbox(t, 3);
  const scap = await startDeployment(t, sandbox, ["1248"], { SANDBOX_SPEED: "200" });
  await scap.shows("Change 1248 approved");
  await amend(sandbox.gerritUrl, 1248);

  await scap.asks(
    "Change 1248 has been updated from patchset 2 to patchset 3. Re-approve change and continue with backport(s)?  [y/N]: ",
  );
  scap.answer("y");
  await scap.asks(continueQuestion);
  scap.answer("y");
  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.ok(await everyPageShows(sandbox, "production", "Medlar"));
});

test("a no to the new patch set cancels the backport without a vote", async (t) => {
  const sandbox = await openSandbox(t, 3);
  const scap = await startDeployment(t, sandbox, ["1248"], { SANDBOX_SPEED: "200" });
  await scap.shows("Change 1248 approved");
  await amend(sandbox.gerritUrl, 1248);
  await scap.asks("Re-approve change and continue with backport(s)?  [y/N]: ");
  scap.answer("n");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.match(scap.shown(), /\d\d:\d\d:\d\d Backport cancelled/);
  assert.deepEqual((await readChange(sandbox, 1248)).labels["Code-Review"]?.all, []);
});

async function amend(gerritUrl: string, number: number): Promise<void> {
  const response = await fetch(`${gerritUrl}/sandbox/changes/${number}/patch-set`, {
    method: "POST",
  });
  assert.ok(response.ok, await response.text());
}

test("the message of the vote names the deployer", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1246"]);
  await scap.asks(continueQuestion);
  const detail = await (await fetch(`${sandbox.gerritUrl}/changes/1246/detail`)).text();
  assert.match(detail, new RegExp(`Approved by rosa@${hostname()} using scap backport`));
  scap.answer("y");
  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
});

test("an unreachable review server is one line and exit code 1", async (t) => {
  const sandbox = await openSandbox(t);
  const file = join(sandbox.directory, "sandbox.json");
  const description = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, JSON.stringify({ ...description, gerritUrl: "http://127.0.0.1:9" }));
  const scap = startScap(t, sandbox, ["backport", "1234"]);
  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(scap.marked(), /<red>\d\d:\d\d:\d\d backport failed: <GerritError> GET .*ECONNREFUSED/);
  assert.doesNotMatch(scap.shown(), /Traceback/);
});

test("--revert asks for a reason, creates a reverting change and deploys it", async (t) => {
  const sandbox = await openSandbox(t);
  assert.ok(await everyPageShows(sandbox, "production", "Help desk"));
  const scap = startScap(t, sandbox, ["backport", "--revert", "1238"]);
  await scap.asks("Revert the changes? [y/N]: ");
  assert.match(scap.shown(), /The following changes are scheduled for revert:\n/);
  scap.answer("y");
  await scap.shows("Please supply a reason for revert (default: Reverted by rosa@");
  await scap.asks(" via scap backport): ");
  scap.answer("It has no volunteers");
  await scap.asks(continueQuestion);
  scap.answer("y");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.ok(await noPageShows(sandbox, "production", "Help desk"));
  const number = /Change (\d+) created to revert change 1238/.exec(scap.shown())?.[1];
  const found = await fetch(
    `${sandbox.gerritUrl}/changes/${number}/detail?o=CURRENT_REVISION&o=CURRENT_COMMIT`,
  );
  assert.match(await found.text(), /Reason for revert: It has no volunteers/);
});
