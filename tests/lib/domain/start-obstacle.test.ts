import assert from "node:assert/strict";
import { test } from "node:test";
import { startObstacle } from "#lib/domain/start-obstacle.ts";

type HostState = Parameters<typeof startObstacle>[2][number];
const aHost = (facts: Partial<HostState> = {}): HostState => ({
  name: "deploy1",
  isResponding: true,
  drain: null,
  claimProblem: null,
  operations: null,
  ...facts,
});
const job = { kind: "backport", hosts: null, failedStarts: [] };
const on = (facts: Partial<HostState>, wanted: Partial<Parameters<typeof startObstacle>[0]> = {}) =>
  startObstacle({ ...job, ...wanted }, "deploy1", [aHost(facts), aHost({ name: "deploy2" })])?.kind;

test("of a lane that is bound to a host, only that host counts", () => {
  assert.equal(on({}), undefined);
  assert.equal(on({ isResponding: false }), "not_responding");
  assert.equal(startObstacle(job, "replaced", [aHost()])?.kind, "not_responding");
  assert.equal(on({ drain: { by: "admin", reason: "x" } }), "drained");
  assert.equal(on({ claimProblem: "The disk is full." }), "claim_problem");
  assert.equal(on({ operations: ["lock"] }), "not_able");
  assert.equal(on({ operations: ["backport"] }), undefined);
  assert.equal(on({}, { hosts: ["deploy2"] }), "not_permitted");
  assert.equal(on({}, { failedStarts: [{ host: "deploy1", reason: "x" }] }), "failed_start");
  assert.equal(on({}, { failedStarts: [{ host: "deploy2", reason: "x" }] }), undefined);
});

test("what lasts longer is named first", () => {
  assert.equal(on({ isResponding: false }, { hosts: ["deploy2"] }), "not_permitted");
  assert.equal(on({ isResponding: false, drain: { by: "admin", reason: "x" } }), "not_responding");
});

test("of a lane without a host, any connected host may start the job", () => {
  const drained = aHost({ drain: { by: "admin", reason: "x" } });
  assert.equal(startObstacle(job, null, [drained, aHost({ name: "deploy2" })]), undefined);
  assert.equal(startObstacle(job, null, [drained])?.kind, "no_host");
  assert.equal(startObstacle(job, null, []), undefined, "the page says that no worker is connected");
});
