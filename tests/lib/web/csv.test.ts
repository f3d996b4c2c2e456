// CSV that programs can parse and spreadsheets do not execute.
import assert from "node:assert/strict";
import { test } from "node:test";
import { csvLine } from "#lib/web/csv.ts";

test("text is quoted, numbers are not, and an absent value is empty", () => {
  assert.equal(
    csvLine([12, "a, b", 'say "x"', "two\nlines", null]),
    '12,"a, b","say ""x""","two\nlines",\r\n',
  );
});

test("what a spreadsheet would execute begins with an apostrophe", () => {
  for (const begin of ["=", "+", "-", "@", "\t", "\r", "＝"]) {
    assert.equal(csvLine([`${begin}cmd|' /C calc'!A0`]), `"'${begin}cmd|' /C calc'!A0"\r\n`);
  }
  assert.equal(csvLine(["a=b"]), '"a=b"\r\n');
});
