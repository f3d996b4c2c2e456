// Where a change is, concluded from its deployments.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobSummary } from "#lib/contract/job.ts";
import { type Outcome, type Reached, STATE_OF_OUTCOME } from "#lib/domain/job.ts";
import { changeStatus } from "../../../app/text/change-status.ts";

const ended = (outcome: Outcome, reached: Reached, reachIsPartial = false) =>
  ({
    state: STATE_OF_OUTCOME[outcome],
    outcome,
    reached,
    reachIsPartial,
    revertedBy: [] as JobSummary["revertedBy"],
  }) as JobSummary;
const deployed = ended("completed", "production");
const labelOf = (...attempts: JobSummary[]) => changeStatus(1234, attempts).label;

test("the latest deployment that changed something decides", () => {
  assert.equal(labelOf(), "Not deployed");
  assert.equal(labelOf(deployed), "In production");
  assert.equal(labelOf(ended("refused", "nowhere"), deployed), "In production");
  assert.equal(labelOf(ended("nothing_to_deploy", "merged"), deployed), "In production");
  assert.equal(labelOf(ended("cancelled_while_queued", "nowhere")), "Not deployed");
  assert.equal(changeStatus(1234, [ended("refused", "nowhere"), deployed]).job, deployed);
});

test("a rollback, an incomplete deployment and an unknown result are called so", () => {
  assert.equal(labelOf(ended("rolled_back", "nowhere"), deployed), "Rolled back");
  assert.equal(labelOf(deployed, ended("rolled_back", "nowhere")), "In production");
  assert.equal(labelOf(ended("rolled_back", "testservers"), deployed), "On test servers only");
  assert.equal(labelOf(ended("declined", "testservers"), deployed), "On test servers only");
  assert.equal(labelOf(ended("exit_nonzero", "production", true)), "On some production servers");
  assert.equal(labelOf(ended("interrupted", "merged")), "Merged, not deployed");
  for (const outcome of ["holder_lost", "unclear", "rollback_failed"] as const) {
    assert.equal(labelOf(ended(outcome, "canaries")), "Unknown: check the servers", outcome);
  }
});

test("a change is reverted when a revert of it or of its deployment has completed", () => {
  const revert = (outcome: Outcome, reached: Reached) => ({ ...ended(outcome, reached), kind: "revert" });
  assert.equal(labelOf(revert("completed", "production"), deployed), "Reverted");
  assert.equal(labelOf(revert("rolled_back", "merged"), deployed), "In production");
  assert.equal(labelOf(revert("refused", "nowhere"), deployed), "In production");
  assert.equal(labelOf(revert("declined", "testservers"), deployed), "Partly reverted");
  assert.equal(labelOf(deployed, revert("completed", "production")), "In production");
  const by = (changes: number[]) => [
    { id: 9, state: "succeeded", outcome: "completed", reached: "production", changes } as const,
  ];
  assert.equal(labelOf({ ...deployed, revertedBy: by([1234]) }), "Reverted");
  assert.equal(labelOf({ ...deployed, revertedBy: by([1235]) }), "In production");
  const open = { kind: "revert", state: "running", outcome: null } as JobSummary;
  assert.equal(labelOf(open, deployed), "Being reverted");
});

test("a deployment that runs or is queued comes first", () => {
  const open = (state: "queued" | "running" | "waiting") => ({ state, outcome: null }) as JobSummary;
  assert.equal(labelOf(open("waiting"), deployed), "Being deployed");
  assert.equal(labelOf(open("queued"), deployed), "Queued");
});
