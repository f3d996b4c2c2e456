import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { World } from "../../sandbox/world.ts";
import { aWorld, backportQuestion, continueQuestion, everyPageShows, startScap } from "./scap-terminal.ts";

function lockFor(world: World, pid: number): void {
  const lock = {
    pid,
    startedAt: "",
    user: "mikko",
    since: "Thu, 19 Nov 2026 12:00:00 GMT",
    reason: "the train",
  };
  writeFileSync(join(world.directory, "scap.lock"), JSON.stringify(lock));
}

test("a lock that is not released in ten minutes ends the command", async (t) => {
  const world = await aWorld(t);
  lockFor(world, process.pid);
  const scap = startScap(t, world, ["backport", "1234"], { SANDBOX_SPEED: "1000" });

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

test("a lock whose process is gone holds nobody up", async (t) => {
  const world = await aWorld(t);
  lockFor(world, 2 ** 22 + 1);
  const scap = startScap(t, world, ["backport", "1234"]);
  await scap.asks(backportQuestion);
  scap.answer("n");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.ok(!existsSync(join(world.directory, "scap.lock")), "the end of a command releases the lock");
});

test("scap lock holds everybody up until Enter, and can be cleared by somebody else", async (t) => {
  const world = await aWorld(t);
  const locked = startScap(t, world, ["lock", "the", "network", "is", "down"]);
  await locked.shows("Press enter to unlock...");

  const clearing = startScap(t, world, ["lock", "--unlock"]);
  await clearing.asks("  reason: the network is down\nClear lock? [y/N]: ");
  clearing.answer("y");
  assert.deepEqual(await clearing.ends(), { exitCode: 0, signal: 0 });
  assert.ok(!existsSync(join(world.directory, "scap.lock")));

  locked.answer("");
  assert.deepEqual(await locked.ends(), { exitCode: 0, signal: 0 });
});

test("a no to clearing the lock aborts and leaves it", async (t) => {
  const world = await aWorld(t);
  lockFor(world, process.pid);
  const scap = startScap(t, world, ["lock", "--unlock"]);
  await scap.asks("Clear lock? [y/N]: ");
  scap.answer("n");

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(scap.marked(), /\nAborting: Canceled by user\n<off><bell>$/);
  assert.ok(existsSync(join(world.directory, "scap.lock")));
});

test("sync-world alone asks for a message and does not pause", async (t) => {
  const world = await aWorld(t);
  const scap = startScap(t, world, ["sync-world"]);
  await scap.asks("Log message (press enter for none): ");
  scap.answer("Spring cleaning");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.match(scap.shown(), /Finished scap sync-world: Spring cleaning \(duration: /);
  assert.ok(await everyPageShows(world, "production", "Help desk"));
});

test("settings stand before the command, and one of them insists on a terminal multiplexer", async (t) => {
  const world = await aWorld(t);
  const define = "require_terminal_multiplexer:True";
  const refused = startScap(t, world, ["-D", define, "backport", "1234"]);
  assert.deepEqual(await refused.ends(), { exitCode: 1, signal: 0 });
  assert.match(refused.shown(), /terminal multiplexer/);

  const accepted = startScap(t, world, [`-D${define}`, "-D", "log_json:False", "backport", "1234"], {
    TMUX: "/tmp/tmux-0/default,1,0",
  });
  await accepted.asks(backportQuestion);
  accepted.answer("n");
  assert.deepEqual(await accepted.ends(), { exitCode: 0, signal: 0 });
});

test("settings are passed on to the commands that backport starts", async (t) => {
  const world = await aWorld(t);
  const scap = startScap(t, world, ["-D", "log_json:False", "backport", "1234"]);
  await scap.asks(backportQuestion);
  scap.answer("y");
  await scap.asks(continueQuestion);
  scap.type("\x04");

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(scap.shown(), /Command '\['\/usr\/bin\/scap', '-D', 'log_json:False', 'sync-world', /);
});

test("settings behind the command are refused", async (t) => {
  const world = await aWorld(t);
  const scap = startScap(t, world, ["backport", "-D", "log_json:False", "1234"]);
  assert.deepEqual(await scap.ends(), { exitCode: 2, signal: 0 });
  assert.match(scap.shown(), /unrecognized argument -D: settings stand before the command/);
});

test("the wrapper finds Node and the program from anywhere", async (t) => {
  const world = await aWorld(t);
  const wrapper = fileURLToPath(new URL("../../sandbox/bin/scap", import.meta.url));
  const link = join(world.directory, "scap");
  symlinkSync(wrapper, link);

  const { stdout } = await promisify(execFile)(link, ["version"], {
    cwd: world.directory,
    env: { ...process.env, SANDBOX_DIR: world.directory },
  });
  assert.equal(stdout, "4.283.0\n\x1b[0m");
});

test("version is one line; an unknown command names the known ones", async (t) => {
  const world = await aWorld(t);
  const version = startScap(t, world, ["version"]);
  assert.deepEqual(await version.ends(), { exitCode: 0, signal: 0 });
  assert.equal(version.marked(), "4.283.0\n<off>");

  const unknown = startScap(t, world, ["dance"]);
  assert.deepEqual(await unknown.ends(), { exitCode: 2, signal: 0 });
  assert.match(unknown.shown(), /no command 'dance'; commands: backport, prep, sync-world, lock, version/);
});
