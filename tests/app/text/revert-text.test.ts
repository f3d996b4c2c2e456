// What a job page says about the reverts of its changes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { revertEffect } from "../../../app/text/revert-text.ts";
import { aChange } from "../wire-samples.ts";

const job = { changes: [aChange(1234), aChange(1235)] };
const done = { state: "succeeded", outcome: "completed", reached: "production" } as const;

test("a revert says whether it removed the changes, and which if not all", () => {
  const all = [1234, 1235];
  assert.equal(revertEffect(job, { ...done, changes: all }), "reverted");
  assert.equal(revertEffect(job, { ...done, changes: [1235] }), "reverted 1235 only");
  const open = { state: "running", outcome: null, reached: "nowhere" } as const;
  assert.equal(revertEffect(job, { ...open, changes: all }), "reverting");
  assert.equal(revertEffect(job, { ...open, state: "queued", changes: [1235] }), "queued, reverts 1235 only");
  for (const outcome of ["declined", "rolled_back", "refused"] as const) {
    const ended = { state: "failed", outcome, reached: "merged", changes: all } as const;
    assert.equal(revertEffect(job, ended), "has not reverted", outcome);
  }
});
