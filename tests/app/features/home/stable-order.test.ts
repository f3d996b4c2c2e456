import assert from "node:assert/strict";
import { test } from "node:test";
import { stableOrder } from "../../../../app/features/home/stable-order.ts";
import { aSummary } from "../../wire-samples.ts";

const jobs = (...ids: number[]) => ids.map((id) => aSummary({ id }));
const ids = (order: readonly number[], live: readonly number[]) =>
  stableOrder(order, jobs(...live)).map(({ id }) => id);

test("a live job keeps its position when questions come and go", () => {
  assert.deepEqual(ids([], [7, 3, 5]), [7, 3, 5], "the first order is that of the sections");
  assert.deepEqual(ids([7, 3, 5], [3, 5, 7]), [7, 3, 5]);
});

test("new live jobs are appended, and ended ones leave no gap", () => {
  assert.deepEqual(ids([7, 3, 5], [9, 3, 5]), [3, 5, 9]);
});
