import assert from "node:assert/strict";
import { test } from "node:test";
import { afterScroll, isAtEnd, scrollMap, scrollTo } from "../../../../app/features/log/scroll-map.ts";

const START = { scrollTop: 0, contentTop: 0 };

test("while the rows fit into an element, the scroll bar is exact", () => {
  const map = scrollMap(100_000, 500);

  assert.equal(map.heightPx, 100_000);
  assert.deepEqual(afterScroll(map, START, 4321), { scrollTop: 4321, contentTop: 4321 });
  assert.deepEqual(scrollTo(map, 4321), { scrollTop: 4321, contentTop: 4321 });
});

test("a million lines stay within the height limit of browsers, and both ends can be reached", () => {
  const map = scrollMap(20_000_000, 500);

  assert.equal(map.heightPx, 8_000_000);
  const end = afterScroll(map, START, 8_000_000 - 500);
  assert.equal(end.contentTop, 20_000_000 - 500);
  assert.ok(isAtEnd(map, end, 20));
  assert.deepEqual(afterScroll(map, end, 0), START);
});

test("the wheel scrolls by the same distance however long the log is", () => {
  const map = scrollMap(20_000_000, 500);
  const middle = scrollTo(map, 10_000_000);

  const next = afterScroll(map, middle, middle.scrollTop + 100);

  assert.equal(next.contentTop, 10_000_100);
});

test("dragging the thumb moves to the same fraction of the content", () => {
  const map = scrollMap(20_000_000, 500);

  const half = afterScroll(map, START, (8_000_000 - 500) / 2);

  assert.equal(Math.round(half.contentTop), (20_000_000 - 500) / 2);
});

test("no position is outside of the rows", () => {
  const map = scrollMap(20_000_000, 500);
  assert.deepEqual(scrollTo(map, -100), START);
  assert.equal(scrollTo(map, 1e12).contentTop, 20_000_000 - 500);

  const short = scrollMap(100, 500);
  assert.deepEqual(scrollTo(short, 50), START);
  assert.ok(isAtEnd(short, START, 0));
});
