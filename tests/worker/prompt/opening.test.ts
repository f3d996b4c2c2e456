// From a read to an open question: output in transit, snapshots, floods and polls.
import { test } from "node:test";
import assert from "node:assert/strict";
import { createScreen } from "../../../worker/prompt/screen.ts";
import { type Event, initialState, liveQuestion, step } from "../../../worker/prompt/decide.ts";
import { drive } from "./drive.ts";
import { kinds, prompts, SYNC } from "./waiting-job.ts";

const READ = {
  how: "read",
  hasTimeout: false,
  onlyTerminal: true,
  mainThread: true,
  mode: "line",
  pid: 1,
  command: "",
} as const;

test("a program with cursor keys in application mode is a screen, even if it never stops drawing", async () => {
  const job = drive();
  await job.output("\x1b[?1h\x1b[H\x1b[2J");
  for (let readId = 1; readId <= 20; readId += 1) {
    await job.reading({ readId, pid: 7, how: "poll", hasTimeout: true, mode: "key" });
    await job.pass(100);
    await job.notReading(readId);
    await job.output(`\x1b[Htop, load ${"x".repeat(readId)}`);
  }
  assert.deepEqual(
    prompts(job).map(({ kind }) => kind),
    ["screen"],
  );
});

test("a read that ended before a snapshot opens no question", async () => {
  const job = drive();
  await job.output("10:00:00 moving on\r\n");
  await job.reading({ readId: 1 });

  await job.notReading(2);
  await job.pass(5000);

  assert.deepEqual(kinds(job), []);
});

test("a read that is reported before its output waits for the output", async () => {
  const job = drive();
  await job.output("Backport the changes? [y/N]: y\r\n");
  const behind = job.state.seen;

  await job.reading({ readId: 5, position: behind + 20 + Buffer.byteLength(SYNC) });
  await job.pass(3000);
  const early = job.seen.length;
  await job.output(SYNC);

  assert.equal(early, 0, "an older screen was taken for the question");
  assert.match(prompts(job)[0]?.message ?? "", /Continue with sync\?$/);
});

test("a snapshot that is behind is requested again after a delay, not in a loop", () => {
  const screen = createScreen({ columns: 160, rows: 50 });
  let state = initialState();
  let snapshotRequests = 0;
  const dispatch = (event: Event): void => {
    const decision = step(state, event);
    state = decision.state;
    snapshotRequests += decision.effects.filter(({ kind }) => kind === "takeSnapshot").length;
  };
  const snapshot = (at: number) => dispatch({ kind: "snapshot", snapshot: screen.snapshot(), at });
  // Bytes that may still become a message do not reach the screen.
  dispatch({ kind: "output", position: 100, bytes: 10, at: 0 });
  const fact = { ...READ, readId: 1, sinceReadId: 1, position: 100 };
  dispatch({ kind: "reading", fact, at: 0 });
  for (let turn = 0; turn < 10; turn += 1) snapshot(5);
  const early = snapshotRequests;
  dispatch({ kind: "tick", at: 25 });
  screen.feed(Buffer.from(SYNC), 100, 25);
  snapshot(25);

  assert.equal(early, 1);
  assert.equal(snapshotRequests, 2);
  assert.equal(liveQuestion(state)?.prompt.kind, "yes_no");
});

test("a read whose output never arrives opens a question that is marked as unsure", async () => {
  const job = drive();
  await job.output(SYNC);

  await job.reading({ readId: 5, position: job.state.seen + 1 });
  await job.pass(9999);
  const early = job.seen.length;
  await job.pass(1);

  assert.equal(early, 0);
  assert.equal(prompts(job)[0]?.unsure, true);
});

test("a polling program that prints opens no question until its output stops", async () => {
  const job = drive();
  for (let turn = 1; turn <= 30; turn += 1) {
    await job.output("Continue with sync? [y/N]: ");
    await job.reading({ readId: turn, how: "poll", hasTimeout: true });
    await job.pass(100);
    await job.notReading(turn);
  }

  assert.deepEqual(job.seen, []);
});

test("a question under a flood of another process is found, and marked as a guess", async () => {
  const job = drive();
  await job.output(`10:00:00 before\r\n${SYNC}`);
  for (let megabyte = 0; megabyte < 20; megabyte += 1) {
    await job.output("10:00:01 another process says something, and does so without an end\r\n".repeat(700));
  }

  await job.reading({ readId: 1 });
  for (let turn = 0; turn < 30; turn += 1) {
    await job.pass(50);
    await job.output("10:00:01 another process says something, and does so without an end\r\n".repeat(3600));
    await job.reading({ readId: 1 });
  }

  const [prompt] = prompts(job);
  assert.equal(prompts(job).length, 1);
  assert.equal(prompt?.message, "Changes synced to the testservers (see https://x)\nContinue with sync?");
  assert.equal(prompt.unsure, true);
});

test("an unknown question under a flood is shown as the raw screen after a second", async () => {
  const job = drive();
  await job.output("Some new question? [y/N]: ");
  await job.output("10:00:01 another process says something\r\n".repeat(2000));

  await job.reading({ readId: 1 });
  await job.pass(1000);

  const [prompt] = prompts(job);
  assert.equal(prompt?.recognised, false);
  assert.equal(prompt.message.split("\n").length, 20);
});

test("a question that was answered before a flood is not found again", async () => {
  const job = drive();
  await job.output(SYNC);
  await job.record("input");
  await job.output("y\r\n");
  await job.output("10:00:01 another process says something\r\n".repeat(2000));

  await job.reading({ readId: 1 });
  await job.pass(1000);

  assert.equal(prompts(job)[0]?.recognised, false);
});

test("the snapshot of an earlier read is not used for the next one", async () => {
  const screen = createScreen({ columns: 160, rows: 50 });
  let state = initialState();
  const opened: string[] = [];
  const dispatch = (event: Event): void => {
    const decision = step(state, event);
    state = decision.state;
    for (const effect of decision.effects) if (effect.kind === "open") opened.push(effect.prompt.message);
  };
  const output = (text: string, position: number, at: number): void => {
    screen.feed(Buffer.from(text), position, at);
    dispatch({ kind: "output", position, bytes: text.length, at });
  };
  output(`${SYNC}10:00:00 another process says something\r\n`, 100, 0);
  dispatch({ kind: "reading", fact: { ...READ, readId: 1, sinceReadId: 1, position: 100 }, at: 0 });
  const ofTheFirst = screen.snapshot();

  // The screen is drawn meanwhile.
  output("10:00:01 moving on\r\n".repeat(60), 200, 5000);
  dispatch({ kind: "notReading", readId: 1, at: 5000 });
  dispatch({ kind: "reading", fact: { ...READ, readId: 2, sinceReadId: 2, position: 200 }, at: 5000 });
  dispatch({ kind: "snapshot", snapshot: ofTheFirst, at: 5000 });
  dispatch({ kind: "snapshot", snapshot: screen.snapshot(), at: 5000 });
  dispatch({ kind: "tick", at: 6000 });

  assert.equal(opened.length, 1);
  assert.doesNotMatch(opened[0] ?? "", /Continue with sync/);
});

test("text that is printed after the read began is never certain", async () => {
  const job = drive();
  await job.output("10:00:00 before\r\n");
  await job.reading({ readId: 1 });
  await job.pass(100);

  await job.output(SYNC);
  await job.reading({ readId: 1 });
  await job.pass(899);
  const early = job.seen.length;
  await job.pass(1);

  assert.equal(early, 0);
  assert.equal(prompts(job)[0]?.unsure, true);
});
