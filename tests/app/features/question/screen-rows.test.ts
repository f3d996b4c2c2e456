import assert from "node:assert/strict";
import { test } from "node:test";
import { storedScreen, shownScreen } from "../../../../app/features/question/screen-rows.ts";

const screen = (rows: string[], cursorRow: number, cursorColumn: number, isAlternate = false) =>
  shownScreen({ rows, cursorRow, cursorColumn, isAlternate });

test("empty rows at the end are left out, unless the program uses the alternate screen", () => {
  assert.equal(screen(["one", "two", "", ""], 0, 0).rows.length, 2);
  assert.equal(screen(["one", "", "", ""], 2, 0).rows.length, 3);
  assert.equal(screen(["one", "", "", ""], 0, 0, true).rows.length, 4);
});

test("the cursor is on its cell, whatever the width of the characters before it", () => {
  assert.deepEqual(screen(["name: "], 0, 6).cursor, { row: 0, before: "name: ", at: " " });
  assert.deepEqual(screen(["日本語"], 0, 4).cursor, { row: 0, before: "日本", at: "語" });
  assert.deepEqual(screen(["日本語"], 0, 5).cursor, { row: 0, before: "日本", at: "語" });
  assert.deepEqual(screen(["e\u0301x"], 0, 1).cursor, { row: 0, before: "e\u0301", at: "x" });
  assert.deepEqual(screen(["\u001b[7mab\u001b[m"], 0, 1).cursor, { row: 0, before: "a", at: "b" });
  assert.deepEqual(screen(["a"], 0, 3).cursor, { row: 0, before: "a  ", at: " " });
});

test("the width is that of the widest row, including the cursor", () => {
  assert.equal(screen(["ab", "日本語"], 0, 1).columns, 6);
  assert.equal(screen(["ab"], 0, 9).columns, 10);
  assert.equal(storedScreen("? Where to\n❯ staging").columns, 10);
});
