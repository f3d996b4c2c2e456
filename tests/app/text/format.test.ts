import assert from "node:assert/strict";
import { test } from "node:test";
import { formatClock, formatDuration, formatMoment, formatUtc, plural } from "../../../app/text/format.ts";

test("a duration is shown in its two largest units and is never negative", () => {
  assert.equal(formatDuration(-5000), "0s");
  assert.equal(formatDuration(59_999), "59s");
  assert.equal(formatDuration(60_000), "1m 00s");
  assert.equal(formatDuration(3_599_000), "59m 59s");
  assert.equal(formatDuration(3_720_000), "1h 02m");
});

test("a time includes as much of its date as is needed to distinguish it from today", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");

  assert.equal(formatMoment("2026-11-20T09:05:00.000Z", now, "UTC"), "09:05");
  assert.equal(formatMoment("2026-11-17T09:05:00.000Z", now, "UTC"), "Tue 09:05");
  assert.equal(formatMoment("2026-11-02T09:05:00.000Z", now, "UTC"), "2 Nov 2026, 09:05");
});

test("a time is shown in the reader's time zone, also across midnight", () => {
  const now = Date.parse("2026-11-20T23:30:00Z");

  assert.equal(formatMoment("2026-11-20T23:10:00.000Z", now, "Europe/Berlin"), "00:10");
  assert.equal(formatMoment("2026-11-20T20:10:00.000Z", now, "Europe/Berlin"), "Fri 21:10");
  assert.equal(formatClock("2026-11-20T23:10:09.000Z", "Europe/Berlin"), "00:10:09");
});

test("the exact time is shown in UTC with seconds", () => {
  assert.equal(formatUtc("2026-11-20T09:05:07.123Z"), "2026-11-20 09:05:07 UTC");
});

test("large numbers are grouped, and one is singular", () => {
  assert.equal(plural(1, "line", "lines"), "1 line");
  assert.equal(plural(1_234_567, "line", "lines"), "1,234,567 lines");
});
