import assert from "node:assert/strict";
import { test } from "node:test";
import { Tally, type Outcome } from "../../../scripts/test/tally.ts";

type Ended = [depth: number, outcome: Outcome, isSuite?: "suite"];

function check(ended: Ended[], expected: { passed: number; failed: number; skipped: number }): void {
  const tally = new Tally();
  for (const [depth, outcome, suite] of ended) {
    tally.add({ kind: "end", name: "one", depth, isSuite: suite !== undefined, outcome });
  }
  assert.deepEqual(tally.counts(), expected);
}

test("tests beside each other are counted one by one", () => {
  check(
    [
      [0, "passed"],
      [0, "failed"],
      [0, "skipped"],
      [0, "passed"],
    ],
    { passed: 2, failed: 1, skipped: 1 },
  );
});

test("the steps of a test are not tests, its suite is not either", () => {
  check(
    [
      [1, "passed"],
      [1, "passed"],
      [0, "passed"],
    ],
    { passed: 1, failed: 0, skipped: 0 },
  );
  check(
    [
      [1, "passed"],
      [1, "passed"],
      [0, "passed", "suite"],
    ],
    { passed: 2, failed: 0, skipped: 0 },
  );
  check(
    [
      [2, "passed"],
      [1, "passed"],
      [0, "passed", "suite"],
    ],
    { passed: 1, failed: 0, skipped: 0 },
  );
  check(
    [
      [2, "passed"],
      [1, "passed", "suite"],
      [1, "passed"],
      [0, "passed", "suite"],
    ],
    { passed: 2, failed: 0, skipped: 0 },
  );
});

test("a failed test in a suite is one failure, and a suite that fails by itself is one too", () => {
  check(
    [
      [1, "failed"],
      [1, "passed"],
      [0, "failed", "suite"],
    ],
    { passed: 1, failed: 1, skipped: 0 },
  );
  check(
    [
      [1, "passed"],
      [0, "failed", "suite"],
    ],
    { passed: 1, failed: 1, skipped: 0 },
  );
});

test("what was counted before a run was cut off counts", () => {
  check(
    [
      [0, "passed"],
      [1, "passed"],
    ],
    { passed: 2, failed: 0, skipped: 0 },
  );
});
