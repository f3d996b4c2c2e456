import assert from "node:assert/strict";
import { test } from "node:test";
import { failOn, openSandbox } from "./open-sandbox.ts";
import {
  continueQuestion,
  everyPageShows,
  noPageShows,
  startDeployment,
  undeployedNotice,
} from "./scap-terminal.ts";

const contest = "The autumn photo contest is open";

function checksQuestion(label: string): string {
  return (
    `${label} failed.\n\n\x1b[1m[r] Retry ${label.toLowerCase()}\x1b[0m\n[i] Ignore failure and continue deployment\n` +
    "[b] Roll back all stages and terminate\n[x] Exit without rollback\nWhat do you want to do? (default: [r]): "
  );
}

function stageQuestion(stage: string): string {
  return (
    `K8s deployment to stage ${stage} failed.\n\n\x1b[1m[r] Retry deployment\x1b[0m\n` +
    "[b] Roll back all stages and terminate\nWhat do you want to do? (default: [r]): "
  );
}

test("a change that breaks the test servers can be retried, and rolled back", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1237"]);
  await scap.asks(checksQuestion("Testserver checks"));
  assert.match(
    scap.marked(),
    /<yellow>\d\d:\d\d:\d\d Check 'check_testservers_k8s-1_of_2' failed: .*search\.json/,
  );
  const server = sandbox.servers.find(({ stage }) => stage === "testservers");
  assert.equal((await fetch(`${server?.url}/healthz`)).status, 500, "the failure is a real one");

  scap.answer("");
  await scap.asks(checksQuestion("Testserver checks"));
  scap.answer("b");

  await scap.asks(undeployedNotice);
  assert.match(scap.shown(), /- testservers: rolled-back\n- canaries: not-started\n/);
  assert.equal((await fetch(`${server?.url}/healthz`)).status, 200);
  scap.answer("");
  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
});

test("a failure can be ignored until it meets the canaries' traffic", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1237"]);
  await scap.asks(checksQuestion("Testserver checks"));
  scap.answer("i");
  await scap.asks(continueQuestion);
  scap.answer("y");

  await scap.asks(checksQuestion("Canary checks"));
  assert.match(
    scap.shown(),
    /Logstash checker counted 8 error\(s\) in the last 8 seconds\.  The threshold is 3\.\nTop 5 errors:\n/,
  );
  scap.answer("b");
  await scap.asks(undeployedNotice);
  assert.match(
    scap.shown(),
    /- testservers: rolled-back\n- canaries: rolled-back\n- production: not-started\n/,
  );
  scap.answer("");
  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
});

test("exit without rollback leaves the test servers as they are", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1237"]);
  await scap.asks(checksQuestion("Testserver checks"));
  scap.answer("x");

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(scap.shown(), /Scap cancelled without rolling back\./);
  const server = sandbox.servers.find(({ stage }) => stage === "testservers");
  assert.equal((await fetch(`${server?.url}/healthz`)).status, 500);
});

test("a deployment with every failed check ignored reaches production and says that it finished", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1237"]);
  await scap.asks(checksQuestion("Testserver checks"));
  scap.answer("i");
  await scap.asks(continueQuestion);
  scap.answer("y");
  await scap.asks(checksQuestion("Canary checks"));
  scap.answer("i");
  await scap.asks(checksQuestion("Production checks"));
  scap.answer("i");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.match(scap.shown(), /Finished sync-prod-k8s \(.*\)[^]*Finished scap sync-world: Backport for /);
});

test("a stage that fails to deploy is retried on request", async (t) => {
  const sandbox = await openSandbox(t);
  failOn(sandbox, "testservers-deploy", "1");
  const scap = await startDeployment(t, sandbox, ["1234"]);
  await scap.asks(stageQuestion("testservers"));
  assert.match(
    scap.marked(),
    /<red>\d\d:\d\d:\d\d K8s deployment to stage testservers failed: K8s Deployment had the following errors:\n/,
  );
  scap.answer("r");

  await scap.asks(continueQuestion);
  scap.answer("y");
  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
});

test("a failing production stage is rolled back everywhere, in reverse order", async (t) => {
  const sandbox = await openSandbox(t);
  failOn(sandbox, "production-deploy", "");
  failOn(sandbox, "rollback", "1");
  const scap = await startDeployment(t, sandbox, ["1234"]);
  await scap.asks(continueQuestion);
  scap.answer("y");
  await scap.asks(stageQuestion("production"));
  scap.answer("b");

  await scap.asks(
    "Rollback deployment for stage production failed.\n\n\x1b[1m[r] Retry rollback deployment\x1b[0m\n[c] Cancel and seek help\n" +
      "What do you want to do? (default: [r]): ",
  );
  scap.answer("r");
  await scap.asks(undeployedNotice);
  const order = [...scap.shown().matchAll(/Rolling back k8s deployment for stage (\w+)/g)].map(
    ([, stage]) => stage,
  );
  assert.deepEqual(order, ["production", "production", "canaries", "testservers"]);
  for (const stage of ["production", "canaries", "testservers"]) {
    assert.ok(await noPageShows(sandbox, stage, contest));
  }
  scap.answer("");
  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
});

test("a rollback that is given up says so", async (t) => {
  const sandbox = await openSandbox(t);
  failOn(sandbox, "rollback", "");
  const scap = await startDeployment(t, sandbox, ["1234"]);
  await scap.asks(continueQuestion);
  scap.answer("n");
  await scap.shows("Rollback deployment for stage testservers failed.");
  await scap.asks("What do you want to do? (default: [r]): ");
  scap.answer("c");

  await scap.asks(undeployedNotice);
  assert.match(scap.shown(), /- testservers: rollback-failed\n[^]*Result: rollback cancelled\n/);
  assert.ok(await everyPageShows(sandbox, "testservers", contest), "the test servers still have the change");
  scap.answer("");
  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
});

test("a failing update of the release repository can be ignored", async (t) => {
  const sandbox = await openSandbox(t);
  failOn(sandbox, "release-repository", "1");
  const scap = await startDeployment(t, sandbox, ["1234"]);
  await scap.asks("Do you want to proceed anyway? [y/N]: ");
  scap.answer("y");
  await scap.asks(continueQuestion);
  scap.answer("y");
  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
});

test("a no to a failing update of the release repository is canceled by the user", async (t) => {
  const sandbox = await openSandbox(t);
  failOn(sandbox, "release-repository", "1");
  const scap = await startDeployment(t, sandbox, ["1234"]);
  await scap.asks("Do you want to proceed anyway? [y/N]: ");
  assert.match(scap.marked(), /<red>\d\d:\d\d:\d\d Could not update local release repository using: /);
  scap.answer("n");

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(
    scap.marked(),
    /\d Canceled by user<off>\n<off><bell><red>\d\d:\d\d:\d\d backport failed: <CalledProcessError> .* returned non-zero exit status 1\./,
  );
  assert.doesNotMatch(scap.shown(), /Started scap sync-world/);
});
