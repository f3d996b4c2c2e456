// The start of a command whose holder cannot be started, with simulated waits.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { StartResult } from "../../holder/protocol/start.ts";
import { startCommand } from "../../worker/start-command.ts";

const ORDER = {
  jobId: 7,
  epoch: 1,
  command: ["backport", "1"],
  launch: () => ({ argv: ["scap", "backport", "1"], cwd: "/", env: {} }),
};

/** @param result of each attempt to start a holder */
function world(t: TestContext, result: StartResult) {
  const dataDir = mkdtempSync(join(tmpdir(), "start-"));
  t.after(() => rmSync(dataDir, { recursive: true }));
  let attempts = 0;
  let waitedMs = 0;
  const start = async (): Promise<StartResult> => {
    attempts += 1;
    return result;
  };
  const spare = { pid: undefined, ready: Promise.resolve(), start, discard: () => undefined };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const wait = async (ms: number): Promise<void> => void (waitedMs += ms);
  const context = { spares: { take: () => spare, close: () => undefined }, dataDir, log, wait };
  return {
    dataDir,
    attempts: () => attempts,
    waitedMs: () => waitedMs,
    start: () => startCommand(context as unknown as Parameters<typeof startCommand>[0], ORDER, () => false),
  };
}

for (const reason of ["no_holder", "late", "holder_died"] as const) {
  test(`a holder that can never be started ends the start, with what to do (${reason})`, async (t) => {
    const { attempts, waitedMs, start } = world(t, { started: false, reason, message: "spawn ENOMEM" });

    const started = await start();

    assert.equal(started.state, "refused");
    assert.match(
      started.why,
      /^spawn ENOMEM\. Nothing was started\. Check the memory.* deploy the changes again\.$/,
    );
    assert.ok(attempts() > 1 && attempts() <= 12);
    assert.ok(waitedMs() < 120_000);
  });
}

test("a command that an earlier worker could not start is refused again, not followed", async (t) => {
  const { dataDir, attempts, start } = world(t, { started: true, pid: 1 });
  const directory = join(dataDir, "jobs", "7");
  mkdirSync(directory, { recursive: true });
  const holder = {
    version: 1,
    jobId: "7",
    pid: 1,
    startTicks: 0,
    bootId: "earlier",
    argv: ["scap", "backport", "1"],
    startedAt: 0,
    columns: 80,
    rows: 24,
    childPid: null,
    ended: { exit: { exitCode: null, signal: null, failure: "scap is not installed" }, at: 0 },
  };
  writeFileSync(join(directory, "holder.json"), JSON.stringify(holder));

  assert.deepEqual(await start(), { state: "refused", why: "scap is not installed" });
  assert.equal(attempts(), 0);
});
