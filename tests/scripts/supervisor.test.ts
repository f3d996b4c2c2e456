import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createSupervisor } from "../../scripts/supervisor.ts";
import { parentOf } from "../../scripts/processes.ts";
import { until } from "../support/until.ts";
import { readRecord, silentObserver, smallPart, story } from "./small-parts.ts";

const scratch = mkdtempSync(join(tmpdir(), "supervisor-test-"));
const programs: ChildProcess[] = [];
after(() => {
  for (const program of programs) program.kill("SIGKILL");
  rmSync(scratch, { recursive: true, force: true });
});

const RESTART_MS = 10;

function newRecord(name: string): string {
  const record = join(scratch, name);
  writeFileSync(record, "");
  return record;
}

function leftBehind(record: string): number[] {
  return readRecord(record)
    .map(({ pid }) => pid)
    .filter((pid) => pid !== 0 && parentOf(pid) !== 0);
}

function supervise(record: string, ...parts: string[]): ChildProcess {
  const program = join(import.meta.dirname, "fixtures/supervise.ts");
  const child = spawn(process.execPath, [program, record, ...parts], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  programs.push(child);
  return child;
}

const isUp = (record: string) => () => story(record).includes("up supervisor");
const hasEnded = (child: ChildProcess) => () => child.exitCode !== null || child.signalCode !== null;

test("each part starts when the one before is ready, and they stop in reverse", async () => {
  const record = newRecord("order");
  const supervisor = createSupervisor(
    ["a", "b", "c"].map((name) => smallPart(record, name)),
    silentObserver,
  );

  await supervisor.start();
  await supervisor.stop();

  const starts = ["began a", "ready a", "began b", "ready b", "began c", "ready c"];
  const stops = ["asked c", "ended c", "asked b", "ended b", "asked a", "ended a"];
  assert.deepEqual(story(record), [...starts, ...stops]);
  assert.deepEqual(leftBehind(record), []);
});

test("a part that exits is restarted, and the others keep running", async () => {
  const record = newRecord("restart");
  const notices: string[] = [];
  const supervisor = createSupervisor(
    [smallPart(record, "a"), smallPart(record, "b")],
    { ...silentObserver, notify: (line) => notices.push(line) },
    RESTART_MS,
  );
  await supervisor.start();
  const [first] = readRecord(record).filter(({ name }) => name === "a");

  process.kill(first?.pid ?? 0, "SIGKILL");
  await until("a to be up again", () => notices.includes("a is up again"));

  assert.equal(notices[0], "a exited (SIGKILL), restarting it");
  assert.equal(story(record).filter((event) => event === "began b").length, 1);
  await supervisor.stop();
  assert.deepEqual(leftBehind(record), []);
});

test("a part that cannot be restarted is tried again until it starts", async () => {
  const record = newRecord("second-try");
  const notices: string[] = [];
  const supervisor = createSupervisor(
    [smallPart(record, "a", ["dies-in-lives=2,3"])],
    { ...silentObserver, notify: (line) => notices.push(line) },
    RESTART_MS,
  );
  await supervisor.start();
  const [first] = readRecord(record);

  process.kill(first?.pid ?? 0, "SIGKILL");
  await until("a to be up again", () => notices.includes("a is up again"));
  await supervisor.stop();

  const failed = "a does not start: a exited before it was ready (exit 7)";
  assert.deepEqual(notices, ["a exited (SIGKILL), restarting it", failed, failed, "a is up again"]);
  assert.deepEqual(leftBehind(record), []);
});

test("a part that does not start ends the start with its last output, and everything is stopped", async () => {
  const record = newRecord("hopeless");
  const parts = [smallPart(record, "a"), smallPart(record, "b", ["dies-in-lives=1"]), smallPart(record, "c")];
  const supervisor = createSupervisor(parts, silentObserver, RESTART_MS);

  await assert.rejects(supervisor.start(), /b exited before it was ready \(exit 7\)\nb cannot live/);

  assert.equal(story(record).filter((event) => event === "began b").length, 1);
  assert.ok(!story(record).includes("began c"), "nothing after it was started");
  assert.ok(story(record).includes("ended a"), "what ran before it was stopped");
  assert.deepEqual(leftBehind(record), []);
});

test("a task that fails stops what runs and says why", async () => {
  const record = newRecord("task");
  const start = async (): Promise<string> => {
    throw new Error("no such table");
  };
  const supervisor = createSupervisor(
    [smallPart(record, "a"), { name: "migrations", start }],
    silentObserver,
  );

  await assert.rejects(supervisor.start(), /no such table/);

  assert.deepEqual(leftBehind(record), []);
});

test("a part that ignores SIGTERM is killed after its timeout", async () => {
  const record = newRecord("stubborn");
  const supervisor = createSupervisor([smallPart(record, "a", ["stubborn"])], silentObserver);
  await supervisor.start();

  await supervisor.stop();

  assert.ok(story(record).includes("asked a"), "it was asked first");
  assert.deepEqual(leftBehind(record), []);
});

test("a Ctrl-C that arrives three times is one Ctrl-C: parts stop in order and nothing is left", async () => {
  const record = newRecord("ctrl-c");
  const child = supervise(record, "a", "b");
  await until("everything to be up", isUp(record));

  for (let times = 0; times < 3; times += 1) child.kill("SIGINT");
  await until("the supervisor to end", hasEnded(child));

  assert.equal(child.exitCode, 0);
  assert.deepEqual(story(record).slice(-4), ["asked b", "ended b", "asked a", "ended a"]);
  assert.deepEqual(leftBehind(record), []);
});

test("a Ctrl-C while parts are starting stops as well", async () => {
  const record = newRecord("early");
  const child = supervise(record, "a", "b,slow");
  await until("b to be tried", () => story(record).includes("began b"));

  child.kill("SIGINT");
  await until("the supervisor to end", hasEnded(child));

  assert.equal(child.exitCode, 0);
  assert.deepEqual(leftBehind(record), []);
});

test("a second Ctrl-C does not wait for a part that ignores SIGTERM", async () => {
  const record = newRecord("twice");
  const child = supervise(record, "a,stubborn,waits-long");
  await until("everything to be up", isUp(record));

  child.kill("SIGINT");
  await until("a to be asked", () => story(record).includes("asked a"));
  await until(
    "the supervisor to end",
    () => {
      child.kill("SIGINT");
      return hasEnded(child)();
    },
    { everyMs: 100 },
  );

  assert.deepEqual(leftBehind(record), []);
});

test("parts of a supervisor that is killed with SIGKILL exit by themselves", async () => {
  const record = newRecord("killed");
  const child = supervise(record, "a", "b");
  await until("everything to be up", isUp(record));

  child.kill("SIGKILL");
  await until("the parts to end", () => leftBehind(record).length === 0);

  assert.ok(story(record).includes("ended a") && story(record).includes("ended b"), "they shut down cleanly");
});
