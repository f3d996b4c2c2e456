import assert from "node:assert/strict";
import { test } from "node:test";
import { exactReferences } from "../../../../app/features/deploy/change-input.ts";

test("pasted numbers and URLs are separated by spaces, commas and line breaks, without duplicates", () => {
  assert.deepEqual(exactReferences(" 1234,#1235;\n https://gerrit.example/c/a/+/1236\t1234 "), [
    "1234",
    "#1235",
    "https://gerrit.example/c/a/+/1236",
  ]);
});

test("text with any other word is a search, and not a list of changes", () => {
  assert.equal(exactReferences("1234 site notice"), undefined);
  assert.equal(exactReferences("   "), undefined);
  assert.equal(exactReferences("12a"), undefined);
  assert.equal(exactReferences(Array.from({ length: 41 }, (_, n) => n + 1).join(" ")), undefined);
});
