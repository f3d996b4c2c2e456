// An order that people change by moving one item before another.
import assert from "node:assert/strict";
import { test } from "node:test";
import { movedBefore } from "#lib/domain/order.ts";

test("an item is moved before another one, or to the end", () => {
  assert.deepEqual(movedBefore([1, 2, 3], 3, 1), [3, 1, 2]);
  assert.deepEqual(movedBefore([1, 2, 3], 1, 3), [2, 1, 3]);
  assert.deepEqual(movedBefore([1, 2, 3], 1, null), [2, 3, 1]);
  assert.deepEqual(movedBefore([1, 2, 3], 2, 2), [1, 2, 3]);
  assert.deepEqual(movedBefore([1, 2, 3], 1, 2), [1, 2, 3]);
});

test("without one of the two there is no new order", () => {
  assert.equal(movedBefore([1, 2], 3, 1), undefined);
  assert.equal(movedBefore([1, 2], 1, 3), undefined);
});
