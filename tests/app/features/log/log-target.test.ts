import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLogTarget } from "../../../../app/features/log/log-target.ts";

const START = "2026-11-30T23:50:40.000Z";

test("a number is a line", () => {
  assert.deepEqual(parseLogTarget(" 1,234 ", START, "UTC"), { line: 1234 });
  assert.equal(parseLogTarget("0", START, "UTC"), undefined);
});

test("a time is the first one after the start of the job, also past midnight", () => {
  assert.deepEqual(parseLogTarget("23:55", START, "UTC"), { at: "2026-11-30T23:55:00.000Z" });
  assert.deepEqual(parseLogTarget("0:05:10", START, "UTC"), { at: "2026-12-01T00:05:10.000Z" });
});

test("the minute in which the job started is not a day later", () => {
  assert.deepEqual(parseLogTarget("23:50", START, "UTC"), { at: "2026-11-30T23:50:00.000Z" });
});

test("a time is read in the reader's zone", () => {
  assert.deepEqual(parseLogTarget("05:30", START, "Asia/Kolkata"), { at: "2026-12-01T00:00:00.000Z" });
});

test("anything else is refused", () => {
  for (const text of ["", "25:00", "12:60", "noon", "12:3"]) {
    assert.equal(parseLogTarget(text, START, "UTC"), undefined, text);
  }
});
