import assert from "node:assert/strict";
import { test } from "node:test";
import { revertedCommits } from "#lib/domain/reverted-commits.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

test("a commit message names the commits that it reverts", () => {
  const message = `Revert "Enable the feature"\n\nThis reverts commit ${COMMIT}.\n\nReason for revert: broken`;
  assert.deepEqual(revertedCommits(message), [COMMIT]);
  const both = `Revert two\n\nThis reverts commit ${COMMIT}.\nThis reverts commit abcdef0, as well.`;
  assert.deepEqual(revertedCommits(both), [COMMIT, "abcdef0"]);
});

test("other mentions of commits are not reverts", () => {
  const others = [
    `See what happened after this reverts commit ${COMMIT}`,
    "This reverts commit abc",
    "This reverts commits of last week",
    `Cherry-picked from commit ${COMMIT}`,
  ];
  for (const message of others) assert.deepEqual(revertedCommits(message), [], message);
});
