import assert from "node:assert/strict";
import { test } from "node:test";
import { LOSS_AFTER_MS, mayDeclareLost, HEARTBEAT_TIMEOUT_SECONDS } from "#lib/domain/worker-heartbeat.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const before = (ms: number) => new Date(NOW.getTime() - ms);

test("a job whose worker responds is not declared lost", () => {
  assert.equal(mayDeclareLost(null, NOW), false);
});

test("a job may be declared lost after five minutes without a heartbeat, and not earlier", () => {
  assert.equal(mayDeclareLost(before(LOSS_AFTER_MS - 1), NOW), false);
  assert.equal(mayDeclareLost(before(LOSS_AFTER_MS), NOW), true);
  assert.equal(LOSS_AFTER_MS, 300_000);
});

test("a worker whose clock is ahead is not unreachable", () => {
  assert.equal(mayDeclareLost(before(-LOSS_AFTER_MS), NOW), false);
});

test("an unreachable worker is shown long before its jobs may be declared lost", () => {
  assert.ok(HEARTBEAT_TIMEOUT_SECONDS * 1000 < LOSS_AFTER_MS / 10);
});
