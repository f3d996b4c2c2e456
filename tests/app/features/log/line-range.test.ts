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

test("Shift+click extends the marked range from the line that was marked first", () => {
  assert.deepEqual(extendRange(undefined, undefined, 5), { from: 5, to: 5 });
  assert.deepEqual(extendRange({ from: 10, to: 10 }, 10, 20), { from: 10, to: 20 });
  assert.deepEqual(extendRange({ from: 10, to: 20 }, 20, 30), { from: 20, to: 30 });
  assert.deepEqual(extendRange({ from: 10, to: 20 }, 10, 5), { from: 5, to: 10 });
});

test("a range of the URL is extended from its first line", () => {
  assert.deepEqual(extendRange({ from: 10, to: 12 }, undefined, 20), { from: 10, to: 20 });
  assert.deepEqual(extendRange({ from: 10, to: 12 }, 99, 5), { from: 5, to: 10 });
});
