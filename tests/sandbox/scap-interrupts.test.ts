import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { until } from "../support/until.ts";
import { openSandbox } from "./open-sandbox.ts";
import { continueQuestion, everyPageShows, startDeployment, undeployedNotice } from "./scap-terminal.ts";

const contest = "The autumn photo contest is open";

/** Phases take a second then: an interrupt has to come before they are over, on a busy machine too. */
const DURING_A_PHASE = { SANDBOX_SPEED: "4" };

const stageQuestion =
  "K8s deployment to stage testservers failed.\n\n\x1b[1m[r] Retry deployment\x1b[0m\n" +
  "[b] Roll back all stages and terminate\nWhat do you want to do? (default: [r]): ";

const endedByChild =
  /<off><bell><red>\d\d:\d\d:\d\d backport failed: <CalledProcessError> Command '\[.*\]' returned non-zero exit status 130\. \(scap version: .*\) \(duration: .*\)<off>\n<off><bell>$/;

test("an interrupt of prep alone ends it with 130, and backport with 1", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1234"], DURING_A_PHASE);
  await scap.shows("Started scap prep auto");

  process.kill(await childOf(scap.pid), "SIGINT");

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(scap.marked(), endedByChild);
  assert.doesNotMatch(scap.shown(), /Finished scap prep auto/);
});

test("an interrupt of a helm step takes effect when it has returned, and scap asks what to do", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1234"], DURING_A_PHASE);
  await scap.shows("Started sync-testservers-k8s");

  process.kill(await childOf(scap.pid), "SIGINT");

  await scap.asks(stageQuestion);
  assert.match(
    scap.marked(),
    /K8s deployment progress: 100% \(ok: 16; fail: 0; left: 0\)[^]*K8s deployment to stage testservers failed: <off>\n/,
  );
  assert.ok(await everyPageShows(sandbox, "testservers", contest), "helm finished its work");
  scap.answer("r");
  await scap.asks(continueQuestion);
  scap.answer("y");
  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
});

test("an interrupt of a rollback takes effect when the stage is rolled back, and scap asks what to do", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1234"], DURING_A_PHASE);
  await scap.asks(continueQuestion);
  scap.answer("n");
  await scap.shows("Rolling back k8s deployment for stage testservers");

  process.kill(await childOf(scap.pid), "SIGINT");

  await scap.asks("[c] Cancel and seek help\nWhat do you want to do? (default: [r]): ");
  assert.match(scap.marked(), /Rollback deployment for stage testservers failed: <off>\n/);
  scap.answer("r");
  await scap.asks(undeployedNotice);
  scap.answer("");
  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(scap.shown(), /- testservers: rolled-back\n[^]*Result: rolled back\n/);
});

test("an interrupt of sync-world at the pause ends it without a question and keeps the test servers", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1234"]);
  await scap.asks(continueQuestion);

  process.kill(await childOf(scap.pid), "SIGINT");

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(scap.marked(), endedByChild);
  assert.match(scap.shown(), /sync-world aborted: Backport for .* \(duration: /);
  assert.ok(await everyPageShows(sandbox, "testservers", contest));
});

test("a terminated child is named by its signal", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1234"]);
  await scap.asks(continueQuestion);

  process.kill(await childOf(scap.pid), "SIGTERM");

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(
    scap.shown(),
    /backport failed: <CalledProcessError> Command .* died with <Signals\.SIGTERM: 15>\./,
  );
});

test("Ctrl-C during a stage ends parent and child before anything can be asked", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1234"], DURING_A_PHASE);
  await scap.shows("Started sync-testservers-k8s");
  const child = await childOf(scap.pid);

  scap.type("\x03");

  assert.deepEqual(await scap.ends(), { exitCode: 130, signal: 0 });
  assert.ok(scap.shown().endsWith("\x1b[0m\x07"));
  await until("the child to be gone", () => !isAlive(child));
});

async function childOf(pid: number): Promise<number> {
  const children = (): string => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return Number((await until("a child", children)).split(" ")[0]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
