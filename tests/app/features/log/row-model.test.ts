import assert from "node:assert/strict";
import { test } from "node:test";
import { createWrappedRows, displayWidth, ONE_ROW_EACH } from "../../../../app/features/log/row-model.ts";

test("without wrapping, every line is one row", () => {
  assert.equal(ONE_ROW_EACH.rowOfLine(1), 0);
  assert.equal(ONE_ROW_EACH.lineAtRow(0, 10), 1);
  assert.equal(ONE_ROW_EACH.lineAtRow(99, 10), 10);
  assert.equal(ONE_ROW_EACH.lineAtRow(0, 0), 1);
});

test("a long line occupies as many rows as its width needs, and the lines after it move down", () => {
  const rows = createWrappedRows(10);

  assert.ok(rows.measure(2, "x".repeat(25)));
  assert.ok(!rows.measure(2, "y".repeat(30)), "the same number of rows is nothing new");

  assert.equal(rows.totalRows(4), 6);
  assert.deepEqual(
    [1, 2, 3, 4].map((n) => rows.rowOfLine(n)),
    [0, 1, 4, 5],
  );
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((row) => rows.lineAtRow(row, 4)),
    [1, 2, 2, 2, 3, 4],
  );
});

test("rows and lines are consistent across pages that were never fetched", () => {
  const rows = createWrappedRows(10);
  const totalLines = 5000;
  for (const [n, width] of [
    [1, 30],
    [500, 11],
    [1700, 95],
    [1701, 5],
    [4999, 20],
  ] as const) {
    rows.measure(n, "x".repeat(width));
  }

  for (let n = 1; n <= totalLines; n += 1) {
    assert.equal(rows.lineAtRow(rows.rowOfLine(n), totalLines), n, `line ${n}`);
  }
  assert.equal(rows.rowOfLine(totalLines) + 1, rows.totalRows(totalLines));
});

test("a line that becomes shorter occupies fewer rows", () => {
  const rows = createWrappedRows(10);
  rows.measure(1, "x".repeat(100));
  rows.measure(1, "x");

  assert.equal(rows.totalRows(3), 3);
});

test("removed lines occupy no rows", () => {
  const rows = createWrappedRows(10);
  rows.measure(2, "x".repeat(30));
  rows.measure(700, "x".repeat(30));

  assert.ok(rows.forget({ from: 3, to: Infinity }));
  assert.ok(!rows.forget({ from: 3, to: Infinity }));

  assert.equal(rows.totalRows(2), 4);
  rows.measure(700, "x".repeat(20));
  assert.equal(rows.totalRows(700), 703);
});

test("colours have no width, wide characters are two cells wide, combining marks have none", () => {
  assert.equal(displayWidth("\x1b[32mabc\x1b[0m"), 3);
  assert.equal(displayWidth("日本"), 4);
  assert.equal(displayWidth("🐌"), 2);
  assert.equal(displayWidth("e\u0301"), 1);
  assert.equal(displayWidth("┌──┐"), 4);
});
