import assert from "node:assert/strict";
import { test } from "node:test";
import { openSandbox } from "./open-sandbox.ts";
import {
  backportQuestion,
  continueQuestion,
  everyPageShows,
  noPageShows,
  startDeployment,
  startScap,
  undeployedNotice,
} from "./scap-terminal.ts";

const contest = "The autumn photo contest is open";

test("a deployment reaches the test servers first and, after a yes, all servers", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = startScap(t, sandbox, ["backport", "1234"]);

  await scap.asks(backportQuestion);
  assert.ok(
    await noPageShows(sandbox, "testservers", contest),
    "nothing is deployed before the first answer",
  );
  scap.answer("y");

  await scap.asks(continueQuestion);
  assert.ok(await everyPageShows(sandbox, "testservers", contest), "the test servers show the change");
  assert.ok(await noPageShows(sandbox, "production", contest), "production does not show it yet");
  assert.ok(await noPageShows(sandbox, "canaries", contest), "the canary does not show it yet");
  scap.answer("y");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  for (const stage of ["testservers", "canaries", "production"]) {
    assert.ok(await everyPageShows(sandbox, stage, contest), `${stage} shows the change`);
  }
  assert.match(
    scap.shown(),
    /Finished scap sync-world: Backport for \[\[gerrit:1234\|Announce .*\]\] \(duration: 00m \d\ds\)/,
  );
});

test("no at the pause rolls the test servers back and exits with 1", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1234"]);
  await scap.asks(continueQuestion);

  scap.answer("n");

  await scap.asks(undeployedNotice);
  assert.ok(
    await noPageShows(sandbox, "testservers", contest),
    "the test servers have the old release again",
  );
  scap.answer("");
  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(
    scap.shown(),
    /\n\nKubernetes deployment summary:\n- testservers: rolled-back\n- canaries: not-started\n- production: not-started\nResult: rolled back\nSee the job log for detailed error information\.\n/,
  );
  assert.match(
    scap.shown(),
    /backport failed: <CalledProcessError> Command '\['\/usr\/bin\/scap', 'sync-world', .*returned non-zero exit status 1\./,
  );
  assert.ok(scap.shown().endsWith("\x1b[0m\x07"), "a failed command rings");
});

test("a change that was rolled back can be deployed again", async (t) => {
  const sandbox = await openSandbox(t);
  const first = await startDeployment(t, sandbox, ["1234"]);
  await first.asks(continueQuestion);
  first.answer("n");
  await first.asks(undeployedNotice);
  first.answer("");
  await first.ends();

  const second = await startDeployment(t, sandbox, ["1234"]);
  await second.shows("Change 1234 was already merged");
  await second.asks(continueQuestion);
  second.answer("y");

  assert.deepEqual(await second.ends(), { exitCode: 0, signal: 0 });
  assert.ok(await everyPageShows(sandbox, "production", contest));
});

test("several changes are deployed together, given as numbers or URLs", async (t) => {
  const sandbox = await openSandbox(t);
  const address = `${sandbox.gerritUrl}/c/operations/mediawiki-config/+/1247`;
  const scap = await startDeployment(t, sandbox, ["1234", "1246", address]);
  await scap.asks(continueQuestion);
  scap.answer("y");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  for (const text of [contest, "Cymraeg", "4,012 volunteers"]) {
    assert.ok(await everyPageShows(sandbox, "production", text), text);
  }
});

test("a change of an extension leaves the configuration unchanged", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = startScap(t, sandbox, ["backport", "1240"]);
  await scap.asks(
    "🐌 Change(s) 1240 touch l10n-related files and are likely to trigger a large l10n rebuild, resulting in a slow deployment (~20 minutes).\nContinue with backport anyway? [y/N]: ",
  );
  scap.answer("y");
  await scap.asks(backportQuestion);
  scap.answer("y");
  await scap.asks(continueQuestion);
  assert.ok(await everyPageShows(sandbox, "testservers", "Hand over an apple"));
  assert.ok(await noPageShows(sandbox, "production", "Hand over an apple"));
  scap.answer("y");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.ok(await everyPageShows(sandbox, "production", "Hand over an apple"));
});

test("a change that is merged and deployed goes through the whole deployment again", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1238"]);
  await scap.shows("Change 1238 was already merged");
  await scap.shows("Started scap prep auto");
  await scap.asks(continueQuestion);
  scap.answer("y");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.match(scap.shown(), /Finished sync-prod-k8s[^]*Finished scap sync-world: Backport for/);
  assert.doesNotMatch(scap.shown(), /Skipping sync/);
  assert.ok(await everyPageShows(sandbox, "production", "Help desk"));
});

test("a change that is deployed again can be rolled back to the same state", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1238"]);
  await scap.asks(continueQuestion);
  scap.answer("n");
  await scap.asks(undeployedNotice);
  scap.answer("");

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.ok(await everyPageShows(sandbox, "testservers", "Help desk"));
});

test("changes of the beta cluster are merged and checked out, and end before the sync", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1250"]);

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.match(
    scap.marked(),
    /All changes have been merged[^]*Finished scap prep auto[^]*<green>\d\d:\d\d:\d\d Skipping sync since all commits were beta\/labs-only changes\. Operation completed\.<off>\n<off>$/,
  );
  assert.doesNotMatch(scap.shown(), /sync-world/);
});

test("a change of the beta cluster is deployed together with another one", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1250", "1234"]);
  await scap.asks(continueQuestion);
  scap.answer("y");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.ok(await everyPageShows(sandbox, "production", contest));
});

test("a second deployment waits for the lock of the first", async (t) => {
  const sandbox = await openSandbox(t);
  const first = startScap(t, sandbox, ["backport", "1234"]);
  await first.asks(backportQuestion);

  const second = startScap(t, sandbox, ["backport", "1246"]);
  await second.shows("Will wait up to 10 minute(s) for the lock(s) to be released.");
  assert.doesNotMatch(second.shown(), /Checking whether/, "the lock comes before the validation");
  assert.match(
    second.shown(),
    new RegExp(
      `backport is locked by rosa \\(pid ${first.pid}\\) on .*; reason is "Backport for \\[\\[gerrit:1234\\|`,
    ),
  );
  first.answer("n");
  assert.deepEqual(await first.ends(), { exitCode: 0, signal: 0 });
  assert.match(first.marked(), /<green>\d\d:\d\d:\d\d Backport cancelled<off>\n<off>$/);

  await second.asks(backportQuestion);
  second.answer("n");
  assert.deepEqual(await second.ends(), { exitCode: 0, signal: 0 });
});
