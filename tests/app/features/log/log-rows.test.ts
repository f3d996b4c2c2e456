import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LineRange } from "../../../../app/features/log/line-range.ts";
import { createLogRows } from "../../../../app/features/log/log-rows.ts";
import { createWrappedRows, ONE_ROW_EACH } from "../../../../app/features/log/row-model.ts";

const NO_NOTES: ReadonlyMap<number, number> = new Map();

test("folded lines have no row, and the lines after them move up", () => {
  const rows = createLogRows(ONE_ROW_EACH, [{ from: 3, to: 7 }], NO_NOTES);

  assert.equal(rows.totalRows(10), 5);
  assert.deepEqual([1, 2, 8, 10].map(rows.rowOfLine), [0, 1, 2, 4]);
  assert.equal(rows.rowOfLine(5), 1, "a folded line is where its fold is");
  assert.deepEqual(
    [0, 1, 2, 4].map((row) => rows.lineAtRow(row, 10)),
    [1, 2, 8, 10],
  );
  assert.deepEqual(rows.visible({ from: 1, to: 9 }), [
    { from: 1, to: 2 },
    { from: 8, to: 9 },
  ]);
});

test("notes take rows after their line, also after the last line of the log", () => {
  const rows = createLogRows(ONE_ROW_EACH, [], new Map([[2, 1], [4, 2]])); // prettier-ignore

  assert.equal(rows.totalRows(4), 7);
  assert.equal(rows.totalRows(3), 4);
  assert.deepEqual([1, 2, 3, 4].map(rows.rowOfLine), [0, 1, 3, 4]);
  assert.deepEqual(
    [1, 2, 3, 5, 6].map((row) => rows.lineAtRow(row, 4)),
    [2, 2, 3, 4, 4],
  );
});

test("a note on the line of a fold stays, and notes on folded lines are folded too", () => {
  const rows = createLogRows(ONE_ROW_EACH, [{ from: 3, to: 5 }], new Map([[2, 1], [4, 9], [5, 9]])); // prettier-ignore

  assert.equal(rows.rowOfLine(6), 3);
  assert.equal(rows.totalRows(6), 4);
});

test("a fold of a million lines costs nothing", () => {
  const rows = createLogRows(ONE_ROW_EACH, [{ from: 11, to: 1_000_000 }], NO_NOTES);

  assert.equal(rows.totalRows(1_000_000), 10);
  assert.equal(rows.lineAtRow(9, 1_000_000), 10);
  assert.deepEqual(rows.visible({ from: 1, to: 1_000_000 }), [{ from: 1, to: 10 }]);
});

/** The rows of a log of `total` lines, one by one. */
function naiveRows(
  total: number,
  hidden: readonly LineRange[],
  notes: ReadonlyMap<number, number>,
  heights: number[],
) {
  const rows: number[] = [];
  for (let n = 1; n <= total; n += 1) {
    if (hidden.some(({ from, to }) => n >= from && n <= to)) continue;
    const height = (heights[n - 1] ?? 1) + (notes.get(n) ?? 0);
    for (let row = 0; row < height; row += 1) rows.push(n);
  }
  return rows;
}

test("rows and lines agree for any folds, notes and wrapped lines", () => {
  const ranges = fc.array(fc.tuple(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 0, max: 9 })), {
    maxLength: 6,
  });
  const notes = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 3 })), {
    maxLength: 6,
  });
  const heights = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 60, maxLength: 60 });
  fc.assert(
    fc.property(ranges, notes, heights, fc.integer({ min: 1, max: 60 }), (folds, noted, tall, total) => {
      const hidden: LineRange[] = [];
      for (const [from, length] of folds.toSorted(([a], [b]) => a - b)) {
        if (from > (hidden.at(-1)?.to ?? 0) + 1) hidden.push({ from, to: from + length });
      }
      const counts = new Map(noted.toSorted(([a], [b]) => a - b));
      const wrapped = createWrappedRows(10);
      for (let n = 1; n <= total; n += 1) wrapped.measure(n, "x".repeat(10 * (tall[n - 1] ?? 1)));
      for (const range of hidden) wrapped.forget(range);
      const rows = createLogRows(wrapped, hidden, counts);
      const expected = naiveRows(total, hidden, counts, tall);

      assert.equal(rows.totalRows(total), expected.length);
      assert.deepEqual(
        expected.map((_, row) => rows.lineAtRow(row, total)),
        expected,
      );
      for (const n of new Set(expected)) assert.equal(rows.rowOfLine(n), expected.indexOf(n));
      const visible = rows
        .visible({ from: 1, to: total })
        .flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
      assert.deepEqual(visible, [...new Set(expected)]);
    }),
  );
});
