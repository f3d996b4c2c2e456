import assert from "node:assert/strict";
import { test } from "node:test";
import { dependsOnFooters, inBranchOf, isChangeId } from "#lib/domain/change-dependency.ts";

const ID = `I${"a1".repeat(20)}`;

test("Depends-On footers are read in order, once each, and not from prose", () => {
  const message = [
    "Subject",
    "",
    "This Depends-On: nothing, really.",
    "",
    `Depends-On: ${ID}`,
    `depends-on:  https://gerrit.example/c/p/+/12 `,
    `Depends-On: ${ID}`,
    "Change-Id: I0",
  ].join("\n");
  assert.deepEqual(dependsOnFooters(message), [ID, "https://gerrit.example/c/p/+/12"]);
  assert.equal(isChangeId(ID), true);
  assert.equal(isChangeId("I123"), false);
});

test("of changes with the same Change-Id, the one in the same branch counts; without it, all", () => {
  const candidates = [{ branch: "master" }, { branch: "wmf/2" }];
  assert.deepEqual(inBranchOf("wmf/2", candidates), [{ branch: "wmf/2" }]);
  assert.deepEqual(inBranchOf("wmf/3", candidates), candidates);
});
