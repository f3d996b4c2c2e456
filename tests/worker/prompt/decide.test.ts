// When a question opens and when it is withdrawn.
import { test } from "node:test";
import assert from "node:assert/strict";
import { drive } from "./drive.ts";
import { kinds, prompts, SYNC, waiting } from "./waiting-job.ts";

test("a question opens as soon as its read is reported, under the key of the read", async () => {
  const job = await waiting();

  assert.deepEqual(kinds(job), ["open"]);
  assert.equal(prompts(job)[0]?.promptKey, "r1");
  assert.equal(prompts(job)[0]?.readId, 1);
});

test("a question is withdrawn as soon as the program prints after its read", async () => {
  const job = await waiting();

  await job.notReading(1);
  await job.output("10:00:00 moving on\r\n");

  assert.deepEqual(kinds(job), ["open", "withdraw moved_on"]);
});

test("a question is withdrawn when its read ends without output and does not return", async () => {
  const job = await waiting();

  await job.notReading(1);
  await job.pass(1499);
  const early = kinds(job);
  await job.pass(1);

  assert.deepEqual(early, ["open"]);
  assert.deepEqual(kinds(job), ["open", "withdraw moved_on"]);
});

test("a read that a signal interrupts keeps its question and its answer", async () => {
  const job = await waiting();

  for (let readId = 1; readId < 5; readId += 1) {
    await job.pass(5000);
    await job.notReading(readId);
    await job.pass(1000);
    await job.reading({ readId: readId + 1, sinceReadId: 1 });
  }
  await job.answer("r1", true);

  assert.deepEqual(job.seen.slice(1), [
    { kind: "type", interactionId: 1, by: "alice", readId: 5, text: "y", secret: false, at: job.now() },
  ]);
});

test("what a program prints after a signal is another question, even if the end of the read is reported later", async () => {
  const job = await waiting();

  await job.record("signal");
  await job.output("^C\r\nRoll back? [y/N]: ");
  await job.answer("r1", true);
  await job.typed("r1", "not_reading");
  await job.notReading(1);
  await job.reading({ readId: 2 });

  assert.deepEqual(
    prompts(job).map(({ promptKey, message }) => [promptKey, message.split("\n").at(-1)]),
    [
      ["r1", "Continue with sync?"],
      ["r2", "Roll back?"],
    ],
  );
});

test("a signal does not carry an open question over to the next read", async () => {
  const job = await waiting();

  await job.record("signal");
  await job.output("^C\r\nRoll back? [y/N]: ");
  await job.notReading(1);
  await job.reading({ readId: 2 });

  assert.deepEqual(kinds(job), ["open", "withdraw moved_on", "open"]);
  assert.match(prompts(job)[1]?.message ?? "", /Roll back\?$/);
});

test("a signal without effect leaves the question as it is", async () => {
  const job = await waiting();

  await job.output("10:00:00 somebody else's line\r\n");
  await job.reading({ readId: 1 });
  await job.record("signal");
  await job.notReading(1);
  await job.reading({ readId: 2, sinceReadId: 1 });

  assert.deepEqual(kinds(job), ["open"]);
});

test("a question that expired is asked again if the program still waits after a delay", async () => {
  const job = await waiting();

  await job.send({ kind: "expired", promptKey: "r1", at: job.now() });
  await job.record("signal");
  await job.pass(9000);
  assert.deepEqual(kinds(job), ["open"]);
  // The signal was handled, and the program continues to read.
  await job.notReading(1);
  await job.reading({ readId: 2, sinceReadId: 1 });
  await job.pass(2000);

  assert.deepEqual(kinds(job), ["open", "open"]);
  const again = prompts(job)[1];
  assert.deepEqual([again?.promptKey, again?.readId], ["r2", 2]);
  assert.match(again?.complaint ?? "", /No answer arrived in time/);
  await job.answer("r2", true);
  assert.equal(kinds(job).at(-1), "type");
});

test("the end of a later read ends the question of an earlier one", async () => {
  const job = await waiting();

  // The connection to the holder was interrupted for a while, and several reads have started and ended.
  await job.notReading(3);
  await job.output("10:00:00 moving on\r\n");

  assert.deepEqual(kinds(job), ["open", "withdraw moved_on"]);
});

test("a read that does not continue the read of the question does not take it over", async () => {
  const job = await waiting();

  await job.notReading(1);
  await job.reading({ readId: 2, sinceReadId: 2 });

  assert.deepEqual(kinds(job), ["open", "withdraw moved_on", "open"]);
});

test("a similar question after other output is not reported as asked again", async () => {
  const job = await waiting();
  await job.answer("r1", true);

  await job.typed("r1", "not_reading");
  await job.notReading(1);
  await job.output(`\r\n${SYNC}`);
  await job.reading({ readId: 2, sinceReadId: 2 });

  assert.equal(prompts(job)[1]?.complaint, undefined);
});

test("the end of the program withdraws its question, and no other opens", async () => {
  const job = await waiting();

  await job.send({ kind: "exited", at: job.now() });
  await job.reading({ readId: 2 });
  await job.pass(5000);

  assert.deepEqual(kinds(job), ["open", "withdraw exited"]);
});

test("the same read is asked about once, however often it is reported and whatever is printed", async () => {
  const job = await waiting();

  for (let turn = 0; turn < 5; turn += 1) {
    await job.output("another process says something\r\nContinue with sync? [y/N]: ");
    await job.reading({ readId: 1 });
    await job.pass(2000);
  }

  assert.deepEqual(kinds(job), ["open"]);
});

test("a program that polls at intervals keeps its question between two polls", async () => {
  const job = drive();
  const poll = { how: "poll", hasTimeout: true } as const;
  await job.output("10:00:00 Press enter to unlock...\r\n");
  await job.reading({ readId: 1, ...poll });
  await job.pass(1000);

  await job.notReading(1);
  await job.pass(200);
  await job.answer("r1", true);
  await job.reading({ readId: 2, sinceReadId: 1, ...poll });

  assert.deepEqual(kinds(job), ["open", "type"]);
  assert.deepEqual(job.seen.at(-1), {
    kind: "type",
    interactionId: 1,
    by: "alice",
    readId: 2,
    text: "",
    secret: false,
    at: job.now(),
  });
});
