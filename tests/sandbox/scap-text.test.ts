import assert from "node:assert/strict";
import { test } from "node:test";
import { displayWidth } from "../../sandbox/scap/display-width.ts";
import { pythonList, pythonRepr } from "../../sandbox/scap/python.ts";
import { duration } from "../../sandbox/scap/session.ts";
import { drawTable, wrap } from "../../sandbox/scap/table.ts";

test("a text is as wide as its columns on a terminal, not its characters", () => {
  for (const [text, width] of [
    ["", 0],
    ["abc", 3],
    ["「果樹園」", 10],
    ["🍎🍐", 4],
    ["👩🏽‍🌾", 2],
    ["e\u0301a\u030a", 2],
    ["żółw", 4],
    ["ﬁ", 1],
    ["❤️", 2],
  ] as const) {
    assert.equal(displayWidth(text), width, JSON.stringify(text));
  }
});

test("every row of a table is equally wide, whatever is in it", () => {
  const table = drawTable(
    [
      { title: "#", align: "right" },
      { title: "Subject", align: "left", widthMax: 12 },
    ],
    [
      ["1234", "ようこそ Welcome to 🍎 the Orchard"],
      ["7", "x".repeat(30)],
      ["8", "moves \x1b[2J the cursor"],
    ],
  );
  const widths = new Set(table.split("\n").map(displayWidth));
  assert.equal(widths.size, 1, table);
  assert.ok(!table.includes("\x1b"), "nothing in a subject reaches the terminal as a command");
});

test("wrapping breaks between words, and inside one that is too long", () => {
  assert.deepEqual(wrap("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
  assert.deepEqual(wrap("果樹園へ", 5), ["果樹", "園へ"]);
  assert.deepEqual(wrap("", 5), [""]);
});

test("values are written as Python writes them", () => {
  assert.equal(pythonRepr("maybe"), "'maybe'");
  assert.equal(pythonRepr("it's"), `"it's"`);
  assert.equal(pythonRepr(`it's "it"`), `'it\\'s "it"'`);
  assert.equal(pythonRepr("a\tb\\\x1b"), "'a\\tb\\\\\\x1b'");
  assert.equal(pythonList(["a", "b"]), "['a', 'b']");
});

test("durations are minutes and seconds", () => {
  assert.equal(duration(7_400), "00m 07s");
  assert.equal(duration(754_000), "12m 34s");
});
