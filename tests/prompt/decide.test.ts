import { test } from "node:test";
import assert from "node:assert/strict";
import { drive } from "./drive.ts";

const B5 =
  "12:00:01 Change 1234 is ok\r\nThe following changes are scheduled for backport:\r\n┌───┬─────┐\r\n│ 1 │ x   │\r\n└───┴─────┘\r\nBackport the changes? [y/N]: ";

test("a recognised question opens at once when the program reads", async () => {
  const job = drive();
  await job.output(B5);

  await job.reading({ readId: 3 });

  const [open] = job.seen;
  assert(open?.kind === "open");
  assert.equal(open.prompt.promptId, "r3");
  assert.equal(open.prompt.kind, "yes_no");
  assert.equal(open.prompt.default, false);
  assert.equal(
    open.prompt.message,
    "The following changes are scheduled for backport:\n┌───┬─────┐\n│ 1 │ x   │\n└───┴─────┘\nBackport the changes?",
  );
  job.dispose();
});

test("the same words without a read never open anything", async () => {
  const job = drive();
  await job.output(B5);

  await job.pass(600_000);

  assert.deepEqual(job.seen, []);
  job.dispose();
});

test("an answer is typed for the read it was given for, and the next read asks anew", async () => {
  const job = drive();
  await job.output(B5);
  await job.reading({ readId: 3 });

  await job.send({ kind: "answerGiven", promptId: "r3", value: true, at: job.now() });
  await job.record("input");
  await job.output("maybe\r\nInvalid choice: 'maybe'\r\nBackport the changes? [y/N]: ");
  await job.send({ kind: "typed", promptId: "r3", result: "consumed", at: job.now() });
  await job.reading({ readId: 4 });

  assert.deepEqual(
    job.seen.map((effect) => effect.kind),
    ["open", "type", "open"],
  );
  const again = job.seen[2];
  assert(again?.kind === "open");
  assert.equal(again.prompt.complaint, "Invalid choice: 'maybe'");
  assert.equal(again.prompt.message, "Backport the changes?");
  job.dispose();
});

test("an unrecognised read opens after a second, with the screen as its message", async () => {
  const job = drive();
  await job.output("12:00:01 something\r\n");

  await job.reading();
  await job.pass(999);
  const early = job.seen.length;
  await job.pass(1);

  assert.equal(early, 0, "opened before the second was over");
  const [open] = job.seen;
  assert(open?.kind === "open");
  assert.equal(open.prompt.recognised, false);
  assert.equal(open.prompt.message, "12:00:01 something");
  job.dispose();
});
