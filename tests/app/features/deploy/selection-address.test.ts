// The selection in the address.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  selectedReferences,
  selectionAddress,
  withReferences,
} from "../../../../app/features/deploy/selection-address.ts";

test("numbers stay readable in the address, and every selection is read back from it", () => {
  assert.equal(selectionAddress(["1241", "1242"]), "/?changes=1241,1242");
  assert.equal(selectionAddress([]), "/");
  for (const references of [
    ["1241", "1242"],
    ["mediawiki/core~7"],
    ["https://gerrit.example/c/a/+/7", "8"],
  ]) {
    const { searchParams } = new URL(selectionAddress(references), "https://deploy.example");
    assert.deepEqual(selectedReferences(searchParams.getAll("changes")), references);
  }
});

test("links of people and programs select the same changes, however they are written", () => {
  assert.deepEqual(selectedReferences(["123", "456,789", "123"]), ["123", "456", "789"]);
  assert.deepEqual(selectedReferences(["#123, 456"]), ["123", "456"]);
  assert.deepEqual(selectedReferences([""]), []);
});

test("words in a link are kept, so that they are refused with a reason", () => {
  assert.deepEqual(selectedReferences(["what is this,123"]), ["what is this", "123"]);
});

test("a link selects no more than twice the changes of a job", () => {
  const many = Array.from({ length: 100 }, (_, index) => String(index + 1)).join(",");
  assert.equal(selectedReferences([many]).length, 40);
});

test("a dependency is added in front of the change that needs it, and nothing twice", () => {
  assert.deepEqual(withReferences(["1", "3"], ["2"], "3").references, ["1", "2", "3"]);
  assert.deepEqual(withReferences(["1"], ["#1", "2"]).references, ["1", "2"]);
  assert.deepEqual(withReferences(["1"], ["2"], "gone").references, ["1", "2"]);
});

test("changes beyond the most that a job can have are not added, and are named", () => {
  const twenty = Array.from({ length: 20 }, (_, index) => String(index + 1));
  assert.deepEqual(withReferences(twenty, ["21"]), { references: twenty, excess: ["21"] });
});
