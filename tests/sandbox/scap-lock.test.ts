import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { openSandbox } from "./open-sandbox.ts";
import { backportQuestion, startScap } from "./scap-terminal.ts";

function startTimeOf(pid: number): string {
  if (!existsSync(`/proc/${pid}`)) return "1";
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function lockFor(sandbox: Sandbox, pid: number): void {
  const lock = {
    pid,
    startedAt: startTimeOf(pid),
    command: "backport",
    user: "mikko",
    since: "Thu, 19 Nov 2026 12:00:00 GMT",
    reason: "the train",
  };
  writeFileSync(join(sandbox.directory, "scap.lock"), JSON.stringify(lock));
}

test("a lock that is not released in ten minutes ends the command", async (t) => {
  const sandbox = await openSandbox(t);
  lockFor(sandbox, process.pid);
  const scap = startScap(t, sandbox, ["backport", "1234"], { SANDBOX_SPEED: "1000" });

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(
    scap.shown(),
    new RegExp(`backport is locked by mikko \\(pid ${process.pid}\\) on Thu, 19 Nov 2026`),
  );
  assert.match(
    scap.marked(),
    /<off>\n\.{19}<red>\d\d:\d\d:\d\d backport failed: <LockFailedError> Failed to acquire lock/,
  );
});

test("a lock whose process has exited is ignored", async (t) => {
  const sandbox = await openSandbox(t);
  lockFor(sandbox, 2 ** 22 + 1);
  const scap = startScap(t, sandbox, ["backport", "1234"]);
  await scap.asks(backportQuestion);
  scap.answer("n");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.ok(!existsSync(join(sandbox.directory, "scap.lock")), "the command releases the lock at its end");
});

test("scap lock keeps deployments waiting until Enter, and --unlock-all asks before it ends the lock", async (t) => {
  const sandbox = await openSandbox(t);
  const first = startScap(t, sandbox, ["lock", "--all", "switchover"]);
  await first.shows("Press enter to unlock...");
  const waiting = startScap(t, sandbox, ["backport", "1234"]);
  await waiting.shows("backport is locked by rosa");
  first.answer("");
  assert.deepEqual(await first.ends(), { exitCode: 0, signal: 0 });
  assert.match(first.shown(), /Unlocked for deployment \[ALL REPOSITORIES\]: switchover \(duration: /);
  await waiting.asks(backportQuestion);

  const refused = startScap(t, sandbox, ["lock", "--unlock-all", "done"]);
  assert.deepEqual(await refused.ends(), { exitCode: 1, signal: 0 });
  assert.match(refused.shown(), /The lock is held by a running backport/);
  waiting.answer("n");
  await waiting.ends();

  const second = startScap(t, sandbox, ["lock", "--all", "a drill"]);
  await second.shows("Press enter to unlock...");
  const unlock = startScap(t, sandbox, ["-Dcolour:never", "lock", "--unlock-all", "the drill is over"]);
  await unlock.asks("  reason: a drill\nClear lock? [y/N]: ");
  unlock.answer("y");
  assert.deepEqual(await unlock.ends(), { exitCode: 0, signal: 0 });
  assert.deepEqual(await second.ends(), { exitCode: 0, signal: 0 });
});

test("the wrapper works from any directory and through a link", async (t) => {
  const sandbox = await openSandbox(t);
  const wrapper = fileURLToPath(new URL("../../sandbox/bin/scap", import.meta.url));
  const link = join(sandbox.directory, "scap");
  symlinkSync(wrapper, link);

  const { stdout } = await promisify(execFile)(link, ["version"], {
    cwd: sandbox.directory,
    env: { ...process.env, SANDBOX_DIR: sandbox.directory },
  });
  assert.equal(stdout, "4.283.0\n\x1b[0m");
});

test("version prints one line; an unknown command prints the usage", async (t) => {
  const sandbox = await openSandbox(t);
  const version = startScap(t, sandbox, ["version"]);
  assert.deepEqual(await version.ends(), { exitCode: 0, signal: 0 });
  assert.equal(version.marked(), "4.283.0\n<off>");

  const unknown = startScap(t, sandbox, ["dance"]);
  assert.deepEqual(await unknown.ends(), { exitCode: 2, signal: 0 });
  assert.match(unknown.shown(), /usage: scap <command>; commands: backport, [a-z, -]*version/);
});
