// Answers: what is typed and when, and the effect of each result.
import { test } from "node:test";
import assert from "node:assert/strict";
import { drive } from "./drive.ts";
import { kinds, prompts, SYNC, waiting } from "./waiting-job.ts";

test("a program that leaves its read and asks another question does not get the answer to the previous one", async () => {
  const job = await waiting();

  // Its read was last reported before this.
  await job.output("\r\nNobody answered.\r\nRoll back? [y/N]: ");
  await job.notReading(1);
  await job.reading({ readId: 2 });
  await job.answer("r1", true);

  assert.deepEqual(kinds(job), ["open", "withdraw moved_on", "open", "undelivered"]);
  assert.match(prompts(job)[1]?.message ?? "", /Roll back\?$/);
});

test("an expired question accepts no answer, and is not withdrawn", async () => {
  const job = await waiting();

  await job.send({ kind: "expired", promptKey: "r1", at: job.now() });
  await job.answer("r1", true);
  await job.record("signal");
  await job.output("^C\r\nRoll back? [y/N]: ");
  await job.notReading(1);
  await job.reading({ readId: 2 });

  assert.deepEqual(kinds(job), ["open", "undelivered", "open"]);
});

test("an answer in transit stays with its question when the read ends and returns", async () => {
  const job = await waiting();
  await job.answer("r1", true);

  await job.notReading(1);
  await job.reading({ readId: 2, sinceReadId: 1 });
  await job.record("input");
  await job.typed("r1", "consumed");
  await job.pass(5000);

  assert.deepEqual(kinds(job), ["open", "type", "consumed"]);
});

test("a question whose answer found no read is asked again and says so", async () => {
  const job = await waiting();
  await job.answer("r1", true);

  await job.typed("r1", "not_reading");
  await job.notReading(1);
  await job.reading({ readId: 2, sinceReadId: 2 });

  assert.deepEqual(kinds(job), ["open", "type", "undelivered", "open"]);
  const [first, again] = prompts(job);
  assert.equal(again?.message, first?.message);
  assert.match(again?.complaint ?? "", /was not waiting for input/);
});

test("a question whose answer timed out waiting for a read says so when it is asked again", async () => {
  const job = await waiting();
  await job.notReading(1);
  await job.answer("r1", true);
  await job.pass(2000);

  await job.reading({ readId: 2, sinceReadId: 1 });

  assert.deepEqual(kinds(job), ["open", "undelivered", "open"]);
  assert.match(prompts(job)[1]?.complaint ?? "", /was not waiting for input/);
});

test("an answer is typed once, in the form of its prompt, for the read of its question", async () => {
  const job = await waiting();

  await job.answer("r1", true);
  await job.answer("r1", false);

  assert.deepEqual(job.seen.slice(1), [
    { kind: "type", interactionId: 1, by: "alice", readId: 1, text: "y", secret: false, at: job.now() },
  ]);
});

test("an answer that is not an option is not delivered, and the question is asked again", async () => {
  const job = await waiting();

  await job.answer("r1", "y\ny");
  await job.answer("r1.1", true);

  assert.deepEqual(kinds(job), ["open", "undelivered", "open", "type"]);
  const [refused] = job.seen.flatMap((effect) => (effect.kind === "settle" ? [effect.why] : []));
  assert.match(refused ?? "", /not_an_option/);
});

test("an answer to another question is not delivered, and the open question stays", async () => {
  const job = await waiting();

  await job.answer("r0", true);
  await job.answer("r1", true);

  assert.deepEqual(kinds(job), ["open", "undelivered", "type"]);
});

test("a consumed answer ends its question, and the next read opens another", async () => {
  const job = await waiting();
  await job.answer("r1", true);

  await job.record("input");
  await job.output("y\r\n");
  await job.notReading(1);
  await job.output("Continue with backport anyway? [y/N]: ");
  await job.reading({ readId: 2 });
  await job.typed("r1", "consumed");

  assert.deepEqual(kinds(job), ["open", "type", "consumed", "open"]);
  assert.equal(prompts(job)[1]?.message, "Continue with backport anyway?");
});

test("a program that rejects the answer asks again, with its error message", async () => {
  const job = await waiting();
  await job.answer("r1", true);

  await job.record("input");
  await job.output(`y\r\nInvalid choice: 'y'\r\n${SYNC}`);
  await job.typed("r1", "consumed");
  await job.reading({ readId: 2 });

  assert.equal(prompts(job)[1]?.complaint, "Invalid choice: 'y'");
  assert.equal(prompts(job)[1]?.message, prompts(job)[0]?.message);
});

test("a program that continues to read after its answer without output is shown as the raw screen", async () => {
  const job = await waiting();
  await job.answer("r1", true);

  await job.record("input");
  await job.output("y\r\n");
  await job.typed("r1", "consumed");
  await job.reading({ readId: 2 });
  await job.pass(2000);

  assert.equal(prompts(job)[1]?.recognised, false);
  assert.deepEqual(prompts(job)[1]?.options, []);
});

for (const result of ["not_consumed", "echo_on", "invalid"] as const) {
  test(`an answer that was ${result} leaves the question open under a new key`, async () => {
    const job = await waiting();
    await job.answer("r1", true);

    await job.record("input");
    await job.output("y\r\n");
    await job.typed("r1", result);
    await job.answer("r1.1", false);

    const settled = result === "not_consumed" ? result : "undelivered";
    assert.deepEqual(kinds(job), ["open", "type", settled, "open", "type"]);
    const [first, again] = prompts(job);
    assert.equal(again?.promptKey, "r1.1");
    assert.equal(again?.message, first?.message);
    assert.notEqual(again?.complaint, undefined);
  });
}

test("an answer that came too late does not open the same read again", async () => {
  const job = await waiting();
  await job.answer("r1", true);

  await job.typed("r1", "not_reading");
  await job.pass(5000);

  assert.deepEqual(kinds(job), ["open", "type", "undelivered"]);
});

test("a question becomes a secret when the echo is turned off", async () => {
  const job = drive();
  await job.output("Password: ");
  await job.reading({ readId: 1, mode: "line" });
  await job.pass(500);

  await job.reading({ readId: 1, mode: "secret" });

  assert.deepEqual(kinds(job), ["open"]);
  assert.equal(prompts(job)[0]?.kind, "secret");
});

test("a secret question is withdrawn immediately when the echo is turned on", async () => {
  const job = drive();
  await job.output("[sudo] password for u: ");
  await job.reading({ readId: 1, mode: "secret" });

  await job.reading({ readId: 1, mode: "line" });
  await job.pass(2000);

  assert.deepEqual(kinds(job), ["open", "withdraw mode_changed", "open"]);
  assert.equal(prompts(job)[1]?.kind, "text");
  assert.equal(prompts(job)[1]?.promptKey, "r1.1");
});

test("a secret is sent to the holder as a secret", async () => {
  const job = drive();
  await job.output("[sudo] password for u: ");
  await job.reading({ readId: 1, mode: "secret" });

  await job.answer("r1", "hunter2");

  assert.deepEqual(job.seen.at(-1), {
    kind: "type",
    interactionId: 1,
    by: "alice",
    readId: 1,
    text: "hunter2",
    secret: true,
    at: job.now(),
  });
});

test("a poll that does not return ends the question, and a waiting answer is not typed", async () => {
  const job = drive();
  await job.output("10:00:00 Press enter to unlock...\r\n");
  await job.reading({ readId: 1, how: "poll", hasTimeout: true });
  await job.pass(1000);
  await job.notReading(1);
  await job.answer("r1", true);

  await job.pass(1600);
  await job.reading({ readId: 2 });

  assert.deepEqual(kinds(job).slice(0, 2), ["open", "undelivered"]);
  assert(!kinds(job).includes("type"), "an answer was typed into another read");
});
