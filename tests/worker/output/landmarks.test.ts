import assert from "node:assert/strict";
import { test } from "node:test";
import { landmarksIn } from "../../../worker/output/landmarks.ts";

test("every wording by which scap says how it ended is known, coloured and stamped or not", () => {
  const wordings: [string, string][] = [
    ["Skipping sync since there are no deployable commits", "nothing_to_deploy"],
    ["12:00:00 Backport cancelled", "cancelled"],
    ["\u001b[33m12:00:00 Sync cancelled.\u001b[0m", "cancelled"],
    ["12:00:00 \u001b[31mRevert cancelled", "cancelled"],
    ["Result: rolled back", "rolled_back"],
    ["Result: rollback failed", "rollback_failed"],
    ["Result: rollback cancelled", "rollback_failed"],
    ["- production: rollback-failed", "rollback_failed"],
  ];
  for (const [line, landmark] of wordings)
    assert.deepEqual(landmarksIn(`before\n${line}\nafter`), [landmark], line);
});

test("the same words inside a line, as in the subject of a change, mean nothing", () => {
  assert.deepEqual(landmarksIn("Subject: say when Backport cancelled\n| Result: rolled back |"), []);
});
