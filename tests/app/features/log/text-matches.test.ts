import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesInNodes } from "../../../../app/features/log/text-matches.ts";

test("a text is found within a node, across nodes, and at their boundaries", () => {
  assert.deepEqual(matchesInNodes(["an Error: ", "disk", " error"], "error"), [
    { from: { node: 0, offset: 3 }, to: { node: 0, offset: 8 } },
    { from: { node: 2, offset: 1 }, to: { node: 2, offset: 6 } },
  ]);
  assert.deepEqual(matchesInNodes(["ab", "", "cd"], "bc"), [
    { from: { node: 0, offset: 1 }, to: { node: 2, offset: 1 } },
  ]);
  assert.deepEqual(matchesInNodes(["ab", "ab"], "ab"), [
    { from: { node: 0, offset: 0 }, to: { node: 0, offset: 2 } },
    { from: { node: 1, offset: 0 }, to: { node: 1, offset: 2 } },
  ]);
  assert.deepEqual(matchesInNodes([], "x"), []);
  assert.deepEqual(matchesInNodes(["x"], ""), []);
});
