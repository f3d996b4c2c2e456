// A worker that takes a job over restores its question in any mode, and continues from there.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Progress } from "../../../worker/prompt/decide.ts";
import { type Drive, drive } from "./drive.ts";
import { announce, forge, kinds, prompts, SYNC, waiting } from "./waiting-job.ts";

const MESSAGE = "Changes synced to the testservers (see https://x)\nContinue with sync?";
const ID = 1;
const ANSWER = { interactionId: ID, by: "alice", value: true } as const;
const READY: Progress = { mode: "ready", answer: ANSWER };
const EXPIRED: Progress = { mode: "expired", since: 0 };
const PASSWORD = "Password: ";
const SEALED: Progress = { mode: "awaiting_secret", answer: { ...ANSWER, value: undefined }, since: 0 };

/** A worker that replays the journal of a job whose question r1 was left in this mode. */
function restored(progress: Progress, message = MESSAGE): Drive {
  const kind = progress.mode === "awaiting_secret" ? "secret" : "yes_no";
  const job = drive({
    restored: { prompt: { promptKey: "r1", kind, message, interactionId: ID }, progress },
    isReplaying: true,
  });
  job.idOf("r1");
  return job;
}

const input = (job: Drive) =>
  job.send({ kind: "input", position: job.state.seen, interactionId: ID, at: job.now() });
const caughtUp = (job: Drive) => job.send({ kind: "caughtUp", at: job.now() });

test("an answer that was not typed is typed when its question is found again", async () => {
  const job = restored(READY);

  await job.output(SYNC);
  await job.reading({ readId: 57 });
  await caughtUp(job);

  assert.deepEqual(kinds(job), ["open", "type"]);
  assert.deepEqual(
    job.seen.flatMap((effect) => (effect.kind === "type" ? [[effect.interactionId, effect.readId]] : [])),
    [[ID, 57]],
  );
});

test("an answer whose question is not found again is not delivered", async () => {
  const job = restored(READY);

  await job.output("10:00:00 busy\r\n");
  await caughtUp(job);
  await job.pass(7000);

  assert.deepEqual(kinds(job), ["undelivered"]);
});

for (const order of ["in the journal", "after the journal"] as const) {
  test(`an answer that an earlier worker typed is not typed again, and is settled by its record (${order})`, async () => {
    const job = restored(READY);

    await job.output(SYNC);
    await input(job);
    await job.output(`y\r\n${SYNC}`);
    if (order === "after the journal") await caughtUp(job);
    await job.send({ kind: "resultRecord", interactionId: ID, result: "consumed", at: job.now() });
    if (order === "in the journal") await caughtUp(job);
    await job.reading({ readId: 2 });
    await job.pass(10_000);

    assert.deepEqual(kinds(job), ["consumed", "open"]);
  });
}

test("an answer that an earlier worker typed does not hold up the next question", async () => {
  const job = restored(READY);

  await job.output(SYNC);
  await input(job);
  await job.output(`y\r\n${SYNC}`);
  await job.reading({ readId: 2 });
  await caughtUp(job);
  await job.answer("r1", true);
  await job.send({ kind: "resultRecord", interactionId: ID, result: "consumed", at: job.now() });

  assert.deepEqual(kinds(job), ["open", "consumed"]);
});

test("a question whose answer the database lost is withdrawn when the journal shows that it was typed", async () => {
  const job = restored({ mode: "open" });

  await job.output(SYNC);
  await input(job);

  assert.deepEqual(kinds(job), ["withdraw moved_on"]);
});

test("an answer that only the journal contains is settled from it, once", async () => {
  const job = drive({ isReplaying: true });
  const record = { kind: "resultRecord", interactionId: 7, result: "consumed", at: job.now() } as const;

  await job.send(record);
  await job.send(record);

  assert.deepEqual(job.seen, [
    {
      kind: "settle",
      interactionId: 7,
      delivery: "consumed",
      why: null,
      isFromJournal: true,
      at: job.now(),
    },
  ]);
});

test("an answer without its question waits for the end of the journal, and is not delivered then", async () => {
  const job = drive({ isReplaying: true });

  await job.answer("r0", true);
  const during = kinds(job);
  await caughtUp(job);
  await job.answer("r0", true);

  assert.deepEqual(during, []);
  assert.deepEqual(kinds(job), ["undelivered"]);
});

test("a secret that was sent to an earlier worker is asked for again if it does not arrive", async () => {
  const job = restored(SEALED, "Password");

  await job.output(PASSWORD);
  await job.reading({ readId: 2, mode: "secret" });
  await caughtUp(job);
  await job.pass(1999);
  const early = kinds(job);
  await job.pass(1);

  assert.deepEqual(early, ["open"]);
  assert.deepEqual(kinds(job), ["open", "undelivered", "open"]);
});

for (const order of ["the secret first", "the answer first"] as const) {
  test(`a secret is typed when it and its answer have arrived (${order})`, async () => {
    const job = drive();
    await job.output(PASSWORD);
    await job.reading({ readId: 1, mode: "secret" });
    const secret = { kind: "secret", interactionId: job.idOf("r1"), text: "hunter2", at: job.now() } as const;

    if (order === "the secret first") await job.send(secret);
    await job.answer("r1", null);
    const before = kinds(job);
    if (order === "the answer first") await job.send(secret);

    assert.deepEqual(before, order === "the secret first" ? ["open", "type"] : ["open"]);
    assert.deepEqual(
      job.seen.flatMap((effect) => (effect.kind === "type" ? [[effect.text, effect.secret]] : [])),
      [["hunter2", true]],
    );
  });
}

test("a secret that arrives while its question has no read is typed when the read returns", async () => {
  const job = drive();
  await job.output(PASSWORD);
  await job.reading({ readId: 1, mode: "secret" });
  await job.answer("r1", null);
  await job.notReading(1);
  await job.send({ kind: "secret", interactionId: job.idOf("r1"), text: "hunter2", at: job.now() });
  await job.reading({ readId: 2, sinceReadId: 1, mode: "secret" });

  assert.deepEqual(kinds(job), ["open", "type"]);
});

test("an expired question that is found again is not withdrawn, and is asked again if scap still waits", async () => {
  const job = restored(EXPIRED);

  await job.output(SYNC);
  await job.reading({ readId: 2 });
  await caughtUp(job);
  await job.pass(9999);
  const early = kinds(job);
  await job.pass(1);

  assert.deepEqual(early, ["open"]);
  assert.deepEqual(kinds(job), ["open", "open"]);
});

test("what is being typed when the program ends is settled by the holder's reply", async () => {
  const job = drive();
  await job.output(SYNC);
  await job.reading({ readId: 1 });
  await job.answer("r1", true);

  await job.send({ kind: "exited", at: job.now() });
  const atExit = kinds(job);
  await job.typed("r1", "consumed");

  assert.deepEqual(atExit, ["open", "type"]);
  assert.deepEqual(kinds(job), ["open", "type", "consumed"]);
});

const SOMETHING_ELSE = {
  prompt: { promptKey: "r1", kind: "yes_no", message: "Something else?", interactionId: 1 },
  progress: { mode: "open" },
} as const;

test("after a restart a prompt keeps its key, and a closed one is not reopened under its key", async () => {
  const fresh = drive();
  await fresh.output(SYNC);
  await fresh.reading({ readId: 7 });
  const resumed = drive({ closedPromptKeys: ["r6", "r7"] });
  await resumed.output(SYNC);
  await resumed.reading({ readId: 7 });

  assert.equal(prompts(fresh)[0]?.promptKey, "r7");
  assert.equal(prompts(resumed)[0]?.promptKey, "r7.1");
});

test("a replayed journal opens no answered question, and an open one once", async () => {
  const job = drive({ isReplaying: true });
  await announce(job);
  await job.output("x\r\n");
  await job.pass(60_000);
  await job.output("y\r\n");
  await job.record("input");
  await job.pass(60_000);
  await job.output("z\r\n");
  await announce(job);
  await job.pass(60_000);
  await job.record("note");
  const during = job.seen.length;

  await job.reading({ readId: 9 });
  await job.send({ kind: "caughtUp", at: job.now() });

  assert.equal(during, 0, "an answered question was asked again");
  assert.deepEqual(
    prompts(job).map(({ readId }) => readId),
    [9],
  );
});

test("a new worker ignores an announcement whose question is closed", async () => {
  const first = drive();
  await first.output("x\r\n");
  await forge(first);
  const over = `m${first.state.seen}`;
  const job = drive({ isReplaying: true, closedPromptKeys: [over] });

  await job.output("x\r\n");
  await forge(job);
  await job.output("moving on\r\n");
  await announce(job);
  await job.reading({ readId: 7 });
  await job.send({ kind: "caughtUp", at: job.now() });

  assert.deepEqual(
    prompts(job).map(({ source, message }) => [source, message]),
    [["protocol", "Continue with deployment?"]],
  );
});

test("a new worker finds the pending question under its key, even in another read", async () => {
  const first = await waiting();
  const [asked] = prompts(first);
  assert(asked !== undefined);
  const job = drive({
    restored: { prompt: { ...asked, interactionId: 1 }, progress: { mode: "open" } },
    isReplaying: true,
  });

  await job.output(SYNC);
  await job.reading({ readId: 57 });
  await job.send({ kind: "caughtUp", at: job.now() });
  await job.pass(10_000);

  assert.deepEqual(kinds(job), ["open"]);
  assert.equal(prompts(job)[0]?.promptKey, asked.promptKey);
  assert.equal(prompts(job)[0]?.readId, 57);
});

test("a new worker withdraws the pending question when another one is asked", async () => {
  const job = drive({ restored: SOMETHING_ELSE });

  await job.output(SYNC);
  await job.reading({ readId: 2 });

  assert.deepEqual(job.seen.slice(0, 1), [
    { kind: "withdraw", promptKey: "r1", why: "moved_on", at: job.now() },
  ]);
  assert.equal(prompts(job)[0]?.promptKey, "r2");
});

test("a new worker withdraws the pending question when it is no longer asked", async () => {
  const job = drive({ restored: SOMETHING_ELSE });

  await job.output("10:00:00 busy\r\n");
  await job.pass(6999);
  const early = job.seen.length;
  await job.pass(1);

  assert.equal(early, 0);
  assert.deepEqual(kinds(job), ["withdraw moved_on"]);
});
