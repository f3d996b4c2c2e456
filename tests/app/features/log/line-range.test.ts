import assert from "node:assert/strict";
import { test } from "node:test";
import { extendRange, lineHash, parseLineHash } from "../../../../app/features/log/line-range.ts";

test("a URL fragment of a line range round-trips", () => {
  for (const range of [
    { from: 10, to: 10 },
    { from: 10, to: 20 },
  ]) {
    assert.deepEqual(parseLineHash(lineHash(range)), range);
  }
  assert.deepEqual(parseLineHash("#L20-L10"), { from: 10, to: 20 });
  assert.deepEqual(parseLineHash("#L10-20"), { from: 10, to: 20 });
});

test("any other URL fragment marks no lines", () => {
  for (const hash of ["", "#", "#L", "#L0", "#x10", "#L10-", "#L1234567890"]) {
    assert.equal(parseLineHash(hash), undefined, hash);
  }
});

test("shift-click extends the marked range in either direction", () => {
  assert.deepEqual(extendRange(undefined, 5), { from: 5, to: 5 });
  assert.deepEqual(extendRange({ from: 10, to: 12 }, 20), { from: 10, to: 20 });
  assert.deepEqual(extendRange({ from: 10, to: 12 }, 5), { from: 5, to: 10 });
});
