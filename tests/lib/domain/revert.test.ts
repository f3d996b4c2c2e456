// Reverts by change.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isChangeReverted, revertibleChanges, type RevertOfJob } from "#lib/domain/revert.ts";

const done = (...changes: number[]): RevertOfJob => ({
  state: "succeeded",
  outcome: "completed",
  reached: "production",
  changes,
});
const numbers = (revertedBy: RevertOfJob[]) =>
  revertibleChanges([{ number: 1 }, { number: 2 }, { number: 3 }], revertedBy).map(({ number }) => number);

test("a revert of a part leaves the other changes, which can still be reverted", () => {
  assert.deepEqual(
    [1, 2].map((number) => isChangeReverted(number, [done(1)])),
    [true, false],
  );
  assert.deepEqual(numbers([done(1)]), [2, 3]);
  assert.deepEqual(numbers([done(1), done(2, 3)]), []);
});

test("a revert counts when it has completed in production, and keeps others from being requested while it is open", () => {
  const declined: RevertOfJob = { ...done(1), state: "failed", outcome: "declined", reached: "merged" };
  const elsewhere: RevertOfJob = { ...done(1), reached: "merged" };
  const open: RevertOfJob = { ...done(1), state: "queued", outcome: null, reached: "nowhere" };
  for (const revert of [declined, elsewhere, open]) assert.ok(!isChangeReverted(1, [revert]));
  assert.deepEqual(numbers([declined]), [1, 2, 3]);
  assert.deepEqual(numbers([open]), [2, 3]);
});
