// For which weeks a report is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { insightScope, weeksOf } from "#lib/domain/insight.ts";

/** A Wednesday. */
const NOW = new Date("2025-03-05T12:00:00Z");

test("a report is for the last half year, this week included, unless the request names other days", () => {
  const scope = insightScope({}, NOW);
  assert.deepEqual(scope, { from: "2024-09-09", to: "2025-03-03", kind: "*", lane: "*" });
  assert.equal(weeksOf(scope).length, 26);
});

test("a day stands for its week, which begins on Monday", () => {
  const { from, to } = insightScope({ from: "2025-02-23", to: "2025-03-02" }, NOW);
  assert.deepEqual([from, to], ["2025-02-17", "2025-02-24"]);
  assert.deepEqual(weeksOf({ from, to, kind: "*", lane: "*" }), ["2025-02-17", "2025-02-24"]);
});

test("of a longer time, the last three years are reported", () => {
  assert.equal(weeksOf(insightScope({ from: "2001-01-01" }, NOW)).length, 157);
});

test("days in the wrong order have no weeks", () => {
  assert.deepEqual(weeksOf(insightScope({ from: "2025-03-05", to: "2025-02-01" }, NOW)), []);
});
